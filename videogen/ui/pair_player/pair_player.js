// One round of pairs in the page: both to their end, a preference, go on while it is being saved.

const CHOICES = { left: "left", right: "right", tie: "tie" };
const KEYS = { 1: "left", arrowleft: "left", 2: "right", arrowright: "right", 0: "tie", arrowdown: "tie" };

export default function (component) {
  return mount(component, component.data.round, PairPlayer);
}

class PairPlayer extends Voting {
  constructor(root, data, setTriggerValue) {
    super(root.querySelector(".pairs"), { counted: "n_voted", setTriggerValue });
    this.outbox = new Outbox(data.round, {
      onAnswer: (vote, answer) => this.settle(vote, answer),
      onRetry: () => this.saySaved("retrying"),
    }, { address: `/pairs/${data.round}`, kind: "votes", id: "vote_id" });
    this.standing = data.standing;
    this.connect();
    this.translate(data);
    if (this.outbox.isEmpty) this.show(data.standing);
    else this.sendLeftOver();
    // The button that led here may have been far down a long page.
    this.root.scrollIntoView({ block: "start", behavior: "instant" });
  }

  get clips() { return this.duo; }

  connect() {
    const options = { signal: this.ending.signal };
    const on = (target, name, act) => target.addEventListener(name, act, options);
    this.duo = new Duo(this.root, {
      onPlaying: () => { if (this.phase === "loading") this.enter("playing"); },
      onEnded: () => { if (this.isUnder("loading", "playing")) this.enter("open"); },
      onError: () => { if (this.isUnder("loading", "playing", "open")) this.fail(); },
      onRefused: () => { this.find("play").hidden = false; },
    }, options);
    for (const choice of Object.values(CHOICES)) {
      const button = this.find(`choose-${choice}`);
      on(button, "click", (event) => {
        // After a click or a touch the focus would stay, and Enter would vote the same again.
        if (event.detail > 0) button.blur();
        this.vote(choice);
      });
    }
    for (const name of ["play", "replay", "undo", "skip"]) on(this.find(name), "click", () => this[name]());
    on(this.find("go-on"), "click", () => this.goOn());
    on(document, "visibilitychange", () => this.onVisibility());
    // Captured before Streamlit's own shortcuts: there R would rerun the page.
    window.addEventListener("keydown", (event) => this.onKey(event), { ...options, capture: true });
  }

  leave() {
    this.ending.abort();
    this.outbox.left = true;
    this.duo.leave();
  }

  accept(data) {
    this.translate(data);
    if (this.isUnder("failed", "done")) this.show(data.standing);
  }

  translate(data) {
    this.texts = hasKeyboard() ? data.texts : withoutKeys(data.texts);
    this.secondsEach = data.seconds_each;
    this.outbox.language = data.language;
    this.root.lang = data.language;
    for (const element of this.root.querySelectorAll("[data-text]")) {
      element.textContent = this.texts[element.dataset.text];
    }
    for (const element of this.root.querySelectorAll("[data-label]")) {
      element.setAttribute("aria-label", this.texts[element.dataset.label]);
    }
    if (this.phase) this.showStanding();
  }

  // --- where the round stands ----------------------------------------------------------------

  show(standing) {
    this.standing = standing;
    if (standing.done) this.finish();
    else this.begin(this.upcoming()[0]);
  }

  // The pairs that are known to come.
  upcoming() { return [this.standing.next, this.standing.after].filter(Boolean); }

  begin(pair) {
    if (!pair) {
      this.fail();
      return;
    }
    this.current = pair;
    this.mark(null);
    this.enter("loading");
    this.duo.show(pair);
    this.preload();
  }

  preload() {
    this.duo.preload(this.upcoming().find((one) => one.pair_id !== this.current?.pair_id));
  }

  showStanding() {
    const n_voted = this.standing.n_voted + this.outbox.waiting.length;
    this.showProgress({ n_voted, total: this.standing.total, secondsEach: this.secondsEach });
  }

  // --- playing -------------------------------------------------------------------------------

  replay() {
    if (this.isUnder("playing", "open")) this.duo.replay();
  }

  // --- the preference ------------------------------------------------------------------------

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || isSteered(event)) return;
    const key = event.key.toLowerCase();
    if (key === "enter" && isOnButton(event)) return;
    if (key === "arrowdown" && this.phase !== "open") return; // the page scrolls meanwhile
    const act = KEYS[key] ? () => this.vote(KEYS[key])
      : { r: () => this.replay(), u: () => this.undo(), enter: () => this.goOn() }[key];
    if (!act || this.phase === "done") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.find("play").hidden) this.play();
    if (!event.repeat) act();
  }

  vote(choice) {
    if (this.isUnder("playing", "loading")) this.say("watch_first");
    if (this.phase !== "open") return;
    this.mark(choice);
    const vote = { vote_id: newKey(), pair_id: this.current.pair_id, choice, ...this.duo.facts() };
    // One vote may be on its way while the next pair plays; more would run ahead of the app.
    const [now, then] = this.upcoming();
    if (this.outbox.isEmpty && then && now.pair_id === this.current.pair_id) this.begin(then);
    else this.enter("saving");
    this.outbox.add(vote);
    this.showStanding();
    this.saySaved("saving");
  }

  settle(vote, answer) {
    if (answer.error && !answer.standing) {
      this.refuse(answer.error);
      return;
    }
    this.standing = answer.standing ?? answer;
    if (this.isUndoing || !this.outbox.isEmpty) return;
    const isOn = this.upcoming().some((one) => one.pair_id === this.current?.pair_id);
    if (isOn && this.isUnder("loading", "playing", "open") && this.current.pair_id !== vote.pair_id) {
      this.preload();
      this.showStanding();
    } else this.show(this.standing);
    this.saySaved(answer.error ? null : "saved");
    if (answer.error) this.say("stale");
  }

  canUndo() {
    const given = this.standing.n_voted + this.outbox.waiting.length;
    return given > 0 && !this.isUndoing && this.isUnder("loading", "playing", "open", "failed");
  }

  // --- what stands in the way ----------------------------------------------------------------

  refuse(error) {
    this.enter("failed");
    this.showCard(this.texts.refused_title, `${error.message} ${error.hint}`, false);
    this.saySaved(null);
  }

  fail() {
    const canSkip = this.upcoming().length > 1;
    this.duo.pause();
    this.enter("failed");
    this.showCard(this.texts.clip_failed_title, this.texts.clip_failed, canSkip);
  }

  showCard(title, text, canSkip) {
    this.find("card-title").textContent = title;
    this.find("card-text").textContent = text;
    this.find("skip").hidden = !canSkip;
    this.find("card").hidden = false;
  }

  goOn() {
    if (this.phase !== "failed") return;
    if (this.upcoming().length) this.begin(this.upcoming()[0]);
    this.setTriggerValue("refresh", Date.now());
  }

  // The pair comes again after all the others.
  async skip() {
    if (this.phase !== "failed" || !this.current) return;
    const { pair_id } = this.current;
    this.enter("saving");
    await this.outbox.send();
    const answer = await this.outbox.post("put-off", { pair_id });
    if (!answer) return;
    this.show(answer.error ? this.standing : answer);
    if (answer.error) this.tell(answer.error);
  }

  // --- what is seen and said -----------------------------------------------------------------

  enter(phase) {
    this.phase = phase;
    this.root.dataset.phase = phase;
    this.root.dataset.pair = this.current?.pair_id ?? "";
    for (const name of ["card", "play"]) this.find(name).hidden = true;
    for (const choice of Object.values(CHOICES)) setEnabled(this.find(`choose-${choice}`), phase === "open");
    setEnabled(this.find("replay"), this.isUnder("open", "playing"));
    this.showStanding();
    this.say(phase === "open" ? "open" : null);
  }

  mark(chosen) {
    for (const choice of Object.values(CHOICES)) {
      this.find(`choose-${choice}`).setAttribute("aria-pressed", String(choice === chosen));
    }
  }
}

// What the arrow keys move by themselves.
function isSteered(event) {
  const target = event.composedPath()[0];
  return target instanceof Element && Boolean(target.closest("[role='radio'], [role='slider'], [role='menuitem']"));
}
