// The page around an uploaded package. The package runs in a frame without an origin and speaks to
// the server itself; this page opens it, learns that somebody is busy in it, and shows its state.

import { get, HttpError, post } from "./http.js";

const box = document.querySelector("[data-package]");
const frame = box.querySelector("[data-package-frame]");
const note = box.querySelector("[data-package-note]");
const said = box.querySelector("[data-package-said]");
const score = box.querySelector("[data-package-score]");
const wide = box.querySelector("[data-package-wide]");

async function open() {
  try {
    const answer = await post(box.dataset.launch, {});
    frame.src = answer.url;
    note.textContent = answer.condition || "";
    // A package that asks for a window of its own gets the whole page; its sandbox opens none.
    if (answer.wide) widen(true);
  } catch (error) {
    note.textContent = error instanceof HttpError && error.status ? error.message : "网络中断，课件没有打开，请刷新页面重试。";
  }
}

async function refresh() {
  if (!box.dataset.standing) return;
  try {
    const now = await get(box.dataset.standing);
    if (now.done) {
      said.firstElementChild.className = "xf-badge xf-tone-good";
      said.firstElementChild.textContent = "课件已学完";
    }
    score.textContent = now.score === null ? "" : `得分 ${Number(now.score)}`;
  } catch (error) {
    // The next one tells.
  }
}

window.addEventListener("message", (event) => {
  // Of no use but to say that somebody is there; anything else a package says is passed over.
  const message = event.data && event.data.xuefa;
  if (event.source !== frame.contentWindow && event.origin !== "null") return;
  if (message === "alive") window.dispatchEvent(new Event("touchstart"));
  if (message === "said") refresh();
});

function widen(now) {
  box.classList.toggle("xf-package-wide", now);
  wide.textContent = now ? "缩小" : "放大";
  wide.setAttribute("aria-pressed", String(now));
}

wide.addEventListener("click", () => widen(!box.classList.contains("xf-package-wide")));

open();
// A package that reports to the server by itself says nothing to this page.
window.setInterval(refresh, 15_000);
