// One rating session in the page: play to the end, take an opinion, go on while it is being saved.

const BREAK_TOLD_MS = 20 * 60 * 1000; // a sitting's break begins at 20 minutes and ends at 30

export default function (component) {
  return mount(component, component.data.session, Player);
}

class Player extends Voting {
  constructor(root, data, setTriggerValue) {
    super(root.querySelector(".player"), { counted: "n_rated", setTriggerValue });
    this.session = data.session;
    this.outbox = new Outbox(data.session, {
      onAnswer: (vote, answer) => this.settle(vote, answer),
      onRetry: () => this.saySaved("retrying"),
    });
    this.standing = data.standing;
    this.connect();
    this.translate(data);
    if (this.outbox.isEmpty) this.show(data.standing);
    else this.sendLeftOver();
    this.focus("stage"); // the button that began it is gone
  }

  get clips() { return this.stage; }

  connect() {
    const options = { signal: this.ending.signal };
    const on = (target, name, act) => target.addEventListener(name, act, options);
    this.stage = new Stage(this.root, {
      onPlaying: () => this.onPlaying(),
      onEnded: () => { if (this.isUnder("loading", "playing")) this.enter("open"); },
      onError: () => this.onClipError(),
      onRefused: () => { this.find("play").hidden = false; },
    }, options);
    this.scale = new Scale(this.find("overall .scale"), (score) => this.vote(score), options);
    this.details = new Details(this.find("details"), (name, score) => this.rateDetail(name, score), options);
    for (const name of ["play", "replay", "undo", "skip"]) {
      on(this.find(name), "click", () => this[name]());
    }
    for (const name of ["go-on", "finish"]) on(this.find(name), "click", () => this.goOn());
    on(document, "visibilitychange", () => this.onVisibility());
    // Captured before Streamlit's own shortcuts: there R would rerun the page.
    window.addEventListener("keydown", (event) => this.onKey(event), { ...options, capture: true });
  }

  leave() {
    this.ending.abort();
    this.outbox.left = true;
    clearTimeout(this.waking);
    this.stage.leave();
  }

  accept(data) {
    this.translate(data);
    if (this.isUnder("failed", "stop", "done")) this.show(data.standing);
  }

  translate(data) {
    this.texts = hasKeyboard() ? data.texts : withoutKeys(data.texts);
    this.audio = data.audio;
    this.asksDetails = data.asks_details;
    this.root.toggleAttribute("data-details", data.asks_details);
    this.secondsEach = data.seconds_each;
    this.outbox.language = data.language;
    this.root.lang = data.language;
    for (const element of this.root.querySelectorAll("[data-text]")) {
      element.textContent = this.texts[element.dataset.text];
    }
    for (const element of this.root.querySelectorAll("[data-label]")) {
      element.setAttribute("aria-label", data.texts[element.dataset.label]);
    }
    this.scale.translate(data.texts);
    this.details.translate(data.texts, data.language);
    if (this.phase) {
      this.showStanding();
      if (this.card) this.showCard(this.card);
    }
  }

  // --- where the session stands --------------------------------------------------------------

  show(standing) {
    this.standing = standing;
    const { rest } = standing;
    if (standing.done) this.finish();
    else if (rest?.kind === "stop") this.stop(rest);
    else if (rest?.kind === "break" && !this.wasToldOfBreak()) this.pauseForBreak();
    else this.begin(standing.next);
  }

  begin(entry) {
    this.current = entry;
    this.scale.choose(null);
    this.say(null);
    this.enter("loading");
    this.stage.show(entry, { isHeard: this.audio });
  }

  // Only once the present clip plays: two that load at once both come late.
  preload() {
    if (this.phase === "loading") return;
    const shown = this.current?.presentation_id;
    const { next, after } = this.standing;
    this.stage.preload([next, after].find((one) => one && one.presentation_id !== shown));
  }

  showStanding() {
    const n_voted = this.standing.n_rated + this.outbox.count("overall");
    this.find("practice").hidden = !this.current?.is_training;
    this.showProgress({ n_voted, total: this.standing.total, secondsEach: this.secondsEach });
  }

  // --- playing -------------------------------------------------------------------------------

  onPlaying() {
    if (this.phase !== "loading") return;
    this.enter("playing");
    this.preload();
  }

  replay() {
    if (this.isUnder("playing", "open", "details")) this.stage.replay();
  }

  onClipError() {
    if (!this.isUnder("loading", "playing", "open")) return;
    this.fail();
  }

  // --- the opinion ---------------------------------------------------------------------------

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const key = event.key.toLowerCase();
    if (key === "enter" && isOnButton(event)) return;
    const act = /^[1-5]$/.test(key) ? () => this.answer(Number(key))
      : { r: () => this.replay(), u: () => this.undo(), enter: () => this.goOn() }[key];
    if (!act || this.phase === "done") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.find("play").hidden) this.play();
    if (!event.repeat) act();
  }

  answer(score) {
    if (this.phase === "details") this.rateDetail(this.details.current, score);
    else this.vote(score);
  }

  vote(score) {
    if (this.isUnder("playing", "loading")) this.say("watch_first");
    if (this.phase !== "open") return;
    this.scale.choose(score);
    // One vote may be on its way while the next clip plays; more would run ahead of the app.
    const mayGoOn = this.outbox.isEmpty && !this.asksDetails && !this.standing.rest;
    const { next, after } = this.standing;
    const isKnown = mayGoOn && after && next.presentation_id === this.current.presentation_id;
    const vote = this.opinion("overall", this.current.presentation_id, score);
    if (isKnown) this.begin(after);
    else this.enter("saving");
    this.outbox.add(vote);
    this.showStanding();
    this.saySaved("saving");
  }

  opinion(dimension, presentation_id, score) {
    return { rating_id: newKey(), presentation_id, dimension, score, ...this.stage.facts() };
  }

  rateDetail(dimension, score) {
    if (this.phase !== "details") return;
    const place = DETAILS.indexOf(dimension);
    if (place < this.details.place) return;
    const isLast = this.details.answer(dimension, score);
    this.outbox.add(this.opinion(dimension, this.details.presentation_id, score));
    this.saySaved("saving");
    if (isLast) this.show(this.standing);
  }

  settle(vote, answer) {
    if (answer.error && !answer.standing) {
      this.refuse(vote, answer.error);
      return;
    }
    this.standing = answer.standing ?? answer;
    if (this.isUndoing || !this.outbox.isEmpty) return;
    const isAsked = answer.prompt && this.current?.presentation_id === vote.presentation_id;
    if (isAsked && this.phase === "saving") this.askDetails(vote, answer.prompt);
    else if (this.isStillRight()) {
      this.showStanding();
      this.preload();
    } else this.show(this.standing);
    this.saySaved(answer.error ? null : "saved");
    if (answer.error) this.say("stale");
  }

  // What the rater sees is what the app would show.
  isStillRight() {
    if (this.phase === "details") return this.standing.next?.presentation_id !== this.details.presentation_id;
    const expected = this.standing.next;
    return this.isUnder("loading", "playing", "open", "break")
      && expected?.presentation_id === this.current.presentation_id;
  }

  askDetails(vote, prompt) {
    this.details.open(vote.presentation_id, prompt);
    this.say(null);
    this.enter("details");
    this.stage.preload(this.standing.next);
    this.focus("prompt");
  }

  canUndo() {
    const n_known = this.standing.n_rated + this.outbox.count("overall");
    return this.isUnder("loading", "playing", "open", "details", "break") && n_known > 0;
  }

  refuse(vote, error) {
    if (vote.dimension !== "overall") {
      this.tell(error);
      return;
    }
    this.enter("failed");
    this.showCard({ title: "refused_title", said: `${error.message} ${error.hint}`, go: "again" });
    this.saySaved(null);
  }

  // --- between clips -------------------------------------------------------------------------

  // The one thing that Enter means; nothing where there is nothing obvious to do.
  goOn() {
    if (this.phase === "break") this.begin(this.standing.next);
    else if (this.phase === "details") this.show(this.standing);
    else if (this.phase === "failed") this.tryAgain();
    else if (this.phase === "stop" && !this.find("go-on").hidden) this.refresh();
  }

  tryAgain() {
    if (this.standing.next) this.begin(this.standing.next);
    this.refresh();
  }

  refresh() { this.setTriggerValue("refresh", Date.now()); }

  // The app shows this clip again after all the others.
  async skip() {
    if (this.phase !== "failed") return;
    const { presentation_id } = this.current;
    this.enter("saving");
    const answer = await this.outbox.post("put-off", { presentation_id });
    if (answer?.error) this.tell(answer.error);
    else if (answer) this.show(answer);
  }

  fail() {
    const { next, after } = this.standing;
    const canSkip = after && next.presentation_id === this.current.presentation_id;
    this.enter("failed");
    this.showCard({ title: "clip_failed_title", text: "clip_failed", go: "again", canSkip });
  }

  pauseForBreak() {
    keep(this.breakKey, Date.now());
    this.current = this.standing.next;
    this.stage.pause();
    this.stage.preload(this.current);
    this.enter("break");
    this.showCard({ title: "break_title", text: "break", go: "go_on" });
  }

  stop(rest) {
    this.current = null;
    this.stage.pause();
    this.enter("stop");
    const until = new Date(rest.until);
    const wait_ms = until - Date.now();
    const time = until.toLocaleTimeString(this.root.lang, { hour: "2-digit", minute: "2-digit" });
    const card = { title: "stop_title", text: "stop", facts: { time } };
    this.showCard(wait_ms > 0 ? card : { ...card, text: "stop_over", go: "go_on" });
    clearTimeout(this.waking);
    if (wait_ms > 0) this.waking = setTimeout(() => this.stop(rest), wait_ms + 500);
  }

  get breakKey() { return `videogen.break.${this.session}`; }

  wasToldOfBreak() { return Date.now() - (kept(this.breakKey) ?? 0) < BREAK_TOLD_MS; }

  showCard(card) {
    this.card = card;
    this.say(null);
    this.find("card-title").textContent = this.texts[card.title];
    this.find("card-text").textContent = card.said ?? fill(this.texts[card.text], card.facts ?? {});
    this.find("card").hidden = false;
    this.find("go-on").hidden = !card.go;
    if (card.go) this.find("go-on").textContent = this.texts[card.go];
    this.find("skip").hidden = !card.canSkip;
    this.focus(card.go ? "go-on" : "card");
  }

  // --- what is seen and said -----------------------------------------------------------------

  enter(phase) {
    clearTimeout(this.waking);
    if (this.card || this.phase === "details") this.focus("stage");
    this.card = null;
    this.phase = phase;
    this.root.dataset.phase = phase;
    this.root.dataset.presentation = this.current?.presentation_id ?? "";
    for (const name of ["card", "play"]) this.find(name).hidden = true;
    this.find("overall").hidden = phase === "details";
    for (const name of ["details", "finish"]) this.find(name).hidden = phase !== "details";
    this.scale.enable(phase === "open");
    setEnabled(this.find("replay"), this.isUnder("open", "playing", "details"));
    this.showStanding();
    if (phase === "open") this.say("open");
  }

  // Only when the focus is here or nowhere: nobody is torn away from what they do elsewhere.
  focus(name) {
    const inside = this.root.getRootNode().activeElement;
    if (document.activeElement === document.body || (inside && this.root.contains(inside))) {
      this.find(name).focus({ preventScroll: true });
    }
  }
}
