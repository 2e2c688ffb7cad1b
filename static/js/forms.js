// Forms: sent once, errors focused, chosen files named, unsaved changes not lost by accident.

// A second press while the first is on its way does nothing; a form whose answer is a download
// can be used again after this.
const BUSY = 10000;

function sendOnce(form) {
  const release = () => {
    delete form.dataset.sent;
  };
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    // After the other listeners have had their say.
    setTimeout(() => {
      if (event.defaultPrevented) return;
      form.dataset.sent = "yes";
      setTimeout(release, BUSY);
    }, 0);
  });
  // A page out of the back-forward cache can be sent again.
  window.addEventListener("pageshow", release);
}

function warnBeforeLeaving(form) {
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
}

function nameFiles(drop) {
  const input = drop.querySelector("input[type=file]");
  const names = drop.querySelector("[data-drop-names]");
  drop.classList.add("xf-drop-ready");
  drop.querySelector("[data-drop-prompt]").hidden = false;
  input.addEventListener("change", () => {
    names.textContent = "";
    for (const file of input.files) {
      const line = document.createElement("li");
      line.textContent = `${file.name}（${size(file.size)}）`;
      names.append(line);
    }
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, () => drop.classList.add("xf-drop-over"));
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, () => drop.classList.remove("xf-drop-over"));
  }
}

function size(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

/** A field of text shows all that is in it, up to two thirds of the window. */
function fitText(field) {
  const fit = () => {
    if (field.scrollHeight <= field.clientHeight) return;
    const edges = field.offsetHeight - field.clientHeight;
    field.style.height = `${Math.min(field.scrollHeight + edges, window.innerHeight * 0.66)}px`;
  };
  fit();
  field.addEventListener("input", fit);
  window.addEventListener("resize", fit);
}

export function guardForms() {
  document.querySelectorAll("textarea.form-control").forEach(fitText);
  document.querySelectorAll("form[method=post]").forEach(sendOnce);
  document.querySelectorAll("form[data-guard]").forEach(warnBeforeLeaving);
  document.querySelectorAll("[data-drop]").forEach(nameFiles);
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}
