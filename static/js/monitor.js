// The live board of a running session: its numbers and the rows shown, every three seconds while
// somebody looks. Without this the page shows how things stood when it was opened.

import { get } from "./http.js";

const EVERY = 3000;
const board = document.querySelector("[data-monitor]");
const live = document.querySelector("[data-live]");
const TONES = { done: "good", sitting: "info", absent: "warn", voided: "bad" };
const ICONS = {
  good: "check-circle",
  info: "info-circle",
  warn: "exclamation-triangle",
  bad: "x-octagon",
  calm: "dash-circle",
};

function write(cell, text) {
  if (cell && cell.textContent.trim() !== text) cell.textContent = text;
}

function writeBadge(cell, standing, text) {
  if (cell.textContent.trim() === text) return;
  const tone = TONES[standing] || "calm";
  const badge = document.createElement("span");
  badge.className = `xf-badge xf-tone-${tone}`;
  const mark = document.createElement("i");
  mark.className = `bi bi-${ICONS[tone]}`;
  mark.setAttribute("aria-hidden", "true");
  badge.append(mark, text);
  cell.textContent = "";
  cell.append(badge);
}

function showRow(id, line) {
  const row = document.querySelector(`[data-candidate="${id}"]`);
  if (!row) return;
  const cell = (name) => row.querySelector(`[data-cell="${name}"]`);
  writeBadge(cell("standing"), line.standing, line.label);
  for (const name of ["answered", "saved", "score", "level"]) {
    const value = line[name];
    write(cell(name), value === null ? "—" : String(value));
  }
}

function show(found) {
  Object.keys(found.counts).forEach((name) => {
    const value = board.querySelector(`[data-count="${name}"] .xf-stat-value`);
    if (value) value.firstChild.textContent = String(found.counts[name]);
  });
  Object.keys(found.rows).forEach((id) => showRow(id, found.rows[id]));
  document.querySelector("[data-ended]").hidden = found.state === board.dataset.state;
}

let asking = false;

async function refresh() {
  if (document.hidden || asking) return;
  asking = true;
  try {
    show(await get(board.dataset.monitor + window.location.search));
    live.classList.remove("xf-stale");
  } catch (error) {
    // The next round tries again; the page keeps the last numbers and says that they are old.
    live.classList.add("xf-stale");
  } finally {
    asking = false;
  }
}

setInterval(refresh, EVERY);
