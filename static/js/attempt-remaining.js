// What is said before a paper is handed in.

/** Questions named at most. */
const NAMED = 12;

function which(questions) {
  const numbers = questions.slice(0, NAMED).map((one) => one.dataset.number).join("、");
  return `第 ${numbers} 题${questions.length > NAMED ? "等" : ""}。`;
}

/** Lines about questions that are open or marked, and answers that are not with the server yet. */
export function remaining(open, marked, waiting) {
  const lines = [];
  if (open.length) {
    lines.push(`还有 ${open.length} 题未答：${which(open)}`);
  }
  if (marked.length) {
    lines.push(`标记了 ${marked.length} 题：${which(marked)}`);
  }
  if (waiting) {
    lines.push(`还有 ${waiting} 题未同步，交卷时会先补传。`);
  }
  return lines;
}
