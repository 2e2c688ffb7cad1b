// Tables, pictures and words that stand out, put into the text at the cursor as the marks that
// question_bank/markup.py reads. Without it tables and marks can be typed; pictures need it.

import { csrfToken } from "./http.js";
import { toast } from "./toasts.js";

// Fields whose text may hold marks; of these only the ones of several lines may hold a table.
const FIELDS = /(?:^|-)(?:stem|rationale|reference|(?:options|step|left|right|extra)-\d+)$/;
const EMPTY = "| 列一 | 列二 |\n| --- | --- |\n|  |  |";

const form = document.getElementById("item-form");
const tools = document.querySelector("[data-rich-tools]");
let field = null;

const takes = (element) =>
  element && element.matches("input, textarea") && FIELDS.test(element.name || "");

// The browser's own insertion can be undone with Ctrl+Z; where it is gone the text is set.
function insert(text) {
  field.focus();
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// A table stands on lines of its own.
function insertBlock(text) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  insert((before && !before.endsWith("\n") ? "\n" : "") + text + (after && !after.startsWith("\n") ? "\n" : ""));
}

function strong() {
  const chosen = field.value.slice(field.selectionStart, field.selectionEnd).trim();
  if (!chosen || /[=\n]/.test(chosen)) {
    toast("请先选中要强调的几个字（一行之内）。", "info");
    return;
  }
  insert(`==${chosen}==`);
}

function table() {
  if (field.tagName !== "TEXTAREA") toast("表格只能放在题干、材料和解析里。", "info");
  else insertBlock(EMPTY);
}

const panel = document.getElementById("rich-picture");
const file = document.getElementById("rich-file");
const alt = document.getElementById("rich-alt");

function open(shown) {
  panel.hidden = !shown;
  tools.querySelector("[data-rich=picture]").setAttribute("aria-expanded", String(shown));
  say("");
  if (shown) (file.files.length ? alt : file).focus();
  else {
    file.value = "";
    alt.value = "";
  }
}

function say(text) {
  const place = tools.querySelector("[data-rich-error]");
  place.textContent = text;
  place.hidden = !text;
}

async function bring() {
  if (!file.files.length) return say("请选择图片文件");
  if (!alt.value.trim()) return say("请写明图上是什么，供看不到图的人了解");
  const data = new FormData();
  data.append("file", file.files[0]);
  data.append("alt", alt.value.trim());
  const button = tools.querySelector("[data-rich=insert]");
  button.disabled = true;
  try {
    const response = await fetch(tools.dataset.url, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: data,
    });
    const json = (response.headers.get("Content-Type") || "").includes("json");
    const answer = json ? await response.json() : {};
    if (!response.ok) return say(answer.error || (response.status === 413 ? "图片太大，请缩小后重试" : "图片没有传上去，请重试"));
    open(false);
    insert(answer.text);
  } catch (error) {
    say("图片没有传上去，请检查网络后重试");
  } finally {
    button.disabled = false;
  }
}

// The cells of the first table of a piece of HTML, as rows of marks; "" where there is none.
function rowsOf(html) {
  const found = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  if (!found || found.rows.length < 2) return "";
  found.querySelectorAll("script, style").forEach((each) => each.remove());
  const rows = Array.from(found.rows, (row) =>
    Array.from(row.cells).flatMap((cell) => {
      const text = cell.textContent.replace(/\s+/g, " ").trim().replace(/\|/g, "\\|");
      return [text].concat(Array(Math.max(0, Math.min(cell.colSpan, 20) - 1)).fill(""));
    })
  );
  const width = Math.max(...rows.map((row) => row.length));
  if (width < 2) return "";
  const lines = rows.map((row) => `| ${row.concat(Array(width - row.length).fill("")).join(" | ")} |`);
  lines.splice(1, 0, `| ${Array(width).fill("---").join(" | ")} |`);
  return lines.join("\n");
}

function paste(event) {
  if (!takes(event.target)) return;
  field = event.target;
  const rows = field.tagName === "TEXTAREA" ? rowsOf(event.clipboardData.getData("text/html")) : "";
  const picture = Array.from(event.clipboardData.files).find((each) => each.type.startsWith("image/"));
  if (rows) {
    event.preventDefault();
    insertBlock(rows);
  } else if (picture && !event.clipboardData.getData("text/plain")) {
    event.preventDefault();
    const given = new DataTransfer();
    given.items.add(picture);
    file.files = given.files;
    open(true);
  }
}

if (form && tools) {
  tools.hidden = false;
  field = form.querySelector("[name=stem]");
  const does = { strong, table, picture: () => open(panel.hidden), insert: bring, cancel: () => open(false) };
  form.addEventListener("focusin", (event) => {
    if (takes(event.target)) field = event.target;
  });
  form.addEventListener("paste", paste);
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rich]");
    if (!button) return;
    // The line that had the cursor may be gone with another type of item.
    if (!form.contains(field)) field = form.querySelector("[name=stem]");
    does[button.dataset.rich]();
  });
  // Enter in the small form puts the picture in and does not send the item.
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    bring();
  });
}
