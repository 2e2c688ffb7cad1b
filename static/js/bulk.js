// A bulk act: only the fields of what is chosen are shown. Without it all are.

const values = document.querySelector(".xf-bulk-values");

function show() {
  const chosen = document.querySelector("[name=kind]:checked");
  values.classList.toggle("xf-bulk-only", Boolean(chosen));
  for (const part of values.children) {
    part.classList.toggle("xf-bulk-now", Boolean(chosen) && part.classList.contains(`xf-bulk-${chosen.value}`));
  }
}

if (values) {
  document.querySelectorAll("[name=kind]").forEach((each) => each.addEventListener("change", show));
  show();
}
