// The person's menu closes as a menu does; the navigation folds to a rail; pages print.

import { remember } from "./preferences.js";

function closing(menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

function folding(button) {
  const label = button.querySelector(".xf-nav-label");
  const show = (folded) => {
    document.documentElement.dataset.nav = folded ? "folded" : "open";
    button.setAttribute("aria-expanded", String(!folded));
    label.textContent = folded ? "展开导航" : "收起导航";
    button.title = label.textContent;
  };
  show(document.documentElement.dataset.nav === "folded");
  button.addEventListener("click", () => {
    const folded = document.documentElement.dataset.nav !== "folded";
    remember("nav", folded ? "folded" : "");
    show(folded);
    // A rail has no headings to open groups with.
    if (folded) document.querySelectorAll(".xf-nav-group").forEach((each) => (each.open = true));
    window.dispatchEvent(new Event("resize"));
  });
}

/** On a narrow screen the tabs scroll: the one shown is brought into view. */
function showTab(current) {
  const tabs = current.closest("ul");
  const over = tabs.scrollWidth - tabs.clientWidth;
  if (over > 0) {
    const middle = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
    tabs.scrollLeft = Math.min(Math.max(middle, 0), over);
  }
}

/** A menu longer than the window scrolls: the entry of the page shown is brought into view. */
function showEntry(current) {
  const box = current.closest(".xf-nav-body");
  const below = current.getBoundingClientRect().bottom - box.getBoundingClientRect().bottom;
  if (below > 0) box.scrollTop += below + box.clientHeight / 3;
}

export function menus() {
  document.querySelectorAll(".xf-tabs [aria-current]").forEach(showTab);
  document.querySelectorAll(".xf-nav-link[aria-current]").forEach(showEntry);
  document.querySelectorAll("[data-menu]").forEach(closing);
  document.querySelectorAll("[data-nav-fold]").forEach(folding);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
}
