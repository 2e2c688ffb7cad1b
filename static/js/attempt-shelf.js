// A second place on this computer for answers on their way. The browser writes localStorage to disk some
// seconds later, and a browser or computer that dies in between takes them with it; IndexedDB writes at once.

const DATABASE = "xf-attempts";
const STORE = "pending";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("blocked"));
  });
}

/** The address to which the answers of an attempt are sent, by that of one of its pages; "" for other pages. */
export function answersOf(path) {
  const [attempt] = path.match(/^.*\/exam\/attempts\/[0-9]+/) || [];
  return attempt ? `${attempt}/answers` : "";
}

/** Under which name answers to an address wait, here and in localStorage. */
export const shelfName = (url) => `xf-attempt-${url}`;

/** [slot, {seq, response}] of each answer in what is kept; nothing for what is no longer readable. */
export function read(text) {
  try {
    const kept = JSON.parse(text || "[]");
    return kept.filter(([slot, one]) => Number.isInteger(slot) && Number.isInteger(one.seq) && one.response instanceof Object);
  } catch (error) {
    return [];
  }
}

export class Shelf {
  constructor(name) {
    this.name = name;
    // Where there is none, in a private window say, localStorage has to do.
    this.database = typeof indexedDB === "undefined" ? Promise.resolve(null) : opened().catch(() => null);
    /** One after the other, so that the last one stays. */
    this.last = this.database;
  }

  act(mode, ask) {
    this.last = this.database.then(
      (database) =>
        database &&
        new Promise((resolve, reject) => {
          const act = database.transaction(STORE, mode, { durability: "strict" });
          const asked = ask(act.objectStore(STORE));
          act.oncomplete = () => resolve(asked.result);
          act.onabort = () => reject(act.error);
        }).catch(() => null),
    );
    return this.last;
  }

  put(text) {
    return this.act("readwrite", (store) => store.put(text, this.name));
  }

  get() {
    return this.act("readonly", (store) => store.get(this.name));
  }

  drop() {
    return this.act("readwrite", (store) => store.delete(this.name));
  }
}

/** The names under which something waits; null where there is no such place. */
export function shelved() {
  return new Shelf("").act("readonly", (store) => store.getAllKeys());
}
