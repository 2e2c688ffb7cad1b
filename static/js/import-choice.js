// Which rows of a previewed file are to be imported: what was ticked on other pages is kept for the
// tab, as differences from what is usual (good rows on, doubtful rows off).

const form = document.querySelector("form[data-choice]");

function load(key) {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(key) || "[]"));
  } catch (error) {
    return new Map();
  }
}

if (form) {
  const key = "import-choice:" + form.dataset.choice;
  const changed = load(key);
  const boxes = Array.from(document.querySelectorAll("input[name=row][form=take]"));

  const show = () => {
    const values = Array.from(changed);
    const on = values.filter(([, ticked]) => ticked).map(([row]) => row);
    const off = values.filter(([, ticked]) => !ticked).map(([row]) => row);
    form.elements.with.value = on.join(",");
    form.elements.without.value = off.join(",");
    const count = Number(form.dataset.usualCount) + on.length - off.length;
    form.querySelector("[data-count]").textContent = String(count);
    form.querySelector("button[type=submit]").disabled = count === 0;
  };

  const note = (box) => {
    const usual = box.dataset.usual === "on";
    if (box.checked === usual) {
      changed.delete(box.value);
    } else {
      changed.set(box.value, box.checked);
    }
  };

  boxes.forEach((box) => {
    if (changed.has(box.value)) {
      box.checked = changed.get(box.value);
    }
  });
  document.addEventListener("change", () => {
    boxes.forEach(note);
    sessionStorage.setItem(key, JSON.stringify(Array.from(changed)));
    show();
  });
  show();
}
