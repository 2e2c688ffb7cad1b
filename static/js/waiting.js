// A page that waits for something to begin or to be done: it asks again by itself, so nobody presses F5.

const waiting = document.querySelector("[data-again-in]");
/** Not everybody in the same moment. */
const SPREAD = 2000;

if (waiting) {
  // To the address itself: the page may be the answer to a form that is not to be sent twice.
  setTimeout(() => location.replace(waiting.dataset.againAt), Number(waiting.dataset.againIn) * 1000 + Math.random() * SPREAD);
}
