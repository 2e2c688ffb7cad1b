// Asking first. The confirm macro's <details> becomes a modal <dialog>; `ask` does the same from code.

import { keepWritten } from "./written.js";

/** The second press of a double click falls on the ground around the dialog that the first one opened. */
const DOUBLE = 600;

let numbered = 0;

function icon(name) {
  const mark = document.createElement("i");
  mark.className = `bi bi-${name}`;
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

function button(kind, text) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `btn ${kind}`;
  made.textContent = text;
  return made;
}

function dialogAround(body) {
  const dialog = document.createElement("dialog");
  const title = body.querySelector(".xf-confirm-title");
  dialog.className = "xf-dialog";
  if (title) {
    numbered += 1;
    title.id = title.id || `dialog-title-${numbered}`;
    dialog.setAttribute("aria-labelledby", title.id);
  }
  dialog.append(body);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && performance.now() - dialog.openedAt > DOUBLE) dialog.close();
  });
  return dialog;
}

function open(dialog) {
  dialog.openedAt = performance.now();
  dialog.showModal();
}

function enhance(form) {
  const summary = form.querySelector("summary");
  const body = form.querySelector(".xf-confirm-body");
  const cancel = body.querySelector("[data-cancel]");
  const dialog = dialogAround(body);
  form.append(dialog);
  summary.setAttribute("role", "button");
  summary.setAttribute("aria-haspopup", "dialog");
  cancel.hidden = false;
  summary.addEventListener("click", (event) => {
    event.preventDefault();
    open(dialog);
    (body.querySelector("input:not([type=hidden]), textarea, select") || cancel).focus();
  });
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => summary.focus());
}

export function confirmDialogs(root = document) {
  root.querySelectorAll("form[data-confirm]").forEach((form) => {
    keepWritten(form);
    enhance(form);
  });
}

/** Ask in a modal dialog; resolves to true for yes, false for no. `text` may hold several lines. */
export function ask({ title, text, yes = "确定", no = "取消", danger = false }) {
  return new Promise((resolve) => {
    const body = document.createElement("div");
    body.className = `xf-confirm-body${danger ? " xf-confirm-danger" : ""}`;
    const heading = document.createElement("p");
    heading.className = "xf-confirm-title";
    heading.append(icon(danger ? "exclamation-triangle" : "question-circle"), title);
    body.append(heading);
    for (const line of text.split("\n")) {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      body.append(paragraph);
    }
    const actions = document.createElement("div");
    actions.className = "xf-confirm-actions";
    const refuse = button("btn-outline-secondary", no);
    const accept = button(danger ? "btn-danger" : "btn-primary", yes);
    actions.append(refuse, accept);
    body.append(actions);
    const dialog = dialogAround(body);
    document.body.append(dialog);
    let answer = false;
    refuse.addEventListener("click", () => dialog.close());
    accept.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    open(dialog);
    refuse.focus();
  });
}
