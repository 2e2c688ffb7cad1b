// A recording: the page says which stretches it played; how much of them counts, the server's clock
// says. Skipping reports nothing, and a page that plays in the background of another is told so.

import { csrfToken, HttpError, post } from "./http.js";

const REPORT_EVERY = 5000;
// The browser tells the time about four times a second; a larger step was a jump.
const JUMP = 3;

const box = document.querySelector("[data-media]");
const media = box.querySelector("video, audio");
const speed = box.querySelector("[data-media-speed]");
const bar = document.querySelector("[data-played-bar]");
const text = document.querySelector("[data-played-text]");
const note = document.querySelector("[data-played-note]");
const complete = document.querySelector("[data-study-complete]");
const length = Number(box.dataset.length);
const needed = Number(box.dataset.needed);
const done = "done" in box.dataset;

let covered = Number(box.dataset.covered);
let holder = "";
// The stretch since the last report, in seconds.
let from = null;
let to = null;
let timer = null;
let busy = Promise.resolve();

const tenths = (seconds) => Math.round(seconds * 10);

function paint() {
  if (done) return;
  bar.value = Math.min(covered, needed);
  const ready = covered >= needed;
  text.textContent = `已播放 ${Math.floor((covered * 100) / Math.max(1, length))}%，${ready ? "可以完成本课时了" : "播放满 90% 可完成"}`;
  complete.disabled = !ready;
}

function say(words) {
  if (note.textContent !== words) note.textContent = words;
}

function took(answer) {
  if (!answer.current) {
    holder = "";
    media.pause();
    say("另一个页面正在学习，本页已暂停；按播放键在此继续。");
    return;
  }
  covered = answer.covered;
  holder = answer.holder;
  say(answer.limited ? "今日学习时间已达上限，明天可继续。" : "");
  paint();
}

function failed(error) {
  const lost = error instanceof HttpError && (error.status === 0 || error.status >= 500);
  if (lost) {
    say("网络中断，这一段稍后会再次播放才能计入。");
    return;
  }
  media.pause();
  say("登录已失效或课程有变动，请刷新页面后继续；已记的进度不会丢失。");
}

// One request after another, so that stretches arrive in their order.
function send(make) {
  busy = busy.then(async () => {
    const body = make();
    if (!body) return;
    try {
      took(await post(box.dataset.report, body));
    } catch (error) {
      failed(error);
    }
  });
  return busy;
}

function stretch() {
  if (from === null || !holder || to - from < 0.1) return null;
  const body = { holder, from: tenths(from), to: tenths(to) };
  from = to;
  return body;
}

function begin() {
  from = media.currentTime;
  to = from;
  send(() => ({ begin: true }));
  clearInterval(timer);
  timer = setInterval(() => send(stretch), REPORT_EVERY);
}

function end() {
  clearInterval(timer);
  const body = stretch();
  from = null;
  if (body) send(() => body);
}

function moved() {
  if (from === null || media.seeking) return;
  const now = media.currentTime;
  if (now < to || now - to > JUMP) {
    const body = stretch();
    if (body) send(() => body);
    from = now;
  }
  to = now;
}

media.addEventListener("loadedmetadata", () => {
  const position = Number(box.dataset.position) / 10;
  if (position > 0 && position < length / 10 - 1) media.currentTime = position;
});
media.addEventListener("playing", begin);
media.addEventListener("pause", end);
media.addEventListener("ended", end);
media.addEventListener("waiting", end);
media.addEventListener("seeking", () => {
  const body = stretch();
  if (body) send(() => body);
});
media.addEventListener("seeked", () => {
  if (from === null) return;
  from = media.currentTime;
  to = from;
});
media.addEventListener("timeupdate", moved);
media.addEventListener("error", () => say("浏览器不能播放这个文件，请换用新版浏览器或联系课程管理员。"));
speed.addEventListener("change", () => {
  media.playbackRate = Number(speed.value);
});
// What was played goes off even while the page closes.
window.addEventListener("pagehide", () => {
  const body = stretch();
  if (!body) return;
  fetch(box.dataset.report, {
    method: "POST",
    keepalive: true,
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(body),
  }).catch(() => {});
});
paint();
