// Taking an exam: the questions, the answer sheet, the countdown and the hand-in.

import { get, send, HttpError } from "./http.js";
import { ask } from "./dialogs.js";
import { ServerClock } from "./attempt-clock.js";
import { Deadline } from "./attempt-deadline.js";
import { announce, Network, speak } from "./attempt-told.js";
import { Flags, isFlagged } from "./attempt-flags.js";
import { remaining } from "./attempt-remaining.js";
import { Queue } from "./attempt-queue.js";
import { shelfName } from "./attempt-shelf.js";
import { keys } from "./attempt-keys.js";
import { drawer } from "./attempt-drawer.js";
import { Presence, discourageCopying } from "./attempt-presence.js";
import { isText, kindOf } from "./attempt-answers.js";
import { chosenIn, clearer } from "./attempt-clear.js";

const meta = (name) => document.querySelector(`meta[name=${name}]`);
const url = meta("attempt-answers").content;
const of = (act) => url.replace(/answers$/, act);
const storeKey = shelfName(url);
/** Changes within this time travel together. */
const TOGETHER = 400;
/** Writing is sent when it pauses, and now and then while it does not. */
const PAUSE_IN_WRITING = 1500;
const LONGEST_UNSENT = 8000;
/** Without an answer of the server for so long a network that swallows everything is taken for cut, nearer the end sooner. */
const PATIENCE = 12000;
const LEAST_PATIENCE = 4000;
/** Handing in takes its time when everybody does. */
const PATIENCE_AT_THE_END = 40000;
/** Who wants to hand in is asked by then, whether the last answers are through or not. */
const ASKED_BY = 1500;
/** The page closes this long before the deadline, so that the last answers still arrive in time. */
const RESERVE = 2000;
const ALIVE_EVERY = 240000;
/** Everybody begins in the same minute; what is for later is fetched a little later, and not by all at once. */
const SETTLED = 3000;

const questions = Array.from(document.querySelectorAll("[data-slot][data-type]"));
const flags = new Flags(`${storeKey}-flags`, questions);
const bySlot = new Map(questions.map((one) => [Number(one.dataset.slot), one]));
const state = document.querySelector("[data-save-state]");
const clock = new ServerClock(meta("attempt-server-time").content);
const deadline = new Deadline(meta("attempt-deadline").content, clock, RESERVE);

/** What the page is doing: answering, paused, checking whether time is over, handing in, or over. */
let phase = "answering";
let problem = "";
/** Handing in waits for the network. */
let heldUp = false;
const network = new Network(() => phase === "answering");

const isOpen = (question) => kindOf(question).isOpen(question);
const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// ---------------------------------------------------------------- what is shown

/** What else is painted with a question. */
const painters = new Map(questions.map((one) => [one, []]));

function paint(question) {
  kindOf(question).paint(question);
  painters.get(question).forEach((each) => each());
  const slot = question.dataset.slot;
  const cell = document.querySelector(`[data-cell="${slot}"]`);
  const answered = !isOpen(question);
  cell.classList.toggle("xf-sheet-answered", answered);
  cell.classList.toggle("xf-sheet-flagged", isFlagged(question));
  cell.setAttribute("aria-label", `第 ${question.dataset.number} 题，${answered ? "已答" : "未答"}${isFlagged(question) ? "，已标记" : ""}`);
}

function paintProgress() {
  const open = questions.filter(isOpen).length;
  const text = open ? `已答 ${questions.length - open} 题，还有 ${open} 题未答` : `全部 ${questions.length} 题已答`;
  document.querySelector("[data-progress]").textContent = text;
}

function paintState() {
  const waiting = queue.failing ? `待同步 ${queue.size} 题` : "正在保存…";
  const text = problem || (queue.size ? waiting : "已保存");
  if (state.textContent !== text) {
    state.textContent = text;
  }
  state.classList.toggle("xf-save-pending", queue.size > 0);
  state.classList.toggle("xf-save-failed", Boolean(problem));
  document.querySelector("[data-cut]").hidden = !(phase === "answering" ? queue.failing : phase === "handing in" && heldUp);
  network.heard(queue.size, problem);
}

function say(text) {
  problem = text;
  speak(text);
  paintState();
}

function setLocked(locked) {
  questions.forEach((question) => {
    question.querySelector("fieldset").disabled = locked;
  });
  const button = document.querySelector("[data-hand-in]");
  button.disabled = locked;
  button.hidden = phase === "over";
}

/** What was being asked is of no use any more, and would stand before what is to be read. */
function closeDialogs() {
  document.querySelectorAll("dialog[open]").forEach((one) => one.close());
}

/** Close the page for good and say why; `again`: what the button to open it anew is called, "" for none. */
function shut(title, text, again = "在此继续作答") {
  phase = "over";
  queue.close();
  setLocked(true);
  problem = title;
  paintState();
  document.querySelector("[data-paused]").hidden = true;
  closeDialogs();
  const box = document.querySelector("[data-shut]");
  box.querySelector("[data-shut-title]").textContent = title;
  box.querySelector("[data-shut-text]").textContent = text;
  box.querySelector("[data-shut-again]").textContent = again;
  box.querySelector("[data-shut-again]").hidden = !again;
  box.hidden = false;
  box.focus();
  window.scrollTo(0, 0);
}

/** The attempt no longer goes on here: at another device, or the invigilators cut this one off. */
async function cutOff() {
  phase = "over";
  queue.close();
  setLocked(true);
  const signedIn = await get(of("alive"), PATIENCE).catch(() => null);
  if (signedIn && signedIn.here) {
    // This device may go on, or the session is no more: the page that the server has now says which.
    location.reload();
    return;
  }
  const unsent = queue.size ? `本页还有 ${queue.size} 题没有同步，在此继续时会补传。` : "已保存的答案不受影响。";
  if (signedIn) {
    shut("已在另一台设备上继续作答", `本页只能查看。${unsent}`);
  } else {
    shut("本页已停止作答", `登录已退出，或监考人员切断了这台设备，请听监考人员安排。${unsent}`, "重新登录");
  }
}

/** The end was reached with answers that came too late: whoever wrote them is told, not only the record. */
function tooLate() {
  shut(
    "考试时间已到",
    `本页有 ${queue.size} 题没有在截止前传到服务器，不计入成绩；此前保存的答案有效。确因网络故障的，请联系监考人员，系统已记下断网情况。`,
    "",
  );
  document.querySelector("[data-shut-result]").hidden = false;
}

function toResult() {
  phase = "over";
  const forgotten = queue.forget();
  flags.forget();
  const go = () => location.replace(of("result"));
  Promise.race([forgotten, after(1000)]).then(go, go);
}

// ---------------------------------------------------------------- answers

const queue = new Queue(url, meta("attempt-token").content, storeKey, {
  changed() {
    if (phase === "handing in") {
      tellHandIn(queue.failing);
    } else {
      paintState();
    }
  },
  patience: () => Math.max(LEAST_PATIENCE, Math.min(PATIENCE, deadline.left() / 3)),
  saved(answer) {
    clock.sync(answer.server_time);
    // Another deadline than the one known: somebody gave time, or stopped the clock.
    if (!deadline.is(answer.deadline)) {
      presence.ask();
    }
  },
  /** Show an answer given in another tab or on another device; false for an older one. */
  elsewhere(slot, seq, response) {
    const question = bySlot.get(slot);
    if (!question || seq <= Number(question.dataset.seq)) {
      return false;
    }
    question.dataset.seq = String(seq);
    kindOf(question).show(question, response);
    paint(question);
    paintProgress();
    return true;
  },
  refused(error) {
    const reason = error.body && error.body.reason;
    if (reason === "overdue") {
      tooLate();
    } else if (error.status === 409 && ["submitted", "voided", "called_off"].includes(reason)) {
      toResult();
    } else if (reason === "taken_over") {
      cutOff();
    } else if (reason === "revoked") {
      shut("不能继续作答", "账号已停用，或本次作答已由监考人员收回。此前保存的答案有效，请联系监考人员。", "重新打开");
    } else {
      shut("需要重新打开", "答案已保存在本机，重新打开考试页面后自动补传。", "重新打开");
    }
  },
});

/** When the first letter was written that is not yet on its way. */
let writingSince = null;

/** How long a change may wait for others to travel with. */
function delayOf(field) {
  if (deadline.left() < 15000) {
    return 0;
  }
  if (!field || !isText(field)) {
    return TOGETHER;
  }
  const now = clock.now();
  if (writingSince === null || !queue.size) {
    writingSince = now;
  }
  return Math.max(0, Math.min(PAUSE_IN_WRITING, writingSince + LONGEST_UNSENT - now));
}

function changed(question, field, delay = delayOf(field)) {
  const kind = kindOf(question);
  if (field && kind.changed) {
    kind.changed(question, field);
  }
  const seq = Math.max(Number(question.dataset.seq) + 1, Math.round(clock.now()));
  question.dataset.seq = String(seq);
  paint(question);
  paintProgress();
  queue.put(Number(question.dataset.slot), seq, kind.read(question), delay);
}

/** Letters that an input method is still composing are no answer yet. */
function written(question, event) {
  if (isText(event.target) && !event.isComposing) {
    changed(question, event.target);
  }
}

function choose(question, letter) {
  // In a case the letter is for the question that one is at.
  const box = question.dataset.type === "case_analysis" ? document.activeElement.closest("[data-part]") : question;
  const inputs = box ? Array.from(box.querySelectorAll("input[type=radio], input[type=checkbox]")) : [];
  const input = inputs.find((one) => one.value === letter);
  if (!input || phase !== "answering") {
    return false;
  }
  input.focus();
  if (input.type === "radio" && input.checked) {
    clear(input.closest("fieldset"), question);
  } else {
    input.click();
  }
  return true;
}

/** Take one's choice back: a question may be left open, and where wrong answers cost marks it matters. */
function clear(box, question) {
  const chosen = chosenIn(box);
  if (chosen && phase === "answering") {
    chosen.checked = false;
    changed(question, chosen);
  }
}

function flag(question, on) {
  flags.set(question, on);
  paint(question);
}

// ---------------------------------------------------------------- time

/** How things stand, as the server says: its time, the deadline, who sits the attempt, a pause. */
function heard(news) {
  clock.sync(news.server_time);
  deadline.take(news.deadline, news.state === "paused" || phase !== "answering");
  if (phase === "handing in" || phase === "over") {
    return;
  }
  if (news.state === "ended") {
    toResult();
  } else if (news.state === "elsewhere") {
    cutOff();
  } else {
    setPaused(news.state === "paused");
  }
}

const presence = new Presence(of, meta("attempt-token").content, {
  heard,
  now: () => clock.now(),
  counts: () => phase === "answering",
});

/** While the clock stands nobody answers; what was answered goes on being sent. */
function setPaused(paused) {
  if (paused === (phase === "paused")) {
    return;
  }
  phase = paused ? "paused" : "answering";
  closeDialogs();
  setLocked(paused);
  document.querySelector("[data-paused]").hidden = !paused;
  if (!paused) {
    announce("考试恢复，请继续作答；截止时间已相应推后。");
  }
}

async function tick() {
  if (clock.drifted()) {
    await presence.ask();
  }
  deadline.show(phase === "paused");
  if (deadline.left() <= 0 && phase === "answering") {
    phase = "checking";
    await presence.ask();
    phase = phase === "checking" ? "answering" : phase;
    if (deadline.left() <= 0 && phase === "answering") {
      handIn(true);
    }
  }
}

// ---------------------------------------------------------------- handing in

/** Send what waits, then hand in; goes on trying until the server has answered. */
async function handIn(auto) {
  if (phase !== "answering") {
    return;
  }
  phase = "handing in";
  closeDialogs();
  setLocked(true);
  say(auto ? "时间到，正在交卷…" : "正在交卷…");
  await queue.settle(() => deadline.left() < -RESERVE);
  let pause = 1000;
  while (phase === "handing in") {
    try {
      await send("POST", of("submit"), new URLSearchParams(auto ? { auto: "1" } : {}), {}, PATIENCE_AT_THE_END);
      // Unless there is something to be read first: answers that came too late.
      if (phase === "handing in") {
        toResult();
      }
    } catch (error) {
      const status = error instanceof HttpError ? error.status : 0;
      if (status && status < 500) {
        refusedToHandIn(error, auto);
        return;
      }
      tellHandIn(true);
      await after(pause);
      pause = Math.min(pause * 2, 10000);
    }
  }
}

/** A hand-in that the network holds up must not pass for one that is on its way, or done. */
function tellHandIn(cut) {
  if (cut === heldUp) {
    paintState();
    return;
  }
  heldUp = cut;
  document.querySelector("[data-cut]").textContent =
    "网络中断，还没有交卷：答案存在本机，联网后自动补传并交卷。不要刷新或关闭本页。";
  say(cut ? "网络中断，恢复后自动交卷" : "正在交卷…");
}

/** Why the server did not take the hand-in, and what to do about it. */
function refusedToHandIn(error, auto) {
  if (error.status === 409) {
    shut("还没有交卷", `${error.message}。`, "重新打开");
  } else if (auto) {
    shut("时间到，系统正在收卷", "登录已过期，不影响收卷：按已保存的答案评分。重新登录后可以查看结果。", "重新登录");
  } else {
    shut("还没有交卷：登录已过期", "答案都已保存，计时仍在继续。请重新登录，回到本页再交卷。", "重新登录");
  }
}

let asking = false;

/** Ask once, however often the button is pressed. */
async function confirmed() {
  if (!asking) {
    asking = true;
    await askToHandIn();
    asking = false;
  }
}

async function askToHandIn() {
  await Promise.race([queue.flush(), after(ASKED_BY)]);
  const open = questions.filter(isOpen);
  const text = [...remaining(open, questions.filter(isFlagged), queue.size), "交卷后不能再修改。"].join("\n");
  if (await ask({ title: "确定交卷吗？", text, yes: "交卷", no: "继续作答", danger: open.length > 0 })) {
    handIn(false);
  }
}

/** Have a page at hand for who reloads while the server is away: over https, and where the server is this computer. */
function standIn() {
  if (!navigator.onLine) {
    window.addEventListener("online", standIn, { once: true });
  } else if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(meta("attempt-worker").content).catch(() => {});
  }
}

// ---------------------------------------------------------------- begin

questions.forEach((question) => {
  // What was written was noted with each letter; leaving the field only hastens it on its way.
  question.addEventListener("change", (event) => (isText(event.target) ? queue.hasten() : changed(question, event.target)));
  question.addEventListener("input", (event) => written(question, event));
  question.addEventListener("compositionend", (event) => changed(question, event.target));
  question.querySelector("[data-flag]").addEventListener("click", () => flag(question, !isFlagged(question)));
  question.querySelectorAll("fieldset").forEach((box) => {
    const paintButton = clearer(box, () => clear(box, question));
    if (paintButton) {
      painters.get(question).push(paintButton);
    }
  });
  paint(question);
});
flags.kept().forEach((one) => flag(one, true));
queue.restore();
paintProgress();
paintState();
const { go } = keys(questions, { choose, flag: (one) => flag(one, !isFlagged(one)), isOpen });
document.querySelectorAll("[data-cell]").forEach((cell, index) => {
  cell.addEventListener("click", (event) => {
    event.preventDefault();
    go(index);
  });
});
document.querySelector("[data-hand-in]").addEventListener("click", confirmed);
document.querySelector("[data-shut-again]").addEventListener("click", () => location.reload());
document.querySelector("[data-shut-result]").addEventListener("click", toResult);
window.addEventListener("beforeunload", (event) => {
  if ((queue.size > 0 || queue.failing || !navigator.onLine) && phase === "answering") {
    event.preventDefault();
    event.returnValue = "";
  }
});
drawer(document.getElementById("sheet"), document.querySelector(".xf-to-sheet"));
discourageCopying(document.querySelector(".xf-exam-paper"));
setInterval(tick, 500);
// Whoever sits an exam is not idle, even where only answers are sent.
setInterval(() => get(of("alive"), PATIENCE).catch(() => {}), ALIVE_EVERY);
tick();
presence.ask();
presence.keepAsking(() => phase === "paused");
queue.flush();
setTimeout(standIn, SETTLED * (1 + 3 * Math.random()));
