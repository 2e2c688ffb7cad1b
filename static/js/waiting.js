// Pages before and after an attempt that wait for something, so that nobody presses F5.

const STEP = 500;
/** Not everybody in the same moment. */
const SPREAD = 2000;

// What was sent along for the opening of the session is shown then, without asking the server: hundreds wait.
const form = document.querySelector("[data-at-opening]");
if (form) {
  const due = Number(form.dataset.atOpening) * 1000;
  const [mark, wall] = [performance.now(), Date.now()];
  // A computer that slept stops the first of the two clocks; the other may be set.
  const timer = setInterval(() => {
    if (Math.max(performance.now() - mark, Date.now() - wall) >= due) {
      clearInterval(timer);
      document.querySelector("[data-until-opening]").hidden = true;
      form.hidden = false;
      document.querySelector("[data-opened]").textContent = "考试已经开始，可以开始作答";
    }
  }, STEP);
}

const waiting = document.querySelector("[data-again-in]");
if (waiting) {
  // To the address itself: the page may be the answer to a form that is not to be sent twice.
  setTimeout(() => location.replace(waiting.dataset.againAt), Number(waiting.dataset.againIn) * 1000 + Math.random() * SPREAD);
}
