// Taking an exam: answers are kept here first, then sent until the server says they are durable.

import { get, send, HttpError } from "./http.js";
import { ask } from "./dialogs.js";

const meta = (name) => document.querySelector(`meta[name=${name}]`).content;
const token = meta("attempt-token");
const url = meta("attempt-answers");
const deadlineAt = () => Date.parse(document.querySelector("meta[name=attempt-deadline]").content);
const storeKey = `xf-attempt-${url}`;
const flagKey = `${storeKey}-flags`;
const BATCH_DELAY = 400;
const LONGEST_PAUSE = 15000;

const questions = Array.from(document.querySelectorAll("[data-slot][data-type]"));
const bySlot = new Map(questions.map((one) => [Number(one.dataset.slot), one]));
const state = document.querySelector("[data-save-state]");
const form = document.querySelector("[data-submit-form]");

// Server time minus this computer's, so that a wrong clock here changes nothing.
let offset = Date.parse(meta("attempt-server-time")) - Date.now();
const now = () => Date.now() + offset;

// slot → {seq, choice}: what the server has not yet acknowledged.
const pending = new Map();
let pause = 1000;
let timer = null;
let sending = false;
let finished = false;

function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch (error) {
    // A full or forbidden store only costs the second copy.
  }
}

function kept(name, fallback) {
  try {
    return JSON.parse(localStorage.getItem(name)) || fallback;
  } catch (error) {
    return fallback;
  }
}

const inputs = (question) => Array.from(question.querySelectorAll("input"));
const choiceOf = (question) => inputs(question).filter((one) => one.checked).map((one) => one.value);

function paint(question) {
  inputs(question).forEach((one) => {
    one.closest(".xf-option").classList.toggle("xf-option-chosen", one.checked);
  });
  const slot = question.dataset.slot;
  const cell = document.querySelector(`[data-cell="${slot}"]`);
  const answered = choiceOf(question).length > 0;
  const flagged = question.classList.contains("xf-question-flagged");
  cell.classList.toggle("xf-sheet-answered", answered);
  cell.classList.toggle("xf-sheet-flagged", flagged);
  cell.setAttribute("aria-label", `第 ${slot} 题，${answered ? "已答" : "未答"}${flagged ? "，已标记" : ""}`);
}

const unanswered = () => questions.filter((one) => choiceOf(one).length === 0);

function paintProgress() {
  const left = unanswered().length;
  const text = left ? `已答 ${questions.length - left} 题，还有 ${left} 题未答` : `全部 ${questions.length} 题已答`;
  document.querySelector("[data-progress]").textContent = text;
}

function paintState(problem) {
  const count = pending.size;
  state.textContent = problem || (count ? `待同步 ${count} 题` : "已保存");
  state.classList.toggle("xf-save-pending", count > 0);
  state.classList.toggle("xf-save-failed", Boolean(problem));
}

function changed(question) {
  const slot = Number(question.dataset.slot);
  const seq = Math.max(Number(question.dataset.seq) + 1, Math.round(now()));
  question.dataset.seq = String(seq);
  pending.set(slot, { seq, choice: choiceOf(question) });
  keep(storeKey, Array.from(pending));
  paint(question);
  paintProgress();
  paintState();
  schedule(BATCH_DELAY);
}

function schedule(delay) {
  clearTimeout(timer);
  timer = setTimeout(flush, delay);
}

function acknowledge(batch) {
  batch.forEach((sent) => {
    const waiting = pending.get(sent.slot);
    if (waiting && waiting.seq === sent.seq) {
      pending.delete(sent.slot);
    }
  });
  keep(storeKey, Array.from(pending));
}

async function flush() {
  if (sending || finished || pending.size === 0) {
    return;
  }
  sending = true;
  const batch = Array.from(pending).map(([slot, one]) => ({ slot, seq: one.seq, choice: one.choice }));
  try {
    const answer = await send("PUT", url, { answers: batch }, { "X-Attempt-Token": token });
    acknowledge(batch);
    offset = Date.parse(answer.server_time) - Date.now();
    document.querySelector("meta[name=attempt-deadline]").content = answer.deadline;
    pause = 1000;
    paintState();
  } catch (error) {
    await failed(error);
  }
  sending = false;
  if (pending.size > 0 && !finished) {
    schedule(pause);
  }
}

async function failed(error) {
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  if (!(error instanceof HttpError) || error.status === 0 || error.status >= 500) {
    paintState();
    return;
  }
  // The server said no: more tries would not help.
  finished = true;
  paintState(error.message);
  if (error.status === 409) {
    location.replace(url.replace(/answers$/, "result"));
  }
}

function restore() {
  kept(storeKey, []).forEach(([slot, one]) => {
    const question = bySlot.get(slot);
    if (question && one.seq > Number(question.dataset.seq)) {
      inputs(question).forEach((input) => {
        input.checked = one.choice.includes(input.value);
      });
      question.dataset.seq = String(one.seq);
      pending.set(slot, one);
    }
  });
}

function flag(question, on) {
  const button = question.querySelector("[data-flag]");
  question.classList.toggle("xf-question-flagged", on);
  button.setAttribute("aria-pressed", String(on));
  button.querySelector("span").textContent = on ? "已标记" : "标记";
  paint(question);
}

const flagged = () => questions.filter((one) => one.classList.contains("xf-question-flagged"));

function inWords(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes} 分 ${String(seconds % 60).padStart(2, "0")} 秒` : `${seconds} 秒`;
}

const warned = new Set();

function tick() {
  const left = deadlineAt() - now();
  document.querySelector("[data-countdown-time]").textContent = inWords(left);
  document.querySelector("[data-countdown]").classList.toggle("xf-countdown-soon", left < 300000);
  [10, 5, 1].forEach((minutes) => {
    if (left < minutes * 60000 && left > (minutes - 1) * 60000 && !warned.has(minutes)) {
      warned.add(minutes);
      document.querySelector("[data-time-warning]").textContent = `距离交卷还有 ${minutes} 分钟`;
    }
  });
  if (left <= 0) {
    handIn();
  }
}

async function handIn() {
  if (finished) {
    return;
  }
  await flush();
  if (navigator.onLine === false) {
    paintState("网络中断，恢复后自动交卷");
    return;
  }
  finished = true;
  form.submit();
}

async function confirmed() {
  await flush();
  const left = unanswered().length;
  const waiting = pending.size;
  const parts = [];
  if (left) {
    parts.push(`还有 ${left} 题未答。`);
  }
  if (waiting) {
    parts.push(`还有 ${waiting} 题未同步，请等待网络恢复。`);
  }
  parts.push("交卷后不能再修改。");
  const yes = await ask({ title: "确定交卷吗？", text: parts.join(""), yes: "交卷", danger: left > 0 });
  if (yes) {
    handIn();
  }
}

restore();
const flags = new Set(kept(flagKey, []));
questions.forEach((question) => {
  question.addEventListener("change", () => changed(question));
  question.querySelector("[data-flag]").addEventListener("click", () => {
    flag(question, !question.classList.contains("xf-question-flagged"));
    keep(flagKey, flagged().map((one) => one.dataset.slot));
  });
  flag(question, flags.has(question.dataset.slot));
});
paintProgress();
paintState();
document.querySelector("[data-hand-in]").addEventListener("click", confirmed);
window.addEventListener("online", () => schedule(0));
window.addEventListener("beforeunload", (event) => {
  if (pending.size > 0 && !finished) {
    event.preventDefault();
    event.returnValue = "";
  }
});
setInterval(tick, 1000);
// Whoever sits an exam is not idle, even where only answers are sent.
setInterval(() => get(url.replace(/answers$/, "alive")).catch(() => {}), 240000);
tick();
flush();
