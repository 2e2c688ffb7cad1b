// Writing an item: lines for options and citations, and the cited articles beside the form.
// Without it the form has all its lines at once and shows the articles after saving.

import { csrfToken } from "./http.js";
import { toast } from "./toasts.js";

const LETTERS = "ABCDEFGHIJ";
// A pause in typing after which the articles are fetched.
const PAUSE = 400;

const form = document.getElementById("item-form");
const beside = document.getElementById("beside");
const ofType = document.getElementById("of-type");

// A single choice has one right option: ticking another one takes the tick with it.
function keepOne(ticked) {
  const one = ticked.closest("[data-one]");
  if (!one || !ticked.checked) return;
  one.querySelectorAll("[data-key]").forEach((box) => {
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
      const at = line.querySelector("[data-place]");
      if (at) at.textContent = `${place + 1}.`;
      line.querySelector("[data-drop-line]").hidden = now.length <= fewest;
    });
    add.hidden = now.length >= most;
  }

  // A new line is a copy of the last one under a number that no other line has.
  function oneMore() {
    const now = all();
    const last = now[now.length - 1];
    const used = now.map((line) => Number(line.querySelector("input, textarea").name.match(/-(\d+)(?:-[a-z]+)?$/)[1]));
    const next = Math.max(...used) + 1;
    const made = last.cloneNode(true);
    made.querySelectorAll("input, textarea").forEach((input) => {
      if (input.type === "checkbox") {
        input.checked = false;
        input.value = String(next);
        return;
      }
      input.value = "";
      input.name = input.name.replace(/-\d+(?=$|-(?:law|articles|version)$)/, `-${next}`);
      input.id = input.name;
    });
    made.querySelectorAll("label[for]").forEach((label) => {
      label.htmlFor = label.htmlFor.replace(/-\d+(?=$|-(?:law|articles|version)$)/, `-${next}`);
    });
    last.after(made);
    number();
    return made;
  }

  function drop(line) {
    const neighbour = line.nextElementSibling || line.previousElementSibling;
    line.remove();
    number();
    neighbour.querySelector("input, textarea").focus();
    form.dispatchEvent(new Event("input"));
  }

  add.addEventListener("click", () => oneMore().querySelector("input, textarea").focus());
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
    else if (now.length < most) oneMore().querySelector("input").focus();
  });
  number();
}

async function post(url, more) {
  const data = new FormData(form);
  data.delete("csrf_token");
  more.forEach(([name, value]) => data.append(name, value));
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    body: data,
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

// A part of our own page, written by the server with everything escaped.
function put(place, html) {
  const part = new DOMParser().parseFromString(html, "text/html");
  part.querySelectorAll("noscript").forEach((each) => each.remove());
  place.textContent = "";
  place.append(...part.body.childNodes);
}

// Right options are told anew when the writer comes back from a type that has none to tick.
let right = [];

function ticked() {
  const boxes = Array.from(ofType.querySelectorAll("[name=key][data-key]"));
  if (!boxes.length) return right.map((place) => ["key", place]);
  right = boxes
    .filter((box) => box.closest("[data-line]").querySelector("[data-option]").value.trim())
    .map((box, place) => (box.checked ? String(place) : ""))
    .filter(Boolean);
  return [];
}

// The part of the form that is the type's own comes from the server, filled with what is there.
async function another(redo) {
  try {
    const answer = await post(ofType.dataset.url, [["redo", redo]].concat(ticked()));
    put(ofType, answer.html);
    ofType.querySelectorAll("[data-lines]").forEach(lines);
  } catch (error) {
    toast("没有取到表单，请检查网络后重试；已填写的内容还在。", "error");
  }
}

let waiting = 0;
let asked = 0;
let shown = "";

async function showBeside() {
  asked += 1;
  const mine = asked;
  const data = new FormData(form);
  data.delete("csrf_token");
  try {
    const answer = await post(beside.dataset.url, []);
    if (mine !== asked || answer.html === shown) return;
    shown = answer.html;
    put(beside, shown);
  } catch (error) {
    // the articles are shown again after saving
  }
}

if (form) {
  form.querySelectorAll("noscript").forEach((each) => each.remove());
  form.querySelectorAll("[data-lines]").forEach(lines);
  form.addEventListener("change", (event) => {
    if (event.target.matches("[name=item_type], [data-redo-on-change]")) another("type");
    if (event.target.matches("[data-key]")) keepOne(event.target);
  });
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(showBeside, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  // A button that asks for more of the form works without us, too, by sending the whole form.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[name=redo]");
    if (!button) return;
    event.preventDefault();
    another(button.value);
  });
}
