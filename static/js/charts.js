// The tables behind the charts: the key t shows them all, or that of the chart in hand, and hides
// them again. Without this each has its own button.

function tables() {
  const chart = document.activeElement ? document.activeElement.closest("[data-chart]") : null;
  return Array.from((chart || document).querySelectorAll("[data-chart-table]"));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const found = tables();
  const open = found.some((each) => !each.open);
  found.forEach((each) => {
    each.open = open;
  });
});
