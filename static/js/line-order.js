// Lines of a field of text, one a question, put in order by handles or buttons. The field stays
// what is sent; without this its lines are moved by hand.

const KEYS = { up: "上移", down: "下移" };

function icon(name) {
  const mark = document.createElement("i");
  mark.className = `bi bi-${name}`;
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

function lineOrder(field) {
  const box = document.createElement("div");
  const list = document.createElement("ol");
  const said = document.createElement("p");
  box.className = "xf-line-order";
  list.className = "xf-outline";
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  const lead = document.createElement("p");
  lead.className = "xf-help";
  lead.textContent = "拖动手柄或按上移、下移调整次序。";
  box.append(lead, list, said);
  field.after(box);

  const lines = () => field.value.split("\n").filter((each) => each.trim());
  const rows = () => Array.from(list.children);

  function write(row) {
    field.value = rows().map((each) => each.dataset.line).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (row) said.textContent = `${row.dataset.line}：第 ${rows().indexOf(row) + 1} 个`;
  }

  function button(row, to) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-outline-secondary btn-sm xf-btn-icon";
    made.title = KEYS[to];
    made.setAttribute("aria-label", `${KEYS[to]}：${row.dataset.line}`);
    made.append(icon(`arrow-${to}`));
    made.addEventListener("click", () => {
      const other = to === "up" ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      list.insertBefore(row, to === "up" ? other : other.nextElementSibling);
      made.focus();
      write(row);
    });
    return made;
  }

  function drag(row, event) {
    if (event.button > 0) return;
    event.preventDefault();
    row.classList.add("xf-outline-held");
    function follow(at) {
      const over = rows().find((each) => {
        const edges = each.getBoundingClientRect();
        return each !== row && at.clientY >= edges.top && at.clientY <= edges.bottom;
      });
      if (!over) return;
      const edges = over.getBoundingClientRect();
      const below = at.clientY > edges.top + edges.height / 2;
      list.insertBefore(row, below ? over.nextElementSibling : over);
    }
    function drop() {
      row.classList.remove("xf-outline-held");
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", drop);
      write(row);
    }
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", drop);
  }

  function show() {
    const wanted = lines();
    box.hidden = wanted.length < 2;
    if (wanted.join("\n") === rows().map((each) => each.dataset.line).join("\n")) return;
    list.textContent = "";
    for (const line of wanted) {
      const row = document.createElement("li");
      row.className = "xf-outline-row";
      row.dataset.line = line;
      const move = document.createElement("span");
      move.className = "xf-outline-move";
      const handle = document.createElement("span");
      handle.className = "xf-outline-handle";
      handle.title = "拖动";
      handle.append(icon("grip-vertical"));
      handle.addEventListener("pointerdown", (event) => drag(row, event));
      move.append(handle, button(row, "up"), button(row, "down"));
      const text = document.createElement("span");
      text.className = "xf-outline-text";
      text.textContent = line;
      row.append(move, text);
      list.append(row);
    }
  }

  field.addEventListener("input", show);
  show();
}

document.querySelectorAll("textarea[data-line-order]").forEach(lineOrder);
