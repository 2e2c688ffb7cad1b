// The live board of a running session: its numbers every three seconds while somebody looks.

import { get } from "./http.js";

const board = document.querySelector("[data-monitor]");

async function refresh() {
  if (document.hidden) {
    return;
  }
  try {
    const counts = await get(board.dataset.monitor);
    Object.keys(counts).forEach((name) => {
      const value = board.querySelector(`[data-count="${name}"] .xf-stat-value`);
      if (value) {
        value.firstChild.textContent = String(counts[name]);
      }
    });
  } catch (error) {
    // The next round tries again; the page keeps the last numbers.
  }
}

setInterval(refresh, 3000);
