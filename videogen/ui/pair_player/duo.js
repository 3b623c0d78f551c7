// Two clips side by side that begin together and stay in step; the shorter one waits on its last
// frame. Either side is a `Stage`: it also holds the clip that comes next.

const SIDES = ["left", "right"];
const STRAY_S = 0.01; // from here on the right one plays a little faster or slower
const LOST_S = 0.25; // from here on the one ahead waits for the other
const NUDGE_PER_S = 3;
const NUDGE_MAX = 0.15;
const PATIENCE_MS = 8000; // for data; then whoever is ready begins

class Side extends Stage {
  // Nobody begins alone.
  play() { return this.isHeld ? Promise.resolve() : super.play(); }
}

class Duo {
  constructor(root, { onPlaying, onEnded, onError, onRefused }, options) {
    this.sides = SIDES.map((side) => new Side(root.querySelector(`.side-${side}`), {
      onPlaying,
      onEnded: () => { if (this.isWatched) onEnded(); },
      onError,
      onRefused,
    }, options));
  }

  get isWatched() { return this.sides.every((side) => side.isWatched); }

  get videos() { return this.sides.map((side) => side.shown); }

  show(pair) {
    this.waiting = null;
    this.sides.forEach((side, place) => {
      side.isHeld = true;
      side.show(entryOf(pair, place), { isHeard: false });
    });
    this.playTogether();
  }

  preload(pair) {
    if (pair) this.sides.forEach((side, place) => side.preload(entryOf(pair, place)));
  }

  async playTogether() {
    const videos = this.videos;
    await Promise.all(videos.map(isReady));
    if (this.videos.some((video, place) => video !== videos[place])) return; // another pair by now
    for (const side of this.sides) side.isHeld = false;
    if (!document.hidden) this.play();
  }

  play() {
    if (this.sides.some((side) => side.isHeld)) return;
    for (const side of this.sides) if (!side.shown.ended) side.play();
    this.keepStep();
  }

  pause() {
    this.waiting = null;
    for (const side of this.sides) side.pause();
  }

  replay() {
    this.pause();
    for (const side of this.sides) {
      side.replays += 1;
      side.shown.currentTime = 0;
      side.isHeld = true;
    }
    this.playTogether();
  }

  leave() {
    this.left = true;
    for (const side of this.sides) side.leave();
  }

  keepStep() {
    cancelAnimationFrame(this.stepping);
    const [left, right] = this.videos;
    if (this.left || left.ended || right.ended || (left.paused && right.paused && !this.waiting)) return;
    const stray = right.currentTime - left.currentTime;
    const [ahead, behind] = stray > 0 ? [right, left] : [left, right];
    if (Math.abs(stray) > LOST_S && !this.waiting && !behind.paused) {
      this.waiting = ahead;
      ahead.pause();
    } else if (this.waiting && (Math.abs(stray) < STRAY_S || ahead !== this.waiting)) {
      this.waiting.play().catch(() => {}); // paused again meanwhile: the page was left
      this.waiting = null;
    }
    const nudge = Math.abs(stray) < STRAY_S ? 0 : Math.min(NUDGE_MAX, Math.max(-NUDGE_MAX, stray * NUDGE_PER_S));
    if (Math.abs(right.playbackRate - (1 - nudge)) > 0.004) right.playbackRate = 1 - nudge;
    this.stepping = requestAnimationFrame(() => this.keepStep());
  }

  // What the playback was like, of both together.
  facts() {
    const [left, right] = this.sides.map((side) => side.facts());
    const isKnown = left.dropped_frames !== null && right.dropped_frames !== null;
    return {
      played_to_end: this.isWatched,
      replays: left.replays,
      stalls: left.stalls + right.stalls,
      dropped_frames: isKnown ? left.dropped_frames + right.dropped_frames : null,
    };
  }
}

function entryOf(pair, place) {
  return { presentation_id: pair.pair_id, clip: pair[SIDES[place]] };
}

function isReady(video) {
  const isSettled = () => video.error || (video.readyState >= 3 && !video.seeking);
  return new Promise((resolve) => {
    const watching = new AbortController();
    const look = () => {
      if (!isSettled()) return;
      watching.abort();
      resolve();
    };
    for (const name of ["canplay", "seeked", "error"]) {
      video.addEventListener(name, look, { signal: watching.signal });
    }
    setTimeout(() => {
      watching.abort();
      resolve();
    }, PATIENCE_MS);
    look();
  });
}
