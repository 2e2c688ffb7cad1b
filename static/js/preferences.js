// 大字版, 高对比 and the folded navigation: kept in a cookie, so that the server renders them from the
// first byte, and in localStorage, from which a lost cookie is restored.

const YEAR = 31536000;

/** Remember that `name` is `value`; an empty value forgets it. */
export function remember(name, value) {
  const age = value ? YEAR : 0;
  document.cookie = `xf_${name}=${value}; path=/; max-age=${age}; samesite=lax`;
  try {
    if (value) localStorage.setItem(`xf_${name}`, value);
    else localStorage.removeItem(`xf_${name}`);
  } catch (error) {
    // Storage may be switched off; the cookie is enough.
  }
}

/** What is in the middle of the window stays there while everything around it grows or shrinks. */
function inPlace(act) {
  const middle = window.innerHeight / 2;
  const seen = document.elementFromPoint(window.innerWidth / 2, middle) || document.body;
  const before = seen.getBoundingClientRect();
  const share = (middle - before.top) / (before.height || 1);
  act();
  const now = seen.getBoundingClientRect();
  window.scrollBy({ top: now.top + share * now.height - middle, behavior: "instant" });
}

function stored(name) {
  try {
    return localStorage.getItem(`xf_${name}`);
  } catch (error) {
    return null;
  }
}

function show(name, on, value) {
  document.documentElement.dataset[name] = on ? value : "normal";
  for (const button of document.querySelectorAll(`[data-preference="${name}"]`)) {
    button.setAttribute("aria-pressed", String(on));
  }
  window.dispatchEvent(new Event("resize"));
}

function restore(button) {
  const { preference, on } = button.dataset;
  if (stored(preference) === on && document.documentElement.dataset[preference] !== on) {
    remember(preference, on);
    show(preference, true, on);
  }
}

export function preferences() {
  for (const button of document.querySelectorAll("[data-preference]")) {
    const { preference, on } = button.dataset;
    restore(button);
    button.addEventListener("click", () => {
      const turnedOn = document.documentElement.dataset[preference] !== on;
      remember(preference, turnedOn ? on : "");
      inPlace(() => show(preference, turnedOn, on));
    });
  }
}
