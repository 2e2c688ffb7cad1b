// Filters: on a phone they stand folded above their list, unless some are in use and no chips say so.

const PHONE = "(max-width: 767.98px)";

export function filters() {
  const narrow = window.matchMedia(PHONE);
  const used = Array.from(new URLSearchParams(location.search)).some(
    ([name, value]) => value !== "" && !["page", "per_page", "sort", "dir"].includes(name)
  );
  const fold = () => {
    document.querySelectorAll("[data-filter]").forEach((box) => {
      const told = box.parentElement.querySelector(".xf-chips");
      box.open = !narrow.matches || (used && !told);
    });
  };
  fold();
  narrow.addEventListener("change", fold);
}
