// What pages that show a running session have in common: numbers and badges written where they
// changed, and asked for again while somebody looks.

import { get } from "./http.js";
import { markNothing } from "./tables.js";

const ICONS = {
  good: "check-circle",
  info: "info-circle",
  warn: "exclamation-triangle",
  bad: "x-octagon",
  calm: "dash-circle",
};

export function write(cell, text) {
  if (!cell || cell.textContent.trim() === text) return;
  cell.textContent = text;
  const whole = cell.closest("td");
  if (whole) markNothing(whole);
}

export function writeBadge(cell, tone, text) {
  if (cell.textContent.trim() === text) return;
  const badge = document.createElement("span");
  badge.className = `xf-badge xf-tone-${tone}`;
  const mark = document.createElement("i");
  mark.className = `bi bi-${ICONS[tone]}`;
  mark.setAttribute("aria-hidden", "true");
  badge.append(mark, text);
  cell.textContent = "";
  cell.append(badge);
}

// Writes the named figures of a line into the cells of its row; what is not known is a dash.
export function writeCells(row, line, names) {
  names.forEach((name) => {
    write(row.querySelector(`[data-cell="${name}"]`), line[name] === null ? "—" : String(line[name]));
  });
}

export function rowOf(id) {
  return document.querySelector(`[data-candidate="${id}"]`);
}

// Asks for what there is to show every so many milliseconds, one request at a time.
export function watch(url, show, every) {
  const live = document.querySelector("[data-live]");
  let asking = false;

  async function refresh() {
    if (document.hidden || asking) return;
    asking = true;
    try {
      show(await get(url + window.location.search));
      live.classList.remove("xf-stale");
    } catch (error) {
      // The next round tries again; the page keeps the last numbers and says that they are old.
      live.classList.add("xf-stale");
    } finally {
      asking = false;
    }
  }

  setInterval(refresh, every);
}
