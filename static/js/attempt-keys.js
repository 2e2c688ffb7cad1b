// An examination by keyboard: letters choose, ← → change the question, M marks, U finds what is open,
// T tells how things stand, ? explains.
// Tab, the space bar and ↑ ↓ do what they do in every form.

function busy(event) {
  const typing = event.target.closest("input[type=text], textarea, select, [contenteditable]");
  return event.ctrlKey || event.altKey || event.metaKey || typing || document.querySelector("dialog[open]");
}

export function keys(questions, { choose, flag, isOpen, tell = () => {} }) {
  // Before the first, until somebody is at one.
  let place = -1;
  questions.forEach((question, index) => {
    question.addEventListener("focusin", () => {
      place = index;
    });
  });

  function go(index) {
    if (index < 0 || index >= questions.length) {
      return;
    }
    place = index;
    const question = questions[index];
    const input = question.querySelector("input:checked") || question.querySelector("input, select, textarea");
    input.focus({ preventScroll: true });
    question.scrollIntoView({ block: "center" });
  }

  function nextOpen() {
    const order = questions.map((_, step) => (place + 1 + step) % questions.length);
    const open = order.find((index) => isOpen(questions[index]));
    if (open !== undefined) {
      go(open);
    }
  }

  const help = document.querySelector("[data-keys-dialog]");
  document.querySelectorAll("[data-keys-help]").forEach((one) => {
    one.addEventListener("click", () => help.showModal());
  });

  document.addEventListener("keydown", (event) => {
    if (busy(event)) {
      return;
    }
    const question = questions[Math.max(place, 0)];
    const key = event.key.toUpperCase();
    if (event.key === "ArrowRight") go(place + 1);
    else if (event.key === "ArrowLeft") go(place - 1);
    else if (key === "M") flag(question);
    else if (key === "U") nextOpen();
    else if (key === "T") tell();
    else if (key === "?" || key === "？") help.showModal();
    else if (!(/^[A-J]$/.test(key) && choose(question, key))) return;
    event.preventDefault();
  });

  return { go };
}
