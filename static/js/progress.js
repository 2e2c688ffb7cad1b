// How far a form's act has come, shown while the browser waits for the answer:
// [data-working] names the form and the address that says what is being done. With [data-goes-on]
// it is shown to who comes back while it lasts, too, and the page is loaded anew at its end.

import { get } from "./http.js";

const EVERY = 500;

function show(panel, at) {
  const bar = panel.querySelector("progress");
  panel.querySelector("[data-what]").textContent = at && at.what ? at.what : "正在处理";
  panel.querySelector("[data-far]").textContent = at && at.of ? `${at.done} / ${at.of}` : "";
  if (at && at.of) {
    bar.max = at.of;
    bar.value = at.done;
  } else {
    bar.removeAttribute("value");
  }
}

function watch(panel) {
  const form = document.getElementById(panel.dataset.working);
  if (!form) return;
  let timer = 0;
  const ask = async () => {
    try {
      show(panel, await get(panel.dataset.url));
    } catch (error) {
      show(panel, null);
    }
    timer = setTimeout(ask, EVERY);
  };
  form.addEventListener("submit", () => {
    // After the other listeners have had their say; the address is asked until the page is left.
    setTimeout(() => {
      if (timer || !form.dataset.sent) return;
      show(panel, null);
      panel.hidden = false;
      panel.scrollIntoView({ block: "nearest" });
      timer = setTimeout(ask, EVERY);
    }, 0);
  });
  const resume = async () => {
    const at = await get(panel.dataset.url).catch(() => null);
    if (form.dataset.sent) return;
    if (at && at.what) {
      show(panel, at);
      panel.hidden = false;
      timer = setTimeout(resume, EVERY);
    } else if (!panel.hidden) {
      window.location.reload();
    }
  };
  window.addEventListener("pageshow", () => {
    clearTimeout(timer);
    timer = 0;
    panel.hidden = true;
    if ("goesOn" in panel.dataset) resume();
  });
}

document.querySelectorAll("[data-working]").forEach(watch);
