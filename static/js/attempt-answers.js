// What the inputs of a question say, by its type, and how an answer is shown in them.
//
// Every type has: read(box) → the response as the server takes it; show(box, response); isOpen(box),
// whether something is still to be answered; paint(box), what follows from it on the page.

const all = (box, selector) => Array.from(box.querySelectorAll(selector));

const choice = {
  read: (box) => ({ choice: all(box, "input").filter((one) => one.checked).map((one) => one.value) }),
  show(box, response) {
    const chosen = response.choice || [];
    all(box, "input").forEach((one) => {
      one.checked = chosen.includes(one.value);
    });
  },
  isOpen: (box) => !all(box, "input").some((one) => one.checked),
  paint(box) {
    all(box, "input").forEach((one) => {
      one.closest(".xf-option").classList.toggle("xf-option-chosen", one.checked);
    });
  },
};

const blanks = {
  read: (box) => ({ texts: all(box, "[data-blank]").map((one) => one.value) }),
  show(box, response) {
    all(box, "[data-blank]").forEach((one, index) => {
      one.value = (response.texts || [])[index] || "";
    });
  },
  isOpen: (box) => all(box, "[data-blank]").some((one) => !one.value.trim()),
  paint() {},
};

const text = {
  read: (box) => ({ text: box.querySelector("textarea").value }),
  show(box, response) {
    box.querySelector("textarea").value = response.text || "";
  },
  isOpen: (box) => !box.querySelector("textarea").value.trim(),
  paint(box) {
    const field = box.querySelector("textarea");
    const length = Array.from(field.value).length;
    box.querySelector("[data-count]").textContent = `已写 ${length} 字，最多 ${field.maxLength} 字`;
    // Grows with what is written, so that nothing of it is out of sight.
    field.rows = Math.max(Number(field.dataset.rows), field.value.split("\n").length + Math.floor(length / 50));
  },
};

const selects = (box) => all(box, "select");

const matching = {
  read: (box) => ({ choice: selects(box).map((one) => one.value) }),
  show(box, response) {
    selects(box).forEach((one, index) => {
      one.value = (response.choice || [])[index] || "";
    });
  },
  isOpen: (box) => selects(box).some((one) => !one.value),
  paint(box) {
    selects(box).forEach((one) => {
      one.closest("[data-pair]").classList.toggle("xf-option-chosen", Boolean(one.value));
    });
  },
};

// The place of each option is chosen in a list of its own; two options never have the same place.
const ordering = {
  read(box) {
    const placed = selects(box).filter((one) => one.value);
    placed.sort((one, other) => Number(one.value) - Number(other.value));
    return { choice: placed.map((one) => one.dataset.letter) };
  },
  show(box, response) {
    const letters = response.choice || [];
    selects(box).forEach((one) => {
      const place = letters.indexOf(one.dataset.letter);
      one.value = place < 0 ? "" : String(place + 1);
      one.dataset.was = one.value;
    });
  },
  isOpen: (box) => selects(box).some((one) => !one.value),
  /** Whoever had the place gives it up for the place that the changed option had before. */
  changed(box, field) {
    const rival = selects(box).find((one) => one !== field && one.value && one.value === field.value);
    if (rival) {
      rival.value = field.dataset.was || "";
      rival.dataset.was = rival.value;
    }
    field.dataset.was = field.value;
  },
  paint(box) {
    const placed = selects(box).filter((one) => one.value).length;
    selects(box).forEach((one) => {
      one.closest("[data-place]").classList.toggle("xf-option-chosen", Boolean(one.value));
    });
    box.querySelector("[data-order]").textContent = placed
      ? `现在的次序：${ordering.read(box).choice.join("、")}${placed < selects(box).length ? "，还没有排完" : ""}`
      : "还没有排序";
  },
};

const parts = (box) => all(box, "[data-part]");

const cases = {
  read: (box) => ({ parts: parts(box).map((part) => kindOf(part).read(part)) }),
  show(box, response) {
    parts(box).forEach((part, index) => kindOf(part).show(part, (response.parts || [])[index] || {}));
  },
  isOpen: (box) => parts(box).some((part) => kindOf(part).isOpen(part)),
  changed(box, field) {
    const part = field.closest("[data-part]");
    if (part && kindOf(part).changed) {
      kindOf(part).changed(part, field);
    }
  },
  paint(box) {
    parts(box).forEach((part) => kindOf(part).paint(part));
  },
};

const KINDS = {
  fill_blank: blanks,
  short_answer: text,
  matching,
  ordering,
  case_analysis: cases,
};

export const kindOf = (box) => KINDS[box.dataset.type] || choice;

/** Whether a field is written in, rather than chosen from. */
export const isText = (field) => field.matches("textarea, input[type=text]");
