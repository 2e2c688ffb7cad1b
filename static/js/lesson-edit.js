// Writing a lesson: only the fields of the chosen kind are shown. Without this all of them are.

const parts = Array.from(document.querySelectorAll("[data-kinds]"));
const choices = Array.from(document.querySelectorAll("input[name=kind]"));

function show() {
  const chosen = choices.find((each) => each.checked);
  parts.forEach((each) => {
    each.hidden = !chosen || !each.dataset.kinds.split(" ").includes(chosen.value);
  });
}

choices.forEach((each) => each.addEventListener("change", show));
show();
