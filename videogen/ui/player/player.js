// One rating session in the page: play to the end, take an opinion, save it, go on.
// Streamlit calls the default function again at every rerun; the session's state stays here.

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
const REQUEST_MS = 20000;

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const known = parentElement.videogenPlayer;
  if (known && known.session === data.session) {
    clearTimeout(known.leaving);
    known.setTriggerValue = setTriggerValue;
    known.accept(data);
  } else {
    if (known) known.leave();
    parentElement.videogenPlayer = new Player(parentElement, data, setTriggerValue);
  }
  const player = parentElement.videogenPlayer;
  // A rerun cleans up and mounts again at once; only a page that is left stays unmounted.
  return () => { player.leaving = setTimeout(() => player.leave(), 200); };
}

class Player {
  constructor(root, data, setTriggerValue) {
    this.session = data.session;
    this.setTriggerValue = setTriggerValue;
    this.root = root.querySelector(".player");
    [this.shown, this.spare] = this.root.querySelectorAll("video");
    this.ending = new AbortController();
    this.pendingKey = `videogen.vote.${data.session}`;
    this.scores = [];
    this.connect();
    this.translate(data);
    this.show(data.standing);
    this.sendLeftOver();
  }

  find(name) { return this.root.querySelector(`.${name}`); }

  connect() {
    const options = { signal: this.ending.signal };
    const on = (target, name, act) => target.addEventListener(name, act, options);
    const scale = this.find("scale");
    scale.replaceChildren();
    for (let score = 1; score <= 5; score += 1) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "score";
      button.dataset.score = score;
      button.append(document.createElement("b"), document.createElement("span"));
      button.firstChild.textContent = score;
      on(button, "click", () => this.vote(score));
      scale.append(button);
      this.scores.push(button);
    }
    on(this.find("replay"), "click", () => this.replay());
    on(this.find("undo"), "click", () => this.undo());
    on(this.find("play"), "click", () => this.play());
    on(this.find("again"), "click", () => this.setTriggerValue("refresh", Date.now()));
    for (const video of [this.shown, this.spare]) {
      const mine = (act) => () => { if (video === this.shown) act(); };
      on(video, "ended", mine(() => this.onEnded()));
      on(video, "playing", mine(() => this.onPlaying()));
      on(video, "waiting", mine(() => { if (video.currentTime > 0) this.stalls += 1; }));
      on(video, "error", mine(() => this.onClipError()));
      on(video, "contextmenu", (event) => event.preventDefault());
    }
    on(document, "visibilitychange", () => {
      if (!document.hidden && this.phase === "playing" && this.shown.paused) this.play();
    });
    // Captured before Streamlit's own shortcuts: there R would rerun the page.
    window.addEventListener("keydown", (event) => this.onKey(event), { ...options, capture: true });
  }

  leave() {
    this.ending.abort();
    this.left = true;
    for (const video of [this.shown, this.spare]) video.pause();
  }

  accept(data) {
    this.translate(data);
    if (this.phase === "failed" || this.phase === "done") this.show(data.standing);
  }

  translate(data) {
    this.texts = data.texts;
    this.audio = data.audio;
    this.language = data.language;
    this.root.lang = data.language;
    for (const name of ["question", "replay", "undo", "keys", "play", "again", "loading"]) {
      this.find(name).textContent = data.texts[name];
    }
    for (const button of this.scores) {
      button.lastChild.textContent = data.texts[`score_${button.dataset.score}`];
    }
    if (this.standing) this.showStanding();
  }

  // --- playing -------------------------------------------------------------------------------

  show(standing) {
    this.standing = standing;
    this.current = standing.next;
    this.watched = false;
    this.replays = 0;
    this.stalls = 0;
    this.scores.forEach((button) => button.classList.remove("is-chosen"));
    this.showStanding();
    if (!this.current) {
      this.enter("done");
      this.say("finished");
      this.setTriggerValue("done", Date.now());
      return;
    }
    this.enter("loading");
    if (this.spare.dataset.presentation === this.current.presentation_id && !this.spare.error) {
      [this.shown, this.spare] = [this.spare, this.shown];
    } else {
      load(this.shown, this.current);
    }
    for (const video of [this.shown, this.spare]) {
      const isShown = video === this.shown;
      video.classList.toggle("is-shown", isShown);
      video.toggleAttribute("aria-hidden", !isShown);
      video.muted = !isShown || !this.audio; // without sound playing needs no gesture first
    }
    this.spare.pause();
    if (standing.after) load(this.spare, standing.after);
    this.play();
  }

  showStanding() {
    const { n_rated: rated, total } = this.standing;
    const place = this.current ? this.current.position + 1 : total;
    this.find("position").textContent = fill(this.texts.position, { position: place, total });
    this.find("progress").max = total;
    this.find("progress").value = rated;
  }

  async play() {
    this.find("play").hidden = true;
    const video = this.shown;
    try {
      await video.play();
    } catch (error) {
      // Sound before the first gesture is refused by browsers: a click or a key starts it.
      if (error.name === "NotAllowedError" && video === this.shown) this.find("play").hidden = false;
    }
  }

  replay() {
    if (!["playing", "open"].includes(this.phase)) return;
    this.replays += 1;
    this.shown.currentTime = 0;
    this.play();
  }

  onPlaying() {
    if (this.phase === "loading") this.enter("playing");
  }

  onEnded() {
    if (this.phase !== "playing" && this.phase !== "loading") return;
    this.watched = true;
    this.enter("open");
  }

  onClipError() {
    if (!this.current || this.phase === "saving") return;
    this.enter("failed");
    this.find("again").hidden = false;
    this.say("clip_failed");
  }

  // --- the opinion ---------------------------------------------------------------------------

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const key = event.key.toLowerCase();
    const act = {
      1: () => this.vote(1), 2: () => this.vote(2), 3: () => this.vote(3),
      4: () => this.vote(4), 5: () => this.vote(5),
      r: () => this.replay(), u: () => this.undo(),
    }[key];
    if (!act || this.phase === "done") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.find("play").hidden) this.play();
    if (!event.repeat) act();
  }

  vote(score) {
    if (this.phase === "playing" || this.phase === "loading") this.say("watch_first");
    if (this.phase !== "open" || !this.watched) return;
    this.scores[score - 1].classList.add("is-chosen");
    this.send({
      rating_id: newKey(),
      presentation_id: this.current.presentation_id,
      dimension: "overall",
      score,
      replays: this.replays,
      stalls: this.stalls,
      dropped_frames: this.shown.getVideoPlaybackQuality?.().droppedVideoFrames ?? null,
      played_to_end: this.watched,
    });
  }

  async send(vote) {
    this.enter("saving");
    this.say("saving");
    // Kept until it is acknowledged: a reload sends it again under the same key.
    remember(this.pendingKey, vote);
    const answer = await this.post("ratings", vote);
    if (!answer) return;
    forget(this.pendingKey);
    if (answer.error) this.refuse(answer.error);
    else {
      this.show(answer);
      if (this.current) this.say("saved");
    }
  }

  sendLeftOver() {
    const vote = recall(this.pendingKey);
    if (vote) this.send(vote);
  }

  async undo() {
    if (!["playing", "open", "loading"].includes(this.phase) || !this.standing.n_rated) return;
    this.shown.pause();
    this.enter("saving");
    const answer = await this.post("undo", { n_rated: this.standing.n_rated });
    if (!answer) return;
    if (answer.error) this.refuse(answer.error);
    else {
      this.show(answer);
      this.say("undone");
    }
  }

  refuse(error) {
    this.scores.forEach((button) => button.classList.remove("is-chosen"));
    this.enter(this.watched ? "open" : "playing");
    if (!this.watched) this.play();
    this.find("status").textContent = `${error.message} ${error.hint}`;
  }

  // Until it is answered; null when the page was left meanwhile.
  async post(what, body) {
    for (let attempt = 0; !this.left; attempt += 1) {
      try {
        const reply = await fetch(`/rate/${this.session}/${what}?lang=${this.language}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(REQUEST_MS),
        });
        if (reply.status < 500) return await reply.json();
      } catch { /* no network, or no answer in time: the same key again */ }
      this.say("retrying");
      await backOff(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
    }
    return null;
  }

  enter(phase) {
    this.phase = phase;
    this.root.dataset.phase = phase;
    this.root.dataset.presentation = this.current?.presentation_id ?? "";
    this.find("again").hidden = true;
    const set = (button, enabled) => button.setAttribute("aria-disabled", String(!enabled));
    this.scores.forEach((button) => set(button, phase === "open"));
    set(this.find("replay"), phase === "open" || phase === "playing");
    set(this.find("undo"), phase !== "saving" && phase !== "done" && this.standing.n_rated > 0);
    if (phase === "open") this.say("open");
  }

  say(name) { this.find("status").textContent = this.texts[name]; }
}

function load(video, entry) {
  if (video.dataset.presentation === entry.presentation_id && !video.error) {
    video.currentTime = 0;
    return;
  }
  video.dataset.presentation = entry.presentation_id;
  video.src = `/clips/${entry.clip}`;
  video.load();
}

function isTyping(event) {
  const target = event.composedPath()[0];
  return target instanceof Element
    && Boolean(target.closest("input, textarea, select, [contenteditable=''], [contenteditable='true'], [role='textbox'], [role='combobox']"));
}

function fill(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}

// randomUUID exists only in secure contexts; a colleague's browser may come by plain http.
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// Sleeps, but wakes at once when the network is back.
function backOff(milliseconds) {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      window.removeEventListener("online", wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    window.addEventListener("online", wake);
  });
}

function remember(key, vote) {
  try { localStorage.setItem(key, JSON.stringify(vote)); } catch { /* private mode: memory only */ }
}

function recall(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function forget(key) {
  try { localStorage.removeItem(key); } catch { /* likewise */ }
}
