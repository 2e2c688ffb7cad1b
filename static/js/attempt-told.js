// What the page says: in strips over the paper, and to those who hear it.

/** How long a strip stays. */
const STRIP = 20000;
/** Answers that wait for longer than this are spoken of; before it nobody need know. */
const QUIET = 3000;

/** For those who hear the page: spoken when they get to it, without moving them. */
export function speak(text) {
  document.querySelector("[data-spoken]").textContent = text;
}

/** What stays in sight stands below the bar, however many rows that takes up. */
export function standBelow(bar) {
  const measure = () => document.documentElement.style.setProperty("--xf-bar", `${bar.getBoundingClientRect().height}px`);
  new ResizeObserver(measure).observe(bar);
}

let strip = null;

/** Tell at once, over the paper, for as long as it takes to read. */
export function announce(text) {
  const line = document.querySelector("[data-time-warning]");
  line.textContent = text;
  line.classList.remove("visually-hidden");
  clearTimeout(strip);
  strip = setTimeout(() => line.classList.add("visually-hidden"), STRIP);
}

/** Speaks of answers that do not get through, and once more when they do; a usual save is not heard. */
export class Network {
  /** `answering()`: whether the person is still at it. */
  constructor(answering) {
    this.answering = answering;
    this.waiting = 0;
    this.quiet = null;
    this.unrest = false;
  }

  /** How many answers wait now, and what else is the matter. */
  heard(waiting, problem) {
    this.waiting = waiting;
    if (!waiting) {
      clearTimeout(this.quiet);
      this.quiet = null;
      if (this.unrest && !problem) {
        speak("网络已恢复，答案全部保存");
      }
      this.unrest = false;
    } else if (this.quiet === null) {
      this.quiet = setTimeout(() => this.tell(), QUIET);
    }
  }

  tell() {
    this.unrest = this.waiting > 0;
    if (this.unrest && this.answering()) {
      speak(`网络中断，${this.waiting} 题待同步。请继续作答，联网后自动补传。`);
    }
  }
}
