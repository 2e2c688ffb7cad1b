// Marking an answer: what the ticked points come to, the suggested words, and the keyboard.

const form = document.querySelector("[data-marking]");
const boxes = form ? Array.from(form.querySelectorAll("[data-share]")) : [];
const words = document.querySelector("[data-words]");
const WORDS_OFF = "xf-marking-words-off";

function total() {
  const share = boxes.filter((one) => one.checked).reduce((sum, one) => sum + Number(one.dataset.share), 0);
  form.querySelector("[data-mark-sum]").textContent = String(Math.round(share * Number(form.dataset.marks) * 100) / 100);
}

function showWords(shown) {
  words.setAttribute("aria-pressed", String(shown));
  form.classList.toggle("xf-mark-plain", !shown);
}

function keptOff() {
  try {
    return localStorage.getItem(WORDS_OFF) === "1";
  } catch (refused) {
    return false;
  }
}

function keep(shown) {
  try {
    if (shown) {
      localStorage.removeItem(WORDS_OFF);
    } else {
      localStorage.setItem(WORDS_OFF, "1");
    }
  } catch (refused) {
    // Without storage the choice lasts for this page.
  }
}

if (form && words) {
  words.hidden = false;
  showWords(!keptOff());
  words.addEventListener("click", () => {
    const shown = words.getAttribute("aria-pressed") !== "true";
    showWords(shown);
    keep(shown);
  });
}

if (form) {
  form.querySelector("[data-mark-total]").hidden = false;
  form.addEventListener("change", total);
  total();
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input[type=text], input:not([type=checkbox]), textarea, select, button, a, summary");
    if (busy || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) {
      return;
    }
    const box = /^[1-9]$/.test(event.key) && boxes[Number(event.key) - 1];
    if (box) {
      box.click();
      event.preventDefault();
    } else if (event.key === "Enter") {
      const button = form.querySelector("button[type=submit]");
      if (button) {
        button.click();
        event.preventDefault();
      }
    }
  });
}
