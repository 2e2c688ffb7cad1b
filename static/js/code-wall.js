// The code on the wall, asked for again every few seconds.

import { watch, write } from "./live.js";

const wall = document.querySelector("[data-wall]");

function show(found) {
  write(wall.querySelector("[data-code]"), found.digits);
  write(wall.querySelector("[data-until]"), found.until);
  write(wall.querySelector("[data-there]"), String(found.there));
  write(wall.querySelector("[data-due]"), String(found.due));
}

watch(wall.dataset.wall, show, 2000);
