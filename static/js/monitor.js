// The page of a running session: its numbers and the rows shown, every three seconds while somebody
// looks. Without this the page shows how things stood when it was opened.

import { rowOf, watch, writeBadge, writeCells } from "./live.js";

const EVERY = 3000;
const board = document.querySelector("[data-monitor]");
const TONES = { done: "good", sitting: "info", absent: "warn", voided: "bad" };
const FIGURES = ["answered", "saved", "score", "level"];

function showRow(id, line) {
  const row = rowOf(id);
  if (!row) return;
  writeBadge(row.querySelector('[data-cell="standing"]'), TONES[line.standing] || "calm", line.label);
  writeCells(row, line, FIGURES);
}

function show(found) {
  Object.keys(found.counts).forEach((name) => {
    const value = board.querySelector(`[data-count="${name}"] .xf-stat-value`);
    if (value) value.firstChild.textContent = String(found.counts[name]);
  });
  Object.keys(found.rows).forEach((id) => showRow(id, found.rows[id]));
  document.querySelector("[data-ended]").hidden = found.state === board.dataset.state;
}

watch(board.dataset.monitor, show, EVERY);
