// Two to four clips in step: one clock leads, every player follows it.
// A player that strays a little plays a little faster or slower; one that strays far makes all
// hold, and they go on from the same moment.

const SPEEDS = [0.25, 0.5, 1, 2];
const LOST_S = 0.08; // from here on everybody is put to the clock's time again
const HEAD_START_S = 0.05;
const HOLD_AGAIN_MS = 500;

export default function (component) {
  return mount(component, "clips", SyncPlayer);
}

class SyncPlayer {
  constructor(root, data) {
    this.root = root.querySelector(".sync");
    this.clock = new Clock();
    this.followers = [];
    this.isPlaying = false;
    this.isLooping = true;
    this.wanted = null;
    this.heldAt = 0;
    this.ending = new AbortController();
    this.connect();
    this.accept(data);
    this.tick();
  }

  find(name) { return this.root.querySelector(`.${name}`); }

  connect() {
    const options = { signal: this.ending.signal };
    const on = (target, name, act) => target.addEventListener(name, act, options);
    on(this.find("play"), "click", () => this.toggle());
    on(this.find("back"), "click", () => this.step(-1));
    on(this.find("forth"), "click", () => this.step(1));
    on(this.find("loop"), "click", () => this.setLooping(!this.isLooping));
    on(this.find("bar"), "input", () => this.moveTo(Number(this.find("bar").value)));
    this.find("speeds").replaceChildren(...SPEEDS.map((speed) => {
      const button = make("button", { type: "button", textContent: `${speed}×` });
      button.dataset.speed = speed;
      on(button, "click", () => this.setSpeed(speed));
      return button;
    }));
    this.setSpeed(1);
    this.setLooping(true);
    on(document, "visibilitychange", () => (document.hidden ? this.hold() : this.resume()));
    // Captured before Streamlit's own shortcuts.
    window.addEventListener("keydown", (event) => this.onKey(event), { ...options, capture: true });
  }

  leave() {
    this.ending.abort();
    for (const { video } of this.followers) unload(video);
  }

  // --- what is shown -------------------------------------------------------------------------

  accept(data) {
    this.data = data;
    this.root.lang = data.language;
    const shown = data.cells.map((cell) => cell.clip?.id ?? `- ${cell.id}`).join(" ");
    if (shown !== this.shown) this.build(shown);
    this.cells.forEach((cell, place) => this.describe(cell, data.cells[place]));
    for (const name of ["play", "back", "forth", "bar", "loop"]) {
      this.find(name).setAttribute("aria-label", data.texts[name]);
      this.find(name).title = [data.texts[name], data.texts[`${name}_help`]].filter(Boolean).join(": ");
    }
    this.find("controls").setAttribute("aria-label", data.texts.controls);
    this.find("speeds").setAttribute("aria-label", data.texts.speed);
    this.find("keys").textContent = data.texts.keys;
    this.find("controls").hidden = this.followers.length === 0;
    this.showTime();
  }

  build(shown) {
    this.shown = shown;
    for (const { video } of this.followers) unload(video);
    this.followers = [];
    this.clock.stop(0);
    this.isPlaying = false;
    this.wanted = null;
    this.cells = this.data.cells.map((cell) => this.cellOf(cell));
    const grid = this.find("grid");
    grid.dataset.n = this.cells.length;
    grid.replaceChildren(...this.cells);
    this.enter("loading");
    this.moveTo(0);
  }

  cellOf(cell) {
    const stage = make("div", { className: "stage" });
    const figure = make("figure", { className: "cell" });
    const head = make("figcaption", { className: "head" });
    figure.append(head, stage);
    if (!cell.clip) {
      stage.classList.add("is-empty");
      return figure;
    }
    const video = make("video", { muted: true, playsInline: true, preload: "auto", disablePictureInPicture: true });
    video.src = cell.clip.src;
    video.dataset.clip = cell.clip.id;
    const follower = new Follower(video, cell.clip);
    video.addEventListener("loadedmetadata", () => this.showEnds(), { signal: this.ending.signal });
    video.addEventListener("error", () => this.onBroken(figure), { signal: this.ending.signal });
    this.followers.push(follower);
    stage.append(video, make("span", { className: "over", hidden: true }));
    if (cell.clip.has_audio) stage.append(this.soundButton(video));
    return figure;
  }

  soundButton(video) {
    const button = make("button", { type: "button", className: "sound" });
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => this.hear(video.muted ? video : null), { signal: this.ending.signal });
    return button;
  }

  describe(figure, cell) {
    const name = make("div", { className: "name" });
    const title = make("a", { textContent: cell.title, href: cell.href ?? "", target: "_self" });
    name.append(cell.href ? title : make("span", { textContent: cell.title }));
    name.append(...cell.chips.map(({ word, tone }) => make("span", { className: `chip chip-${tone}`, textContent: word })));
    const facts = make("p", { className: "facts" });
    facts.append(...cell.facts.map((fact) => make("span", { textContent: fact })));
    const notes = cell.notes.map((note) => make("p", { className: "note", textContent: note }));
    figure.firstChild.replaceChildren(name, facts, ...notes);
    const stage = figure.querySelector(".stage");
    const video = stage.querySelector("video");
    if (!cell.clip) this.explain(stage, cell.missing);
    else if (video) {
      video.setAttribute("aria-label", cell.clip.label);
      stage.querySelector(".over").textContent = this.data.texts.ended;
      const sound = stage.querySelector(".sound");
      if (sound) sound.textContent = this.data.texts.sound;
    }
  }

  explain(stage, { title, text, href, label, tone }) {
    stage.dataset.tone = tone;
    const parts = [make("p", { className: "why", textContent: title }), make("p", { textContent: text })];
    if (href) parts.push(make("a", { href, textContent: label, target: "_self" }));
    stage.replaceChildren(...parts);
  }

  onBroken(figure) {
    const { clip_failed: title, clip_failed_text: text } = this.data.texts;
    const stage = figure.querySelector(".stage");
    this.followers = this.followers.filter(({ video }) => !stage.contains(video));
    stage.classList.add("is-empty");
    this.explain(stage, { title, text, tone: "fail" });
    this.showEnds();
  }

  get duration() { return Math.max(0, ...this.followers.map((one) => one.duration)); }

  get frame() {
    const rates = this.followers.map((one) => one.fps).filter(Boolean);
    return rates.length ? 1 / Math.min(...rates) : FRAME_S;
  }

  // Where the shorter clips end, under the bar.
  showEnds() {
    const whole = this.duration;
    this.find("bar").max = whole || 1;
    const ends = new Set(this.followers.map((one) => one.duration).filter((end) => end < whole - 0.05));
    this.find("ends").replaceChildren(...[...ends].map((end) => {
      const mark = make("i", {});
      mark.style.left = `${(100 * end) / whole}%`;
      return mark;
    }));
    this.showTime();
  }

  showTime() {
    const whole = this.duration;
    const time = clamp(this.wanted ?? this.clock.time, 0, whole);
    const bar = this.find("bar");
    bar.value = time;
    bar.style.setProperty("--done", `${whole ? (100 * time) / whole : 0}%`);
    const said = fill(this.data.texts.time, { time: time.toFixed(2), duration: whole.toFixed(2) });
    if (this.find("time").textContent !== said) {
      this.find("time").textContent = said;
      bar.setAttribute("aria-valuetext", said);
    }
    for (const one of this.followers) {
      const over = one.video.parentElement?.querySelector(".over");
      if (over) over.hidden = !(one.duration < whole - 0.05 && one.isOver(time));
    }
  }

  enter(state) {
    this.root.dataset.state = state;
    if (!this.data) return;
    this.find("play").setAttribute("aria-label", this.data.texts[this.isPlaying ? "pause" : "play"]);
    this.find("status").textContent = state === "loading" ? this.data.texts.loading : "";
  }

  // --- the hand on it ------------------------------------------------------------------------

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (this.followers.length === 0 || !isVisible(this.root)) return;
    const onBar = event.composedPath()[0] === this.find("bar");
    const acts = { ",": () => this.step(-1), ".": () => this.step(1) };
    if (onBar) Object.assign(acts, { ArrowLeft: acts[","], ArrowRight: acts["."] });
    // On a button or a link the space bar is that button's own.
    if (onBar || !isPressable(event)) acts[" "] = () => { if (!event.repeat) this.toggle(); };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }

  toggle() {
    this.isPlaying = !this.isPlaying;
    if (!this.isPlaying) {
      this.hold();
      this.moveTo(this.clock.time); // all on the same moment, not each where it happened to stop
    } else if (this.clock.time >= this.duration - WITHIN_FRAME_S) this.moveTo(0);
    else this.resume();
  }

  step(n) {
    this.isPlaying = false;
    this.hold();
    const now = this.wanted ?? this.clock.time;
    const place = Math.floor(now / this.frame + 0.01);
    const last = Math.floor((this.duration - WITHIN_FRAME_S) / this.frame);
    this.moveTo(clamp(place + n, 0, Math.max(0, last)) * this.frame);
  }

  setSpeed(speed) {
    const time = this.clock.time;
    this.clock.stop(time);
    this.clock.speed = speed;
    for (const button of this.find("speeds").children) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
    }
    for (const { video } of this.followers) video.playbackRate = speed;
    this.resume(); // together: changed while they play, some take longer than others
  }

  setLooping(isLooping) {
    this.isLooping = isLooping;
    this.find("loop").setAttribute("aria-pressed", String(isLooping));
  }

  // At most one clip is heard.
  hear(chosen) {
    for (const { video } of this.followers) {
      video.muted = video !== chosen;
      video.parentElement.querySelector(".sound")?.setAttribute("aria-pressed", String(video === chosen));
    }
  }

  // --- in step -------------------------------------------------------------------------------

  hold() {
    this.clock.stop();
    for (const { video } of this.followers) video.pause();
    this.enter(this.isPlaying ? "loading" : "paused");
  }

  resume() {
    if (this.isPlaying && !document.hidden) this.moveTo(this.wanted ?? this.clock.time);
  }

  // Scrubbing asks faster than players can seek: only the newest moment counts.
  moveTo(time) {
    this.wanted = time;
    this.clock.stop(time);
    if (!this.moving) this.moving = this.settle().finally(() => { this.moving = null; });
    this.showTime();
  }

  async settle() {
    do {
      for (const { video } of this.followers) video.pause();
      while (this.wanted !== null) {
        const time = this.wanted;
        this.clock.stop(time);
        await Promise.all(this.followers.map((one) => one.seek(time)));
        if (this.wanted === time) this.wanted = null;
        if (this.hasLeft) return;
      }
      this.enter(this.isPlaying ? "loading" : "paused");
      if (this.isPlaying) await this.start();
    } while (this.wanted !== null);
  }

  async start() {
    const time = this.clock.time;
    const going = this.followers.filter((one) => !one.isOver(time));
    await Promise.all(going.map((one) => one.isReady()));
    if (!this.mayStart()) return;
    const [heard, silent] = [true, false].map((has) => going.filter((one) => one.hasAudio === has));
    if (heard.length > 0) await this.startHeard(heard, silent, time);
    await Promise.allSettled(silent.map((one) => one.play(this.clock.speed)));
    if (!this.mayStart()) {
      for (const { video } of going) video.pause();
      return;
    }
    const times = going.map((one) => one.video.currentTime);
    this.clock.run(times.length ? times.reduce((sum, one) => sum + one, 0) / times.length : time);
    this.enter("playing");
  }

  // A sound track stutters as it starts: the others wait a little further on, until it comes by.
  async startHeard(heard, silent, time) {
    const meeting = time + HEAD_START_S * this.clock.speed;
    await Promise.all(silent.map((one) => one.seek(meeting)));
    if (!this.mayStart()) return;
    await Promise.allSettled(heard.map((one) => one.play(this.clock.speed)));
    await Promise.all(heard.map((one) => one.reaches(meeting)));
  }

  // Whom the clock itself follows: the clip that is heard, else one with a sound track.
  leader(time) {
    const able = this.followers.filter((one) => one.hasAudio && !one.isOver(time) && !one.video.paused);
    return able.find((one) => !one.video.muted) ?? able[0];
  }

  mayStart() { return this.isPlaying && this.wanted === null && !this.hasLeft && !document.hidden; }

  tick() {
    if (this.hasLeft) return;
    if (this.clock.isRunning) this.lead();
    requestAnimationFrame(() => this.tick());
  }

  lead() {
    const leader = this.leader(this.clock.time);
    if (leader) this.clock.run(leader.video.currentTime);
    const time = this.clock.time;
    if (time >= this.duration - WITHIN_FRAME_S) {
      this.onEnd();
      return;
    }
    let isLost = false;
    for (const one of this.followers) {
      if (one.isOver(time)) one.video.pause();
      else isLost = this.isLost(one, time, leader) || isLost;
    }
    // Not twice at once: a machine that is too slow would only ever seek.
    if (isLost && performance.now() - this.heldAt > HOLD_AGAIN_MS) {
      this.heldAt = performance.now();
      this.moveTo(time);
    }
    this.showTime();
  }

  isLost(one, time, leader) {
    const waits = one.video.readyState < 3 && time < one.duration - 0.25;
    if (waits || one === leader) return waits;
    return Math.abs(one.follow(time, this.clock.speed)) > LOST_S * Math.max(1, this.clock.speed);
  }

  onEnd() {
    if (this.isLooping) {
      this.moveTo(0);
      return;
    }
    this.isPlaying = false;
    this.hold();
    this.moveTo(this.duration);
  }
}

function make(tag, fields) { return Object.assign(document.createElement(tag), fields); }

function fill(sentence, facts) { return sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name]); }

function isVisible(element) { return element.checkVisibility?.() ?? element.offsetParent !== null; }

function isTyping(event) {
  const target = event.composedPath()[0];
  return target instanceof Element
    && Boolean(target.closest("input:not([type='range']), textarea, select, [contenteditable=''], [contenteditable='true'], [role='textbox'], [role='combobox']"));
}

function isPressable(event) {
  const target = event.composedPath()[0];
  return target instanceof Element
    && Boolean(target.closest("button, a, summary, video, [role='button'], [role='tab'], [role='option'], [role='radio'], [role='checkbox'], [role='switch'], input"));
}
