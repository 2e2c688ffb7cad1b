// The answer sheet as a drawer from below, where the window is too narrow for it to stand beside the paper.

export function drawer(sheet, opener) {
  document.documentElement.classList.add("xf-has-drawer");
  const narrow = window.matchMedia("(max-width: 991.98px)");
  const close = sheet.querySelector("[data-sheet-close]");
  const isOpen = () => sheet.classList.contains("xf-drawer-open");

  function show(open, back = true) {
    sheet.classList.toggle("xf-drawer-open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) {
      sheet.focus({ preventScroll: true });
    } else if (back) {
      opener.focus({ preventScroll: true });
    }
  }

  opener.setAttribute("aria-expanded", "false");
  opener.setAttribute("aria-controls", sheet.id);
  opener.addEventListener("click", (event) => {
    if (narrow.matches) {
      event.preventDefault();
      show(!isOpen());
    }
  });
  close.addEventListener("click", () => show(false));
  // A question was chosen: the page goes there, and the focus with it.
  sheet.addEventListener("click", (event) => {
    if (isOpen() && event.target.closest("[data-cell]")) {
      show(false, false);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen() && !document.querySelector("dialog[open]")) {
      show(false);
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (isOpen() && !sheet.contains(event.target) && !opener.contains(event.target)) {
      show(false, false);
    }
  });
}
