// The rows of a blueprint: added, moved and removed on the spot, totals at once, and after each
// change what the bank holds for every row. Without this the same buttons ask the server.

import { csrfToken } from "./http.js";

const form = document.getElementById("blueprint");
const list = form.querySelector("[data-rows]");
const PAUSE = 400;

const rows = () => Array.from(list.querySelectorAll("[data-row]"));

// rows-3-count becomes rows-1-count in every attribute that names a field.
function renumber() {
  rows().forEach((row, index) => {
    for (const part of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace(/rows-\d+-/g, `rows-${index}-`));
      }
    }
    for (const button of row.querySelectorAll("button[name=act]")) {
      button.value = button.value.replace(/\d+$/, index);
      button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/\d+/, index + 1));
    }
    row.querySelectorAll("[data-number]").forEach((number) => {
      number.textContent = index + 1;
    });
  });
}

function copyOf(row) {
  const made = row.cloneNode(true);
  // A clone has the attributes as the page came, not what was chosen since.
  const typed = row.querySelectorAll("input, select");
  made.querySelectorAll("input, select").forEach((field, index) => {
    field.value = typed[index].value;
    field.checked = typed[index].checked;
    field.removeAttribute("aria-invalid");
  });
  made.querySelectorAll(".xf-error").forEach((error) => error.remove());
  made.querySelectorAll(".xf-field-bad").forEach((bad) => bad.classList.remove("xf-field-bad"));
  return made;
}

const acts = {
  add() {
    const made = copyOf(rows()[rows().length - 1]);
    list.append(made);
    made.querySelector("select").focus();
  },
  remove(row) {
    if (rows().length > 1) row.remove();
  },
  up(row) {
    if (row.previousElementSibling) row.previousElementSibling.before(row);
  },
  down(row) {
    if (row.nextElementSibling) row.nextElementSibling.after(row);
  },
  gather() {
    const kind = (row) => `${row.querySelector("[name$='-item_type']").value}/${number(row, "marks")}`;
    const kinds = Array.from(new Set(rows().map(kind)));
    kinds.forEach((one) => list.append(...rows().filter((row) => kind(row) === one)));
  },
  count() {},
};

function number(row, name) {
  return Number(row.querySelector(`[name$="-${name}"]`).value) || 0;
}

function show(amount) {
  return String(Math.round(amount * 100) / 100);
}

function total() {
  let items = 0;
  let marks = 0;
  for (const row of rows()) {
    const sum = number(row, "count") * number(row, "marks");
    row.querySelector("[data-sum]").textContent = show(sum);
    items += number(row, "count");
    marks += sum;
    const chosen = Array.from(row.querySelectorAll(".xf-cell-laws input:checked"));
    row.querySelector("[data-laws]").textContent = chosen.length
      ? chosen.map((box) => box.parentElement.textContent.trim()).join("、")
      : "不限";
  }
  document.querySelector("[data-total-items]").textContent = items;
  document.querySelector("[data-total-marks]").textContent = show(marks);
}

function showStock(found) {
  rows().forEach((row, index) => {
    const place = row.querySelector("[data-stock]");
    const fits = found.fitting[index];
    const gap = found.gaps.find((each) => each.row === index + 1);
    const lacking = gap ? `，缺 ${gap.short} 题` : "";
    place.textContent = fits === null || fits === undefined ? "" : `题库现有 ${fits} 题${lacking}`;
    place.classList.toggle("xf-lacking", Boolean(gap) || (fits !== null && fits < number(row, "count")));
  });
  document.querySelector("[data-mean]").textContent = found.mean || "—";
  const box = document.querySelector("[data-gaps]");
  box.textContent = "";
  if (!found.gaps.length) return;
  const callout = document.createElement("div");
  callout.className = "xf-callout xf-tone-warn";
  const body = document.createElement("div");
  body.className = "xf-callout-body";
  const title = document.createElement("p");
  title.className = "xf-callout-title";
  title.textContent = "题库不足，现在还抽不出一套卷";
  const lines = document.createElement("ul");
  lines.className = "mb-0";
  for (const gap of found.gaps) {
    const line = document.createElement("li");
    line.textContent = gap.text;
    lines.append(line);
  }
  body.append(title, lines);
  callout.append(body);
  box.append(callout);
}

let asked = 0;
let waiting = 0;

async function askStock() {
  asked += 1;
  const mine = asked;
  try {
    const response = await fetch(list.dataset.stockUrl, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: new FormData(form),
    });
    const found = response.ok ? await response.json() : null;
    if (found && mine === asked) showStock(found);
  } catch (error) {
    // The next change asks again; the page keeps the last numbers.
  }
}

function changed() {
  total();
  clearTimeout(waiting);
  waiting = setTimeout(askStock, PAUSE);
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=act]");
  const verb = button && button.value.split("-")[0];
  if (!button || !acts[verb]) return;
  event.preventDefault();
  acts[verb](button.closest("[data-row]"));
  renumber();
  form.dispatchEvent(new Event("input", { bubbles: true }));
  if (document.contains(button)) button.focus();
});
form.addEventListener("input", changed);
document.querySelector("[data-recount]").hidden = true;
total();
