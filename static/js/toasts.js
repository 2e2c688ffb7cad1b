// Messages at the upper right. Good news leaves by itself; errors stay until they are closed.

const STAY = 6000;
const ICONS = { good: "check-circle", warn: "exclamation-triangle", bad: "x-octagon", info: "info-circle" };

function leaveAfterAWhile(toast) {
  let timer = null;
  const start = () => {
    timer = setTimeout(() => toast.remove(), STAY);
  };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("mouseenter", stop);
  toast.addEventListener("mouseleave", start);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", start);
  start();
}

function activate(toast) {
  toast.querySelector("[data-close]").addEventListener("click", () => toast.remove());
  if ("passing" in toast.dataset) leaveAfterAWhile(toast);
}

export function floatToasts() {
  document.querySelectorAll("[data-toasts] > .xf-toast").forEach(activate);
}

/** Show a message; tone: good, info, warn or bad. */
export function toast(text, tone = "info") {
  const box = document.createElement("div");
  box.className = `xf-toast xf-tone-${tone}`;
  box.setAttribute("role", tone === "bad" ? "alert" : "status");
  if (tone === "good" || tone === "info") box.dataset.passing = "";
  const mark = document.createElement("i");
  mark.className = `bi bi-${ICONS[tone] || ICONS.info}`;
  mark.setAttribute("aria-hidden", "true");
  const words = document.createElement("p");
  words.className = "xf-toast-text";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "xf-close";
  close.dataset.close = "";
  close.setAttribute("aria-label", "关闭提示");
  close.textContent = "×";
  box.append(mark, words, close);
  document.querySelector("[data-toasts]").append(box);
  activate(box);
}
