// While the server is out of reach: how many answers wait on this computer, and back as soon as it answers.

import { answersOf, read, Shelf, shelfName } from "./attempt-shelf.js";

/** Between two tries; not for all at once. */
const PAUSE = 3000;
const page = document.querySelector("[data-away]");
const again = document.querySelector("[data-away-again]");
const line = document.querySelector("[data-away-state]");
let tries = 0;
let timer = null;

async function countWaiting() {
  const url = answersOf(location.pathname);
  if (!url) {
    return;
  }
  const name = shelfName(url);
  const texts = [await new Shelf(name).get()];
  try {
    texts.push(localStorage.getItem(name));
  } catch (error) {
    // Without a store nothing waits there.
  }
  const slots = new Set(texts.flatMap((text) => read(text).map(([slot]) => slot)));
  const told = document.querySelector("[data-away-waiting]");
  told.textContent = slots.size
    ? `还有 ${slots.size} 题没有同步，存在这台电脑上，连上以后自动补传。`
    : "这台电脑上没有等待同步的答案。";
}

async function attempt() {
  clearTimeout(timer);
  again.disabled = true;
  tries += 1;
  try {
    const answer = await fetch(page.dataset.away, { cache: "no-store" });
    if (answer.ok) {
      location.reload();
      return;
    }
  } catch (error) {
    // Still away.
  }
  again.disabled = false;
  const now = new Date().toLocaleTimeString("zh-CN", { hour12: false });
  line.textContent = `已试 ${tries} 次，最近一次 ${now}，还没有连上。`;
  timer = setTimeout(attempt, PAUSE * (1 + Math.random()));
}

again.addEventListener("click", attempt);
window.addEventListener("online", attempt);
countWaiting();
timer = setTimeout(attempt, PAUSE);
