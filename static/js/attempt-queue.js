// Answers on their way: kept on this computer first, sent until the server says they are durable.
//
// Two tabs of one attempt share the store; each sends what either has, which does no harm because an
// answer is named by its sequence number.

import { send, HttpError } from "./http.js";
import { read, Shelf } from "./attempt-shelf.js";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;
/**
 * A browser keeps some connections for later, and does not know which of them a silent network has killed: so many
 * more tries in quick succession use them up, until it makes a new one.
 */
const KEPT_CONNECTIONS = 6;
const SHORT_PATIENCE = 4000;
/** Answers and letters in one request; well below what the server takes. */
const BATCH = 200;
const LETTERS = 12000;

/** The answer in what the server or we send of a slot. */
function responseOf(sent) {
  const response = Object.assign({}, sent);
  delete response.slot;
  delete response.seq;
  return response;
}

export class Queue {
  /**
   * `on.changed()` after each change of what waits, `on.saved(answer)` with each answer of the server,
   * `on.elsewhere(slot, seq, response)` for an answer newer than ours, `on.refused(error)` once the
   * server takes no more; `on.patience()`: how long to wait for an answer of the server.
   */
  constructor(url, token, name, on) {
    this.url = url;
    this.token = token;
    this.name = name;
    this.on = on;
    this.pending = new Map();
    this.pause = FIRST_PAUSE;
    this.timer = null;
    this.sending = null;
    this.closed = false;
    this.singly = false;
    this.failing = false;
    /** Tries in a row that brought no answer at all. */
    this.silent = 0;
    this.shelf = new Shelf(name);
    window.addEventListener("storage", (event) => {
      if (event.key === name) {
        this.adopt(read(event.newValue));
      }
    });
    window.addEventListener("online", () => this.schedule(0));
  }

  get size() {
    return this.pending.size;
  }

  /** Take up what an earlier page, or another tab, could not send. */
  restore() {
    try {
      this.adopt(read(localStorage.getItem(this.name)));
    } catch (error) {
      // Without a store there is nothing to restore.
    }
    this.shelf.get().then((kept) => this.closed || this.adopt(read(kept)));
  }

  adopt(kept) {
    kept.forEach(([slot, one]) => {
      const known = this.pending.get(slot);
      if ((!known || known.seq < one.seq) && this.on.elsewhere(slot, one.seq, one.response)) {
        this.pending.set(slot, one);
        this.schedule(FIRST_PAUSE);
      }
    });
    this.on.changed();
  }

  put(slot, seq, response, delay) {
    this.pending.set(slot, { seq, response });
    this.keep();
    this.on.changed();
    this.schedule(delay);
  }

  /** Resolves once what waits is on this computer's disk. */
  keep() {
    const text = this.pending.size ? JSON.stringify(Array.from(this.pending)) : "";
    try {
      if (text) {
        localStorage.setItem(this.name, text);
      } else {
        localStorage.removeItem(this.name);
      }
    } catch (error) {
      // A full or forbidden store only costs the second copy.
    }
    return text ? this.shelf.put(text) : this.shelf.drop();
  }

  /** Leave nothing on this computer: the server has it all. Resolves once nothing is left. */
  forget() {
    this.close();
    this.pending.clear();
    return this.keep();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** Send what waits soon, unless the server is out of reach. */
  hasten() {
    if (this.pending.size > 0 && !this.failing) {
      this.schedule(0);
    }
  }

  schedule(delay) {
    clearTimeout(this.timer);
    if (!this.closed) {
      this.timer = setTimeout(() => this.flush(), delay);
    }
  }

  /** Send what waits; resolves when the server has answered, or could not be reached. */
  flush() {
    if (this.sending) {
      return this.sending;
    }
    if (this.closed || this.pending.size === 0) {
      return Promise.resolve();
    }
    this.sending = this.sendBatch().then(() => {
      this.sending = null;
      if (this.pending.size > 0) {
        this.schedule(this.failing ? this.pause * (0.75 + Math.random() / 2) : 0);
      }
    });
    return this.sending;
  }

  /** Send until nothing waits, or until `over()`. */
  async settle(over) {
    while (!this.closed && (this.sending || this.pending.size > 0) && !over()) {
      await this.flush();
      if (this.failing && !over()) {
        await new Promise((resolve) => setTimeout(resolve, Math.min(this.pause, 2000)));
      }
    }
  }

  async sendBatch() {
    const batch = this.nextBatch();
    try {
      const headers = { "X-Attempt-Token": this.token };
      const answer = await send("PUT", this.url, { answers: batch }, headers, this.patience());
      if (!answer || !Array.isArray(answer.saved)) {
        // Something on the way answered in the place of our server.
        throw new HttpError(0, "没有连上服务器", null);
      }
      this.failing = false;
      this.silent = 0;
      this.pause = FIRST_PAUSE;
      this.drop(batch);
      this.on.saved(answer);
      (answer.newer || []).forEach((one) => this.on.elsewhere(one.slot, one.seq, responseOf(one)));
    } catch (error) {
      this.failed(error, batch);
    }
    this.on.changed();
  }

  nextBatch() {
    const batch = [];
    let letters = 0;
    Array.from(this.pending)
      .slice(0, this.singly ? 1 : BATCH)
      .every(([slot, one]) => {
        letters += JSON.stringify(one.response).length;
        if (!batch.length || letters <= LETTERS) {
          batch.push(Object.assign({ slot, seq: one.seq }, one.response));
        }
        return letters <= LETTERS;
      });
    return batch;
  }

  /** What was answered for; an answer that has changed since stays. */
  drop(batch) {
    batch.forEach((sent) => {
      const waiting = this.pending.get(sent.slot);
      if (waiting && waiting.seq === sent.seq) {
        this.pending.delete(sent.slot);
      }
    });
    this.keep();
  }

  failed(error, batch) {
    const status = error instanceof HttpError ? error.status : 0;
    if (status === 400 || status === 413) {
      // One answer that makes no sense must not hold up the others: find it and let it go.
      if (this.singly || batch.length === 1) {
        this.drop(batch);
      }
      this.singly = true;
      return;
    }
    if (status === 401 || status === 403 || status === 409) {
      this.close();
      this.on.refused(error);
      return;
    }
    this.failing = true;
    this.silent = error.silent ? this.silent + 1 : 0;
    this.pause = this.hurried() ? FIRST_PAUSE : Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  hurried() {
    return this.silent > 0 && this.silent <= KEPT_CONNECTIONS;
  }

  patience() {
    return this.hurried() ? Math.min(SHORT_PATIENCE, this.on.patience()) : this.on.patience();
  }
}
