// The end of an attempt: how long until then, said in time, and when somebody moved it.

import { inWords } from "./attempt-clock.js";
import { announce } from "./attempt-told.js";

/** Minutes before the end at which it is said how many are left. */
const WARNINGS = [10, 5, 1];
/** Another deadline is news if it differs by this much. */
const NEWS = 20000;
const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });

export class Deadline {
  /** `told` as the server has it; for us it is over `reserve` milliseconds earlier. */
  constructor(told, clock, reserve) {
    this.at = Date.parse(told);
    this.clock = clock;
    this.reserve = reserve;
    this.warned = new Set();
  }

  is(told) {
    return Date.parse(told) === this.at;
  }

  /** When it is, as a clock shows it. */
  told() {
    return CLOCK.format(this.at);
  }

  left() {
    return this.at - this.clock.now() - this.reserve;
  }

  /** Take over another one, before which is warned as before any; unless `quietly`, the person is told of it. */
  take(told, quietly) {
    const before = this.at;
    this.at = Date.parse(told);
    this.warned.forEach((each) => this.left() > each * 60000 && this.warned.delete(each));
    if (quietly || Math.abs(this.at - before) < NEWS) {
      return;
    }
    const minutes = Math.max(1, Math.round(Math.abs(this.at - before) / 60000));
    announce(`考试时间有调整：截止时间${this.at > before ? "推后" : "提前"} ${minutes} 分钟，现为 ${this.told()}`);
  }

  show(paused) {
    const left = this.left();
    document.querySelector("[data-countdown-time]").textContent = paused ? "暂停" : inWords(left);
    document.querySelector("[data-countdown]").classList.toggle("xf-countdown-soon", left < 300000);
    WARNINGS.forEach((minutes) => {
      if (left <= minutes * 60000 && left > (minutes - 1) * 60000 && !this.warned.has(minutes)) {
        this.warned.add(minutes);
        announce(`距离自动交卷还有 ${minutes} 分钟`);
      }
    });
  }
}
