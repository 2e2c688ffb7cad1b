// Signs of life of the page of an attempt: it tells that it is there, hears how things stand, and tells
// when it was left. None of this stands in the way of answers.

import { send } from "./http.js";
import { toast } from "./toasts.js";

/** exam/contact.py counts contact as lost after several of these. */
const EVERY = 20000;
const EVERY_IN_PAUSE = 10000;
const PATIENCE = 8000;
/** Not all pages at the same moment. */
const spread = (time) => time * (0.9 + Math.random() / 5);
/** A shorter absence is no absence: an input method or a message came up. */
const ABSENCE = 3000;

/** When the page went out of sight, told to the next page in this tab: who goes elsewhere in it closes this one. */
class Departure {
  constructor(name) {
    this.name = name;
  }

  /** 0: the page is in sight. */
  note(moment) {
    try {
      if (moment) {
        sessionStorage.setItem(this.name, String(moment));
      } else {
        sessionStorage.removeItem(this.name);
      }
    } catch (error) {
      // Without a store only what this page sees itself is told.
    }
  }

  /** When the page before this one was left for another; null for a page that was only loaded anew. */
  before() {
    const [entry] = performance.getEntriesByType("navigation");
    let moment = 0;
    try {
      moment = Number(sessionStorage.getItem(this.name));
    } catch (error) {
      // Nothing is known of it.
    }
    this.note(0);
    return moment > 0 && !(entry && entry.type === "reload") ? moment : null;
  }
}

export class Presence {
  /**
   * `of(act)`: the address of an act; `on.heard(news)`; `on.now()`: the time; `on.counts()`: whether leaving does.
   */
  constructor(of, token, on) {
    this.of = of;
    this.token = token;
    this.on = on;
    this.leaves = [];
    this.departure = new Departure(`left ${of("")}`);
    this.hiddenAt = this.departure.before();
    this.back();
    document.addEventListener("visibilitychange", () => this.seen());
  }

  /** Ask how things stand; out of reach, the page goes on by itself. */
  async ask() {
    try {
      const news = await send("GET", this.of("pulse"), undefined, { "X-Attempt-Token": this.token }, PATIENCE);
      this.on.heard(news);
      await this.tellLeaves();
    } catch (error) {
      // The next one tries again.
    }
  }

  /** Go on asking, more often while `paused()`. */
  keepAsking(paused) {
    setTimeout(async () => {
      await this.ask();
      this.keepAsking(paused);
    }, spread(paused() ? EVERY_IN_PAUSE : EVERY));
  }

  seen() {
    if (document.hidden) {
      this.hiddenAt = this.on.now();
      this.departure.note(this.on.counts() ? this.hiddenAt : 0);
      return;
    }
    this.departure.note(0);
    this.back();
    this.ask();
  }

  back() {
    const away = this.hiddenAt === null ? 0 : this.on.now() - this.hiddenAt;
    this.hiddenAt = null;
    if (away >= ABSENCE && this.on.counts()) {
      this.leaves.push(Math.min(86400, Math.round(away / 1000)));
    }
  }

  /** The candidate sees what is noted of them as soon as it is. */
  async tellLeaves() {
    while (this.leaves.length) {
      const seconds = this.leaves.shift();
      try {
        await send("POST", this.of("left"), new URLSearchParams({ seconds: String(seconds) }), {}, PATIENCE);
      } catch (error) {
        this.leaves.unshift(seconds);
        return;
      }
      toast(`已记录：离开页面 ${seconds} 秒。只作核查参考，不影响评分。`, "info");
    }
  }
}

/** Stems and options are not copied by mouse or key; one's own writing is one's own. */
export function discourageCopying(paper) {
  const own = (event) => event.target.closest && event.target.closest("textarea, input[type=text]");
  let told = false;
  ["copy", "cut", "contextmenu", "dragstart"].forEach((name) => {
    paper.addEventListener(name, (event) => {
      if (own(event)) {
        return;
      }
      event.preventDefault();
      if (!told) {
        told = true;
        toast("试题内容请勿复制、外传。", "info");
      }
    });
  });
}
