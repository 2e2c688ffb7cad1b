// Tables: heads that stay in sight, cells named on phones, rows that open, all rows chosen at once.

function labelCells(table) {
  const heads = Array.from(table.querySelectorAll("thead tr:last-child > th")).map((head) =>
    "label" in head.dataset ? head.dataset.label : head.textContent.trim()
  );
  for (const row of table.querySelectorAll("tbody > tr, tfoot > tr")) {
    let column = 0;
    for (const cell of row.children) {
      if (!("label" in cell.dataset) && heads[column]) cell.dataset.label = heads[column];
      column += cell.colSpan;
    }
  }
}

// Names, dates and figures stay on one line; sentences wrap and take the width of a card.
const SHORT = 12;
const LONG = 20;
// A day, a moment, or from one to another: broken only between day and time.
const DAY = "\\d{4}年\\d{1,2}月\\d{1,2}日( \\d{2}:\\d{2})?";
const MOMENT = new RegExp(`^${DAY}( 至 ${DAY})?$`);

/** A card leaves out what is not there. */
export function markNothing(cell) {
  cell.classList.toggle("xf-nothing", cell.textContent.trim() === "—");
}

function sortCells(table) {
  for (const cell of table.querySelectorAll("tbody > tr > *")) {
    const text = cell.textContent.trim();
    if (text.length <= SHORT) cell.classList.add("xf-nowrap");
    if (text.length > LONG) cell.classList.add("xf-long");
    if (text.length > LONG && !cell.querySelector("select, form")) cell.classList.add("xf-sentence");
    if (MOMENT.test(text)) cell.classList.add("xf-moment");
    markNothing(cell);
  }
}

// On a phone the cells are laid out as blocks, which would take the table from a screen reader.
function keepRoles(table) {
  const give = (selector, role) => {
    table.querySelectorAll(selector).forEach((each) => each.setAttribute("role", role));
  };
  table.setAttribute("role", "table");
  give("thead, tbody, tfoot", "rowgroup");
  give("tr", "row");
  give("thead th", "columnheader");
  give("tbody th, tfoot th", "rowheader");
  give("td", "cell");
}

// How a table is shown: as it is where it fits; else as cards, or scrolling in its box.
const PHONE = 768;
// In rem, so that it grows with 大字版
const DESK = 75;

function isNarrow() {
  return window.innerWidth < DESK * parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function watchWidth(box) {
  const cards = box.classList.contains("xf-table-cards");
  const tall = box.classList.contains("xf-table-tall");
  const measure = () => {
    box.classList.remove("xf-table-fits", "xf-as-cards", "xf-table-scrolls");
    const fits = box.scrollWidth <= box.clientWidth;
    if (cards && (window.innerWidth < PHONE || (!fits && isNarrow()))) {
      box.classList.add("xf-as-cards");
      box.removeAttribute("tabindex");
    } else if (fits && !tall) {
      box.classList.add("xf-table-fits");
      box.removeAttribute("tabindex");
    } else {
      box.tabIndex = 0;
      box.classList.toggle("xf-table-scrolls", !fits);
    }
  };
  measure();
  window.addEventListener("resize", measure);
  window.addEventListener("load", measure);
}

function openRows(table) {
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-href]");
    const own = event.target.closest("a, button, input, label, select, summary, dialog, form");
    if (row && !own && !String(window.getSelection())) window.location.assign(row.dataset.href);
  });
}

function chooseRows(table) {
  const all = table.querySelector("[data-select-all]");
  const each = Array.from(table.querySelectorAll("[data-select-row]"));
  const show = () => {
    const chosen = each.filter((box) => box.checked).length;
    each.forEach((box) => box.closest("tr").classList.toggle("xf-chosen", box.checked));
    if (all) {
      all.checked = chosen > 0 && chosen === each.length;
      all.indeterminate = chosen > 0 && chosen < each.length;
    }
    table.dispatchEvent(new CustomEvent("xf-chosen", { bubbles: true, detail: { chosen } }));
  };
  if (all) {
    all.addEventListener("change", () => {
      each.forEach((box) => {
        box.checked = all.checked;
      });
      show();
    });
  }
  each.forEach((box) => box.addEventListener("change", show));
  if (each.length) show();
}

export function tables() {
  for (const box of document.querySelectorAll("[data-table]")) {
    const table = box.querySelector("table");
    if (box.classList.contains("xf-table-cards")) {
      labelCells(table);
      keepRoles(table);
    }
    sortCells(table);
    watchWidth(box);
    openRows(table);
    chooseRows(table);
  }
}
