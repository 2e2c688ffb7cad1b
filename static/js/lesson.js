// A lesson's page: tells the server now and then that somebody is reading. The server alone counts
// the time; what is shown in between is only this page's guess.

import { csrfToken, HttpError, post } from "./http.js";

const SIGN_EVERY = 30000;
// Somebody who does nothing for so long is taken to be away; the first movement goes on.
const AWAY_AFTER = 300000;
const RETRY_AFTER = 10000;

const box = document.querySelector("[data-study]");
const url = box.dataset.signs;
const done = "done" in box.dataset;
const text = box.querySelector("[data-study-text]");
const bar = box.querySelector("[data-study-bar]");
const note = box.querySelector("[data-study-note]");
const here = box.querySelector("[data-study-here]");
const complete = box.querySelector("[data-study-complete]");

let seconds = Number(box.dataset.seconds);
let needed = Number(box.dataset.needed);
// "counting", or why not: "hidden", "away", "elsewhere", "limited", "offline", "over"
let state = "hidden";
let signedAt = 0;
let touchedAt = Date.now();
let timer = null;
let busy = false;
// Turning to the page, asked for while another request was under way.
let waiting = null;

const NOTES = {
  away: "已暂停计时，继续阅读即恢复。",
  elsewhere: "另一个课时正在计时，本页暂停。",
  limited: "今日学习时间已达上限，明天可继续。",
  offline: "网络中断，正在重新连接；已记的时间不会丢失。",
  over: "登录已失效，请重新登录后继续；已记的时间不会丢失。",
};

function show(next) {
  state = next;
  const words = done ? "" : NOTES[state] || "";
  if (note.textContent !== words) note.textContent = words;
  here.hidden = done || state !== "elsewhere";
}

function guess() {
  return seconds + (state === "counting" ? Math.floor((Date.now() - signedAt) / 1000) : 0);
}

function paint() {
  if (done) return;
  const spent = guess();
  const left = needed - spent;
  bar.value = Math.min(spent, needed);
  const minutes = Math.ceil(left / 60);
  const rest = minutes > 1 ? `还需 ${minutes} 分钟` : "还需不到 1 分钟";
  text.textContent = `已学 ${Math.floor(spent / 60)} 分钟，${left > 0 ? rest : "可以完成本课时了"}`;
  complete.disabled = left > 0;
}

function schedule(delay) {
  clearTimeout(timer);
  timer = setTimeout(sign, delay);
}

async function tell(body) {
  if (busy) {
    waiting = body.begin ? body : waiting;
    return;
  }
  busy = true;
  try {
    const answer = await post(url, body);
    seconds = answer.seconds;
    needed = answer.needed;
    signedAt = Date.now();
    show(stateOf(answer));
    if (state === "counting") schedule(Math.min(SIGN_EVERY, untilNeeded()));
  } catch (error) {
    failed(error, body);
  }
  busy = false;
  paint();
  if (waiting) {
    const next = waiting;
    waiting = null;
    tell(next);
  }
}

function stateOf(answer) {
  if (document.visibilityState === "hidden") return "hidden";
  if (answer.limited) return "limited";
  return answer.current ? "counting" : "elsewhere";
}

// The last sign before the button opens comes just in time.
function untilNeeded() {
  const left = (needed - seconds) * 1000 + 500;
  return left > 500 ? left : SIGN_EVERY;
}

function failed(error, body) {
  if (error instanceof HttpError && error.status > 0 && error.status < 500) {
    show("over");
    return;
  }
  show("offline");
  clearTimeout(timer);
  timer = setTimeout(() => tell(body), RETRY_AFTER);
}

const begin = () => tell({ begin: true });

function sign() {
  if (Date.now() - touchedAt > AWAY_AFTER) {
    goodbye();
    show("away");
    return;
  }
  tell({});
}

// What was read since the last sign, sent off even while the page closes.
function goodbye() {
  if (state !== "counting" && state !== "offline") return;
  fetch(url, {
    method: "POST",
    keepalive: true,
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: "{}",
  }).catch(() => {});
  seconds = guess();
}

function leave() {
  clearTimeout(timer);
  goodbye();
  if (state !== "over") state = "hidden";
}

function touched() {
  touchedAt = Date.now();
  if (state === "away") begin();
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leave();
  else if (state === "hidden") {
    touchedAt = Date.now();
    begin();
  }
});
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) begin();
});
window.addEventListener("online", () => {
  if (state === "offline") tell({});
});
["scroll", "pointermove", "pointerdown", "keydown", "touchstart"].forEach((name) => {
  window.addEventListener(name, touched, { passive: true });
});
here.addEventListener("click", begin);

if (document.visibilityState === "visible") begin();
setInterval(paint, 1000);
paint();
