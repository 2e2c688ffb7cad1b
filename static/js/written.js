// What was written in the question of a confirm dialog comes back to it where its act was refused: the
// page that says why stands at the address of the act, and leads back from there; or this page says why
// in a message.

const fields = (form) => Array.from(form.querySelectorAll("input:not([type=hidden]), textarea, select"));

/** Of several forms for one act, the one that asks of the same things. */
function nameOf(form) {
  const asks = Array.from(form.querySelectorAll("input[type=hidden]"))
    .filter((field) => field.name !== "csrf_token")
    .map((field) => `${field.name}=${field.value}`);
  return `xf_written ${form.action} ${asks.join("&")}`;
}

function take(name) {
  try {
    const kept = sessionStorage.getItem(name);
    sessionStorage.removeItem(name);
    return kept && JSON.parse(kept);
  } catch (error) {
    return null;
  }
}

function put(name, values) {
  try {
    sessionStorage.setItem(name, JSON.stringify(values));
  } catch (error) {
    // Then the page that says why shows it, to be copied.
  }
}

const refused = (form) =>
  (document.referrer === form.action && location.href !== form.action) ||
  document.querySelector(".xf-toast.xf-tone-bad, .xf-toast.xf-tone-warn");

export function keepWritten(form) {
  const name = nameOf(form);
  const kept = take(name);
  form.addEventListener("submit", () => {
    put(name, fields(form).map((field) => [field.value, field.checked]));
  });
  if (!kept || !refused(form)) return;
  fields(form).forEach((field, index) => {
    if (!kept[index]) return;
    if (field.type === "radio" || field.type === "checkbox") [, field.checked] = kept[index];
    else if (field.type !== "file") [field.value] = kept[index];
  });
}
