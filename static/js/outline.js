// The outline of a course: lines are dragged by their handles or moved by their buttons, and the
// order is saved in one request. Without this a button asks the server for one step.

const list = document.querySelector("[data-outline]");
const form = document.getElementById("order");

function set() {
  const field = form.querySelector("[data-order]");
  const bar = form.querySelector("[data-order-bar]");
  const said = form.querySelector("[data-order-said]");
  const saved = field.value;
  const rows = () => Array.from(list.children);
  const isLesson = (row) => row.classList.contains("xf-outline-lesson");
  const isFixed = (row) => row.dataset.key === "-";
  let leaving = false;

  // A chapter goes with its lessons.
  function block(row) {
    const found = [row];
    if (isLesson(row)) return found;
    let next = row.nextElementSibling;
    while (next && isLesson(next)) {
      found.push(next);
      next = next.nextElementSibling;
    }
    return found;
  }

  function headOf(row) {
    let head = row;
    while (head && isLesson(head)) head = head.previousElementSibling;
    return head;
  }

  function place(moved, before) {
    moved.forEach((each) => list.insertBefore(each, before));
  }

  // A lesson stays below the first heading, a chapter above the one for what is outside.
  function step(row, to) {
    const moved = block(row);
    const last = moved[moved.length - 1];
    if (isLesson(row)) {
      if (to === "up") {
        const above = row.previousElementSibling;
        if (above && (isLesson(above) || above.previousElementSibling)) place(moved, above);
      } else if (row.nextElementSibling) {
        place(moved, row.nextElementSibling.nextElementSibling);
      }
      return;
    }
    if (to === "up") {
      const head = headOf(row.previousElementSibling);
      if (head) place(moved, head);
      return;
    }
    const next = last.nextElementSibling;
    if (next && !isFixed(next)) place(moved, block(next).pop().nextElementSibling);
  }

  function show() {
    let number = 0;
    for (const row of rows()) {
      const cell = row.querySelector("[data-number]");
      if (cell) cell.textContent = String((number += 1));
    }
    const order = rows().map((row) => row.dataset.key);
    // Without chapters the list has no heading for what is outside of them.
    if (!order.includes("-")) order.unshift("-");
    field.value = order.join(" ");
    bar.hidden = field.value === saved;
  }

  function tell(row) {
    show();
    const place_ = rows().filter((each) => !isFixed(each)).indexOf(row) + 1;
    said.textContent = `${row.dataset.title}：现在是第 ${place_} 行`;
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-key]");
    step(row, button.dataset.move);
    button.focus();
    tell(row);
  });

  function drag(event) {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button > 0) return;
    event.preventDefault();
    const row = handle.closest("[data-key]");
    const moved = block(row);
    moved.forEach((each) => each.classList.add("xf-outline-held"));

    function follow(at) {
      // Near the edge of the window the page scrolls along.
      if (at.clientY < 60) window.scrollBy(0, -12);
      else if (at.clientY > window.innerHeight - 60) window.scrollBy(0, 12);
      const over = rows().find((each) => {
        const box = each.getBoundingClientRect();
        return at.clientY >= box.top && at.clientY <= box.bottom;
      });
      if (!over || moved.includes(over)) return;
      const box = over.getBoundingClientRect();
      const below = at.clientY > box.top + box.height / 2;
      if (isLesson(row)) {
        if (below) place(moved, over.nextElementSibling);
        else if (isLesson(over) || over.previousElementSibling) place(moved, over);
      } else {
        const head = headOf(over);
        if (!head) return;
        if (below && !isFixed(head) && !moved.includes(head)) {
          place(moved, block(head).pop().nextElementSibling);
        } else if (!below && over === head) {
          place(moved, head);
        }
      }
      show();
    }

    function drop() {
      moved.forEach((each) => each.classList.remove("xf-outline-held"));
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", drop);
      tell(row);
    }

    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", drop);
  }

  list.querySelectorAll("[data-handle]").forEach((handle) => {
    handle.hidden = false;
  });
  list.addEventListener("pointerdown", drag);
  form.querySelector("[data-order-undo]").addEventListener("click", () => {
    const byKey = new Map(rows().map((row) => [row.dataset.key, row]));
    saved.split(" ").forEach((key) => byKey.has(key) && list.append(byKey.get(key)));
    show();
    said.textContent = "已还原";
  });
  form.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (bar.hidden || leaving) return;
    event.preventDefault();
    event.returnValue = "";
  });
}

if (list && form) set();
