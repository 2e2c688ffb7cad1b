// What was written in the question of a confirm dialog comes back to it where its act was refused: the
// page that says why stands at the address of the act, is itself the page with the dialog or leads back
// to it; or this page says why in a message. It is kept for the next page alone, so that nobody who
// signs in here afterwards finds it.

const KEPT = "xf_written";
/** Named differently each time that the page is shown. */
const PASSING = ["csrf_token", "seen"];

/** No password is kept. */
const fields = (form) =>
  Array.from(form.querySelectorAll("input:not([type=hidden]):not([type=password]), textarea, select"));

/** Of several forms for one act, the one that asks of the same things. */
function nameOf(form) {
  const asks = Array.from(form.querySelectorAll("input[type=hidden]"))
    .filter((field) => !PASSING.includes(field.name))
    .map((field) => `${field.name}=${field.value}`);
  return `${form.action} ${asks.join("&")}`;
}

function take() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
    return kept;
  } catch (error) {
    return null;
  }
}

function put(kept) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  } catch (error) {
    // Then the page that says why shows it, to be copied.
  }
}

/** This page is the answer to an act, not one that the act led to. */
function answers(address) {
  const [way] = performance.getEntriesByType("navigation");
  return location.href === address && Boolean(way) && way.redirectCount === 0;
}

const kept = take();
const refused = kept && answers(kept.address);
if (refused) put(kept);

const isBack = () =>
  refused ||
  (document.referrer === kept.address && location.href !== kept.address) ||
  document.querySelector(".xf-toast.xf-tone-bad, .xf-toast.xf-tone-warn");

export function keepWritten(form) {
  const name = nameOf(form);
  form.addEventListener("submit", () => {
    const values = fields(form).map((field) => [field.value, field.checked]);
    put({ name, address: form.action, values });
  });
  if (!kept || kept.name !== name || !isBack()) return;
  fields(form).forEach((field, index) => {
    if (!kept.values[index]) return;
    if (field.type === "radio" || field.type === "checkbox") [, field.checked] = kept.values[index];
    else if (field.type !== "file") [field.value] = kept.values[index];
  });
}
