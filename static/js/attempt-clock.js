// The server's clock, kept by this computer's monotonic one: its date and time may be wrong or be
// changed in the middle of an examination without moving the deadline.

export class ServerClock {
  constructor(serverTime) {
    this.sync(serverTime);
  }

  /** Take over the server's time, as it has just told it. */
  sync(serverTime) {
    const told = Date.parse(serverTime);
    if (!Number.isNaN(told)) {
      this.base = told;
      this.mark = performance.now();
      this.wall = Date.now();
    }
  }

  now() {
    return this.base + (performance.now() - this.mark);
  }

  /** Whether the two clocks of this computer disagree: it slept, or somebody set its time. */
  drifted() {
    const elapsed = performance.now() - this.mark;
    return Math.abs(Date.now() - this.wall - elapsed) > 3000;
  }
}

export function inWords(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes} 分 ${String(seconds % 60).padStart(2, "0")} 秒` : `${seconds} 秒`;
}
