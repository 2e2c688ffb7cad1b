// A quiz: all answers at once. What is chosen stays on the page until the server has it.

import { kindOf } from "./attempt-answers.js";
import { ask } from "./dialogs.js";
import { send } from "./http.js";

const form = document.querySelector("[data-quiz]");
const state = form.querySelector("[data-quiz-state]");
const questions = Array.from(form.querySelectorAll("[data-slot]"));
let busy = false;

questions.forEach((question) => {
  const kind = kindOf(question);
  question.addEventListener("change", (event) => {
    if (kind.changed) kind.changed(question, event.target);
    kind.paint(question);
  });
  kind.paint(question);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const open = questions.filter((each) => kindOf(each).isOpen(each)).length;
  const text = open ? `还有 ${open} 题未答，交卷后不能再修改。` : "交卷后不能再修改。";
  if (busy || !(await ask({ title: "确定交卷吗？", text, yes: "交卷", no: "继续作答", danger: open > 0 }))) return;
  busy = true;
  const answers = questions.map((each) => Object.assign({ slot: Number(each.dataset.slot), seq: 1 }, kindOf(each).read(each)));
  try {
    const answer = await send("POST", form.dataset.quiz, { answers });
    location.replace(answer.url);
  } catch (error) {
    busy = false;
    state.textContent = error.status ? error.message : "网络中断，还没有交卷，恢复后请再按一次";
  }
});
