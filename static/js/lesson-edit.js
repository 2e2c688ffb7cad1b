import { send } from "./http.js";
import { toast } from "./toasts.js";

// Writing a lesson: only the fields of the chosen kind are shown. Without this all of them are.

const parts = Array.from(document.querySelectorAll("[data-kinds]"));
const choices = Array.from(document.querySelectorAll("input[name=kind]"));

function show() {
  const chosen = choices.find((each) => each.checked);
  parts.forEach((each) => {
    each.hidden = !chosen || !each.dataset.kinds.split(" ").includes(chosen.value);
  });
}

choices.forEach((each) => each.addEventListener("change", show));
show();

// What is written, as those who study will see it: beside the form while somebody writes, and at
// once when the button is pressed. Without this the button sends the form and nothing is kept.

const PAUSE = 600;
const preview = document.querySelector("[data-preview]");
const place = preview.querySelector("[data-preview-shown]");
const note = preview.querySelector("[data-preview-note]");
const form = document.querySelector("form[data-form]");
let waiting = 0;
let asked = 0;

async function look(pressed) {
  asked += 1;
  const mine = asked;
  const text = new URLSearchParams();
  for (const name of ["body", "articles"]) text.append(name, form.elements[name].value);
  try {
    const answer = await send("POST", preview.dataset.url, text);
    if (mine === asked) put(answer.html);
    if (pressed) note.textContent = "预览已更新，没有保存。";
  } catch (error) {
    if (pressed) toast("没有取到预览，请检查网络后重试；已写的内容还在。", "error");
  }
  if (pressed) preview.focus();
}

// A part of our own page, written by the server with everything escaped.
function put(html) {
  const part = new DOMParser().parseFromString(html, "text/html");
  place.textContent = "";
  place.append(...part.body.childNodes);
}

form.addEventListener("input", (event) => {
  if (!["body", "articles"].includes(event.target.name)) return;
  clearTimeout(waiting);
  waiting = setTimeout(look, PAUSE, false);
});

document.querySelector("[data-preview-press]").addEventListener("click", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  look(true);
});
