// The projector's page: asks for the code of the moment and draws it. Without this the page shows
// the code with which it was opened, for half a minute.

import { get } from "./http.js";

const screen = document.querySelector("[data-screen]");
const part = (name) => screen.querySelector(`[data-${name}]`);
let left = Number(part("left").textContent) || 0;
let asking = false;

function draw(shown) {
  part("open").hidden = !shown.open;
  part("closed").hidden = shown.open;
  part("signed").textContent = shown.signed;
  part("due").textContent = shown.due;
  if (!shown.open) return;
  if (part("code").textContent !== shown.code) {
    part("code").textContent = shown.code;
    const parsed = new DOMParser().parseFromString(shown.qr, "text/html");
    part("qr").replaceChildren(parsed.querySelector("svg"));
  }
  left = shown.left;
  part("left").textContent = left;
}

async function refresh() {
  if (asking) return;
  asking = true;
  try {
    draw(await get(screen.dataset.url));
    part("lost").hidden = true;
  } catch (error) {
    // An old code is refused anyway; the page says so and tries again.
    part("lost").hidden = false;
  } finally {
    asking = false;
  }
}

setInterval(() => {
  left = Math.max(0, left - 1);
  part("left").textContent = left;
  if (left === 0) refresh();
}, 1000);
setInterval(refresh, 5000);
