// Put before the scripts of every page of an uploaded package, which runs in a sandbox without an
// origin: it can reach nothing of ours but what its own address leads to. So the interface that a
// package looks for lives in its own page, and speaks to the server itself, by the token that is
// in its address. Study time is not asked for: the page around counts it by the server's clock.

/* exported xuefaPackage */
function xuefaPackage(state) {
  "use strict";

  const data = Object.assign({}, state.data);
  let number = state.number;
  let running = false;
  let finished = false;
  let dirty = false;
  let error = "0";

  // A frame without an origin must not look at its parent; packages that begin their search there
  // find themselves.
  for (const name of ["parent", "opener"]) {
    try {
      Object.defineProperty(window, name, { value: name === "parent" ? window : null, configurable: true });
    } catch (ignored) {
      // The browser keeps it; those that begin at their own window are served all the same.
    }
  }

  const alive = () => window.top.postMessage({ xuefa: "alive" }, "*");
  ["pointerdown", "keydown", "wheel", "touchstart"].forEach((name) => {
    window.addEventListener(name, alive, { passive: true, capture: true });
  });

  function body() {
    number += 1;
    return JSON.stringify({ number, data });
  }

  function commit(again) {
    if (!dirty) return true;
    const request = new XMLHttpRequest();
    try {
      // The package expects to hear at once whether it was kept.
      request.open("POST", state.commit, false);
      request.setRequestHeader("Content-Type", "text/plain");
      request.send(body());
    } catch (ignored) {
      return false;
    }
    if (request.status !== 200) return false;
    const answer = JSON.parse(request.responseText);
    if (!answer.taken) {
      // The page before this one was still saying something; opened elsewhere, it is over.
      if (again || answer.over) return false;
      number = answer.number;
      return commit(true);
    }
    dirty = false;
    window.top.postMessage({ xuefa: "said" }, "*");
    return true;
  }

  // What was set and not committed goes off with the page.
  window.addEventListener("pagehide", () => {
    if (!dirty || state.preview) return;
    fetch(state.commit, { method: "POST", keepalive: true, headers: { "Content-Type": "text/plain" }, body: body() });
    dirty = false;
  });

  const counted = (name) => Object.keys(data).filter((each) => each.startsWith(name)).reduce((most, each) => {
    const found = /^(\d+)\./.exec(each.slice(name.length));
    return found ? Math.max(most, Number(found[1]) + 1) : most;
  }, 0);

  const fail = (code, answer) => {
    error = code;
    return answer;
  };

  const fixed = state.fixed;
  const codes = state.standard === "scorm_12"
    ? { notRunning: "301", unknown: "401", readOnly: "403", notSaved: "101", twice: "101" }
    : { notRunning: "132", unknown: "401", readOnly: "404", notSaved: "391", twice: "103" };

  function initialize() {
    if (running || finished) return fail(codes.twice, "false");
    running = true;
    return fail("0", "true");
  }

  function read(name) {
    if (!running) return fail(codes.notRunning, "");
    const list = /^(cmi\..+\.|cmi\.)?([a-z_]+)\._count$/.exec(name);
    if (list) return fail("0", String(counted(name.slice(0, -"_count".length))));
    if (name in fixed) return fail("0", fixed[name]);
    if (name in data) return fail("0", data[name]);
    if (name in state.initial) return fail("0", state.initial[name]);
    return /^(cmi|adl)\./.test(name) ? fail(state.standard === "scorm_12" ? "0" : "403", "") : fail(codes.unknown, "");
  }

  function write(name, value) {
    if (!running) return fail(codes.notRunning, "false");
    if (name in fixed || /\._(count|children)$/.test(name)) return fail(codes.readOnly, "false");
    if (!/^(cmi|adl)(\.[A-Za-z_0-9]{1,60}){1,6}$/.test(name)) return fail(codes.unknown, "false");
    data[name] = String(value === undefined || value === null ? "" : value).slice(0, 64000);
    dirty = true;
    return fail("0", "true");
  }

  function save() {
    if (!running) return fail(codes.notRunning, "false");
    return commit(false) ? fail("0", "true") : fail(codes.notSaved, "false");
  }

  function terminate() {
    if (!running) return fail(codes.notRunning, "false");
    // Of packages that say nothing of being through, leaving is: that is what SCORM 1.2 has it be.
    if (state.standard === "scorm_12" && !data["cmi.core.lesson_status"]) {
      data["cmi.core.lesson_status"] = "completed";
      dirty = true;
    }
    const kept = commit(false);
    running = false;
    finished = true;
    return kept ? fail("0", "true") : fail(codes.notSaved, "false");
  }

  const words = (code) => ({ 0: "", 101: "not saved", 132: "not initialized", 301: "not initialized", 401: "not supported", 403: "read only", 404: "read only" }[code] || "error");
  const last = () => error;

  if (state.standard === "scorm_12") {
    window.API = {
      LMSInitialize: initialize, LMSFinish: terminate, LMSGetValue: read, LMSSetValue: write,
      LMSCommit: save, LMSGetLastError: last, LMSGetErrorString: words, LMSGetDiagnostic: words,
    };
  } else if (state.standard === "scorm_2004") {
    window.API_1484_11 = {
      Initialize: initialize, Terminate: terminate, GetValue: read, SetValue: write,
      Commit: save, GetLastError: last, GetErrorString: words, GetDiagnostic: words,
    };
  }
}
