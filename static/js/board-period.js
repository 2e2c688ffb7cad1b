// The days of a board are asked for only where no period is chosen by its name; and what somebody
// asked for that was not reckoned yet is reckoned at once.

const period = document.querySelector("[data-period]");
const days = document.querySelectorAll("[data-period-day]");

function show() {
  const own = period.value === "dates";
  days.forEach((box) => {
    box.hidden = !own;
    box.querySelector("input").disabled = !own;
  });
}

if (period) {
  period.addEventListener("change", show);
  show();
}

// After the other modules of the page have begun to watch the form; never on the way back to it.
window.addEventListener("load", () => {
  const form = document.querySelector("[data-at-once]");
  const [entry] = performance.getEntriesByType("navigation");
  if (form && form.requestSubmit && !(entry && entry.type === "back_forward")) form.requestSubmit();
});
