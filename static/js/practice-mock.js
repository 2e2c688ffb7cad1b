// A mock exam: what is answered is written down on the server a moment later, and all of it again
// when handing in. The time only reminds.

import { isText, kindOf } from "./attempt-answers.js";
import { keys } from "./attempt-keys.js";
import { ask } from "./dialogs.js";
import { send } from "./http.js";

const KEEP_AFTER = 1500;
const RETRY_AFTER = 5000;
/** So long without an answer of the server counts as no connection. */
const PATIENCE = 12000;

const root = document.querySelector("[data-mock]");
const questions = Array.from(root.querySelectorAll("[data-slot]"));
const state = document.querySelector("[data-practice-state]");
const waiting = new Set();
let timer = null;
let handingIn = false;

const isOpen = (question) => kindOf(question).isOpen(question);
const answerOf = (question) =>
  Object.assign({ slot: Number(question.dataset.slot), seq: 1 }, kindOf(question).read(question));

function paint(question) {
  kindOf(question).paint(question);
  const cell = document.querySelector(`[data-cell="${question.dataset.slot}"]`);
  cell.classList.toggle("xf-sheet-answered", !isOpen(question));
}

async function keep() {
  clearTimeout(timer);
  if (!waiting.size || handingIn) return;
  const some = Array.from(waiting);
  waiting.clear();
  try {
    await send("PUT", root.dataset.mock, { answers: some.map(answerOf) }, {}, PATIENCE);
    state.textContent = waiting.size ? "正在保存…" : "已保存";
  } catch (error) {
    some.forEach((one) => waiting.add(one));
    state.textContent = error.status ? error.message : "网络中断，恢复后自动保存";
    timer = setTimeout(keep, RETRY_AFTER);
  }
}

function changed(question, field) {
  const kind = kindOf(question);
  if (kind.changed && !isText(field)) kind.changed(question, field);
  paint(question);
  waiting.add(question);
  state.textContent = "正在保存…";
  clearTimeout(timer);
  timer = setTimeout(keep, KEEP_AFTER);
}

async function handIn() {
  const open = questions.filter(isOpen).length;
  const text = open ? `还有 ${open} 题未答，交卷后不能再修改。` : "交卷后不能再修改。";
  if (!(await ask({ title: "确定交卷吗？", text, yes: "交卷", no: "继续作答", danger: open > 0 })) || handingIn) {
    return;
  }
  handingIn = true;
  clearTimeout(timer);
  state.textContent = "正在交卷…";
  try {
    const answer = await send("POST", root.dataset.mockEnd, { answers: questions.map(answerOf) }, {}, PATIENCE);
    waiting.clear();
    location.replace(answer.url);
  } catch (error) {
    handingIn = false;
    state.textContent = error.status ? error.message : "网络中断，还没有交卷，恢复后请再按一次";
  }
}

function choose(question, letter) {
  const input = Array.from(question.querySelectorAll("input")).find((one) => one.value === letter);
  if (input) {
    input.focus();
    input.click();
  }
  return Boolean(input);
}

const box = document.querySelector("[data-soft-time]");
const endsAt = Date.now() + Number(box.dataset.left) * 1000;

function tick() {
  const seconds = Math.round((endsAt - Date.now()) / 1000);
  const minutes = Math.floor(Math.abs(seconds) / 60);
  box.querySelector(".xf-countdown-label").textContent = seconds < 0 ? "已超时" : "剩余";
  box.querySelector("[data-soft-text]").textContent = `${minutes} 分钟`;
  box.classList.toggle("xf-countdown-soon", seconds < 300);
}

questions.forEach((question) => {
  question.addEventListener("input", (event) => isText(event.target) && changed(question, event.target));
  question.addEventListener("change", (event) => changed(question, event.target));
  paint(question);
});
keys(questions, { choose, flag: () => {}, isOpen });
document.querySelector("[data-hand-in]").addEventListener("click", handIn);
window.addEventListener("online", keep);
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
window.addEventListener("beforeunload", (event) => {
  if (waiting.size) {
    event.preventDefault();
    event.returnValue = "";
  }
});
setInterval(tick, 5000);
tick();
