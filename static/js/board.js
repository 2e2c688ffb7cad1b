// The invigilators' board of a running session: counts, the rows shown and the access code, every two
// seconds while somebody looks.

import { rowOf, watch, write, writeBadge, writeCells } from "./live.js";

const EVERY = 2000;
const board = document.querySelector("[data-board]");
const TONES = { in: "info", lost: "warn", done: "good", voided: "bad" };
const FIGURES = ["answered", "saved", "losses", "leaves", "devices", "refusals"];

function showRow(id, line) {
  const row = rowOf(id);
  if (!row) return;
  writeBadge(row.querySelector('[data-cell="presence"]'), TONES[line.presence] || "calm", line.label);
  write(row.querySelector('[data-cell="quiet"]'), line.quiet);
  writeCells(row, line, FIGURES);
}

function show(found) {
  Object.keys(found.counts).forEach((name) => {
    write(board.querySelector(`[data-count="${name}"]`), String(found.counts[name]));
  });
  Object.keys(found.rows).forEach((id) => showRow(id, found.rows[id]));
  if (found.code) {
    write(document.querySelector("[data-code]"), found.code.digits);
    write(document.querySelector("[data-code-until]"), found.code.until);
  }
  const same = found.state === board.dataset.state && String(found.paused) === board.dataset.paused;
  document.querySelector("[data-ended]").hidden = same;
}

watch(board.dataset.board, show, EVERY);
