// The five-point scale, once for the overall opinion and once for each detail.

const DETAILS = ["visual_quality", "motion", "prompt_match"];

class Scale {
  constructor(parent, onScore, options) {
    this.buttons = [1, 2, 3, 4, 5].map((score) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "score";
      button.append(document.createElement("b"), document.createElement("span"));
      button.firstChild.textContent = score;
      button.addEventListener("click", (event) => {
        // After a click or a touch the focus would stay, and Enter would give the score again.
        if (event.detail > 0) button.blur();
        onScore(score);
      }, options);
      return button;
    });
    parent.replaceChildren(...this.buttons);
  }

  translate(texts) {
    this.buttons.forEach((button, place) => {
      button.lastChild.textContent = texts[`score_${place + 1}`];
    });
  }

  choose(score) {
    this.buttons.forEach((button, place) => {
      button.setAttribute("aria-pressed", String(place + 1 === score));
    });
  }

  enable(isEnabled) { this.buttons.forEach((button) => setEnabled(button, isEnabled)); }
}

// What is asked after the overall opinion: the prompt, and three rows that may be skipped.
class Details {
  constructor(root, onScore, options) {
    this.root = root;
    this.rows = DETAILS.map((dimension) => {
      const row = root.querySelector(`[data-dimension="${dimension}"]`);
      const scale = new Scale(row.querySelector(".scale"), (score) => onScore(dimension, score), options);
      return { dimension, row, scale };
    });
  }

  translate(texts, language) {
    this.language = language;
    for (const { dimension, row, scale } of this.rows) {
      row.querySelector(".name").textContent = texts[dimension];
      row.querySelector(".means").textContent = texts[`${dimension}_means`];
      scale.translate(texts);
    }
    if (this.prompt) this.showPrompt();
  }

  open(presentation_id, prompt) {
    this.presentation_id = presentation_id;
    this.prompt = prompt;
    this.place = 0;
    this.rows.forEach(({ scale }) => scale.choose(null));
    this.showPrompt();
    this.mark();
  }

  showPrompt() {
    const gloss = this.language === "th" ? this.prompt.gloss_th : null;
    const [first, second] = [".first", ".second"].map((name) => this.root.querySelector(name));
    first.textContent = gloss ?? this.prompt.text;
    first.lang = gloss ? "th" : "en";
    second.textContent = gloss ? this.prompt.text : "";
    second.hidden = !gloss;
  }

  get current() { return this.rows[this.place]?.dimension ?? null; }

  // True when the last row was answered.
  answer(dimension, score) {
    const place = this.rows.findIndex((row) => row.dimension === dimension);
    this.rows[place].scale.choose(score);
    this.place = place + 1;
    this.mark();
    return this.current === null;
  }

  mark() {
    this.rows.forEach(({ row, scale }, place) => {
      row.toggleAttribute("data-current", place === this.place);
      scale.enable(place >= this.place);
    });
  }
}
