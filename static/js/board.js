// The invigilators' board of a running session: counts, the rows shown and the access code, every two
// seconds while somebody looks.

import { get } from "./http.js";

const EVERY = 2000;
const board = document.querySelector("[data-board]");
const live = document.querySelector("[data-live]");
const TONES = { in: "info", lost: "warn", done: "good", voided: "bad" };
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

function writeBadge(cell, presence, text) {
  if (cell.textContent.trim() === text) return;
  const tone = TONES[presence] || "calm";
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
  writeBadge(cell("presence"), line.presence, line.label);
  write(cell("quiet"), line.quiet);
  for (const name of ["answered", "saved", "losses", "leaves", "devices", "refusals"]) {
    write(cell(name), line[name] === null ? "—" : String(line[name]));
  }
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

let asking = false;

async function refresh() {
  if (document.hidden || asking) return;
  asking = true;
  try {
    show(await get(board.dataset.board + window.location.search));
    live.classList.remove("xf-stale");
  } catch (error) {
    // The next round tries again; the page keeps the last numbers and says that they are old.
    live.classList.add("xf-stale");
  } finally {
    asking = false;
  }
}

setInterval(refresh, EVERY);
