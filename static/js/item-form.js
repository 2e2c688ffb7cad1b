// Writing an item: lines for options and citations, and the cited articles beside the form.
// Without it the form has all its lines at once and shows the articles after saving.

import { csrfToken } from "./http.js";

const LETTERS = "ABCDEFGHIJ";
// A pause in typing after which the articles are fetched.
const PAUSE = 400;

const form = document.getElementById("item-form");
const beside = document.getElementById("beside");

function typeNow() {
  const chosen = form.querySelector("[name=item_type]:checked");
  return chosen ? chosen.value : "single_choice";
}

// Which answers the type has: options to tick, or right and wrong.
function showAnswers() {
  const judgement = typeNow() === "true_false";
  form.querySelector("[data-choices]").hidden = judgement;
  form.querySelector("[data-judgement]").hidden = !judgement;
}

// A single choice has one right option: ticking another one takes the tick with it.
function keepOne(ticked) {
  if (typeNow() !== "single_choice" || !ticked.checked) return;
  form.querySelectorAll("[data-key]").forEach((box) => {
    box.checked = box === ticked;
  });
}

function lines(list) {
  const add = list.parentElement.querySelector("[data-add-line]");
  const most = Number(list.dataset.most);
  const fewest = list.dataset.lines === "option" ? 2 : 1;
  const all = () => Array.from(list.querySelectorAll(":scope > [data-line]"));

  function number() {
    const now = all();
    now.forEach((line, place) => {
      const letter = line.querySelector("[data-letter]");
      if (letter) {
        letter.textContent = `${LETTERS[place]}.`;
        line.querySelector("[data-option]").setAttribute("aria-label", `选项 ${LETTERS[place]}`);
        line.querySelector("[data-drop-line]").setAttribute("aria-label", `删去选项 ${LETTERS[place]}`);
      }
      line.querySelector("[data-drop-line]").hidden = now.length <= fewest;
    });
    add.hidden = now.length >= most;
  }

  // A new line is a copy of the last one under a number that no other line has.
  function another() {
    const now = all();
    const last = now[now.length - 1];
    const used = now.map((line) => Number(line.querySelector("input").name.split("-")[1]));
    const next = Math.max(...used) + 1;
    const made = last.cloneNode(true);
    made.querySelectorAll("input").forEach((input) => {
      if (input.type === "checkbox") {
        input.checked = false;
        input.value = String(next);
        return;
      }
      input.value = "";
      input.name = input.name.replace(/-\d+/, `-${next}`);
      input.id = input.name;
    });
    made.querySelectorAll("label[for]").forEach((label) => {
      label.htmlFor = label.htmlFor.replace(/-\d+/, `-${next}`);
    });
    last.after(made);
    number();
    return made;
  }

  function drop(line) {
    const neighbour = line.nextElementSibling || line.previousElementSibling;
    line.remove();
    number();
    neighbour.querySelector("input").focus();
    form.dispatchEvent(new Event("input"));
  }

  add.addEventListener("click", () => another().querySelector("input").focus());
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop-line]");
    if (button) drop(button.closest("[data-line]"));
  });
  // Enter goes on to the next option instead of sending the form.
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-option]")) return;
    event.preventDefault();
    const now = all();
    const next = now[now.indexOf(event.target.closest("[data-line]")) + 1];
    if (next) next.querySelector("input").focus();
    else if (now.length < most) another().querySelector("input").focus();
  });
  number();
}

let waiting = 0;
let asked = 0;
let shown = "";

async function showBeside() {
  asked += 1;
  const mine = asked;
  const data = new FormData(form);
  data.delete("csrf_token");
  let answer;
  try {
    const response = await fetch(beside.dataset.url, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: data,
    });
    if (!response.ok) return;
    answer = await response.json();
  } catch (error) {
    return; // the articles are shown again after saving
  }
  if (mine === asked && answer.html !== shown) {
    shown = answer.html;
    // A part of our own page, written by the server with everything escaped.
    const part = new DOMParser().parseFromString(shown, "text/html");
    beside.textContent = "";
    beside.append(...part.body.childNodes);
  }
}

if (form) {
  form.querySelectorAll("noscript").forEach((each) => each.remove());
  form.querySelectorAll("[data-lines]").forEach(lines);
  form.addEventListener("change", (event) => {
    if (event.target.matches("[name=item_type]")) showAnswers();
    if (event.target.matches("[data-key]")) keepOne(event.target);
  });
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(showBeside, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  showAnswers();
}
