// Questions that the candidate marked to come back to: kept on this computer, until the paper is handed in.

const FLAGGED = "xf-question-flagged";

export const isFlagged = (question) => question.classList.contains(FLAGGED);

export class Flags {
  constructor(name, questions) {
    this.name = name;
    this.questions = questions;
  }

  set(question, on) {
    const button = question.querySelector("[data-flag]");
    question.classList.toggle(FLAGGED, on);
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("span").textContent = on ? "已标记" : "标记";
    try {
      localStorage.setItem(this.name, JSON.stringify(this.questions.filter(isFlagged).map((one) => one.dataset.slot)));
    } catch (error) {
      // Marks then last as long as the page.
    }
  }

  /** The questions that an earlier page marked. */
  kept() {
    try {
      const slots = new Set(JSON.parse(localStorage.getItem(this.name) || "[]"));
      return this.questions.filter((one) => slots.has(one.dataset.slot));
    } catch (error) {
      return [];
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.name);
    } catch (error) {
      // Nothing was kept.
    }
  }
}
