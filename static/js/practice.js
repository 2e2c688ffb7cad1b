// One item of practice: letters choose, Enter sends and goes on. What is chosen stays on the page
// until the server has it; sent twice it counts once.

import { isText, kindOf } from "./attempt-answers.js";
import { HttpError, send } from "./http.js";

/** So long without an answer of the server counts as no connection. */
const PATIENCE = 12000;

const form = document.querySelector("[data-practice]");
const next = document.querySelector("[data-next]");

function feedback() {
  const said = document.querySelector("[data-feedback]");
  if (said) said.focus({ preventScroll: true });
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest("a, button, input, select, textarea, summary");
    if (event.key === "Enter" && next && !elsewhere) next.click();
  });
}

function answering() {
  const box = form.querySelector("[data-slot]");
  const kind = kindOf(box);
  const check = form.querySelector("[data-check]");
  const giveUp = form.querySelector("[data-give-up]");
  const state = form.querySelector("[data-practice-state]");
  let busy = false;

  function paint() {
    kind.paint(box);
    check.disabled = busy || kind.isOpen(box);
    giveUp.disabled = busy;
  }

  async function tell() {
    if (busy) return;
    busy = true;
    state.textContent = "";
    paint();
    const answer = Object.assign({ slot: Number(box.dataset.slot), seq: 1 }, kind.read(box));
    try {
      await send("POST", form.dataset.practice, { answers: [answer] }, {}, PATIENCE);
      location.reload();
    } catch (error) {
      const offline = error instanceof HttpError && error.status === 0;
      state.textContent = offline ? "网络中断，答案还在本页，恢复后请再按一次。" : error.message;
      busy = false;
      paint();
    }
  }

  function keyed(event) {
    const typing = event.target.closest("input[type=text], textarea, select");
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && !event.target.closest("a, button, summary, textarea")) {
      event.preventDefault();
      if (!check.disabled) tell();
    } else if (!typing && /^[a-j]$/i.test(event.key)) {
      const inputs = Array.from(box.querySelectorAll("input"));
      const input = inputs.find((one) => one.value === event.key.toUpperCase());
      if (input) {
        event.preventDefault();
        input.focus();
        input.click();
      }
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!check.disabled) tell();
  });
  giveUp.addEventListener("click", tell);
  box.addEventListener("input", paint);
  box.addEventListener("change", (event) => {
    if (kind.changed && !isText(event.target)) kind.changed(box, event.target);
    paint();
  });
  document.addEventListener("keydown", keyed);
  paint();
}

if (form) answering();
else feedback();
// Gone back to from the browser's memory, the page may show as open what is answered by now.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
