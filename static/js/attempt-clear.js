// A button beside a question that takes the choice back.

/** The radio buttons of a question, or of one in a case; not those of the cases within it. */
const radios = (box) =>
  Array.from(box.querySelectorAll("input[type=radio]")).filter((one) => one.closest("fieldset") === box);

export const chosenIn = (box) => radios(box).find((one) => one.checked);

/**
 * Put the button beside what the question is called; `clear` takes the choice back. What paints it is given back:
 * it is seen while there is a choice. Null where there is nothing to choose.
 */
export function clearer(box, clear) {
  if (!radios(box).length) {
    return null;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-link btn-sm xf-clear";
  button.textContent = "清除";
  button.setAttribute("aria-label", `清除，${box.querySelector("legend").textContent.trim().split("。")[0]}`);
  button.addEventListener("click", () => {
    clear();
    radios(box)[0].focus();
  });
  const head = box.parentElement.querySelector(":scope > .xf-question-head");
  if (head) {
    head.insertBefore(button, head.querySelector("[data-flag]"));
  } else {
    box.parentElement.prepend(button);
  }
  return () => {
    button.hidden = !chosenIn(box);
  };
}
