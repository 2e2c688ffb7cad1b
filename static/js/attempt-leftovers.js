// Answers of attempts that are over, left on this computer because another device, the invigilators or the clock
// handed them in: whoever gave them is told how many never arrived, and then nothing is kept any longer.

import { get } from "./http.js";
import { read, Shelf, shelfName, shelved } from "./attempt-shelf.js";

const NAME = /^xf-attempt-(.*\/exam\/attempts\/[0-9]+\/answers)(-flags)?$/;
const PATIENCE = 12000;

/** The addresses to which something that is kept here was to be sent. */
async function addresses() {
  let names = [];
  try {
    names = Object.keys(localStorage);
  } catch (error) {
    // Without a store nothing waits there.
  }
  const found = names.concat((await shelved()) || []).map((name) => NAME.exec(name));
  return Array.from(new Set(found.filter(Boolean).map((match) => match[1])));
}

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch (error) {
    return null;
  }
}

function forget(name) {
  try {
    localStorage.removeItem(name);
    localStorage.removeItem(`${name}-flags`);
  } catch (error) {
    // Nothing was kept there.
  }
  return new Shelf(name).drop();
}

/** How many questions have an answer here that is newer than what the server has. */
async function lost(name, seqs) {
  const waiting = read(kept(name)).concat(read(await new Shelf(name).get()));
  return new Set(waiting.filter(([slot, one]) => !(one.seq <= seqs[slot])).map(([slot]) => slot)).size;
}

function made(tag, className, text = "") {
  const one = document.createElement(tag);
  one.className = className;
  one.textContent = text;
  return one;
}

/** Say it below the name of the page, until it is read and what came of that is done. */
function tell(title, text, onRead) {
  const box = made("div", "xf-callout xf-tone-warn");
  box.setAttribute("role", "status");
  const mark = made("i", "bi bi-exclamation-triangle");
  mark.setAttribute("aria-hidden", "true");
  const body = made("div", "xf-callout-body");
  const button = made("button", "btn btn-outline-secondary btn-sm", "知道了");
  button.type = "button";
  button.addEventListener("click", () => {
    button.disabled = true;
    // Gone once nothing is kept any longer: who leaves at once is not told again.
    onRead().then(() => {
      box.remove();
      document.getElementById("main").focus({ preventScroll: true });
    });
  });
  body.append(made("p", "xf-callout-title", title), made("p", "", text), button);
  box.append(mark, body);
  document.querySelector("#main .xf-page-header").after(box);
}

async function settle(url) {
  // Nothing is said of somebody else's attempt, nor while the server is away: then all stays as it is.
  const told = await get(url.replace(/answers$/, "kept"), PATIENCE).catch(() => null);
  if (!told || !told.over) {
    return;
  }
  const name = shelfName(url);
  const count = await lost(name, told.seqs);
  if (!count) {
    forget(name);
    return;
  }
  tell(
    `“${told.title}”有 ${count} 题没有同步`,
    `存在这台电脑上的 ${count} 题作答没有在交卷、收卷以前传到服务器，不计入成绩；此前保存的答案有效。` +
      "确因网络故障的，请联系监考人员或人事司考务。",
    () => forget(name),
  );
}

addresses().then((urls) => urls.forEach(settle));
