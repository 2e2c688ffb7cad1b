// Marking an answer: what the ticked points come to, and the keyboard.

const form = document.querySelector("[data-marking]");
const boxes = form ? Array.from(form.querySelectorAll("[data-share]")) : [];

function total() {
  const share = boxes.filter((one) => one.checked).reduce((sum, one) => sum + Number(one.dataset.share), 0);
  form.querySelector("[data-mark-sum]").textContent = String(Math.round(share * Number(form.dataset.marks) * 100) / 100);
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
