// What the players in step are made of: the clock that leads, and one clip that follows it.

const STRAY_S = 0.006; // from here on the rate is nudged
const NUDGE_OVER_S = 0.1; // in so much time a nudge makes the stray good
const NUDGE_MAX = 0.7;
const NUDGE_AGAIN_MS = 60; // a player stutters when its rate changes with every frame
const PATIENCE_MS = 5000; // for a seek or for data; then whoever is ready goes on
const FRAME_S = 1 / 24; // where no clip's rate is known
const WITHIN_FRAME_S = 0.001; // past its edge: a seek to the very edge may show the frame before

class Clock {
  constructor() {
    this.at = 0;
    this.since = null;
    this.speed = 1;
  }

  get isRunning() { return this.since !== null; }

  get time() {
    return this.isRunning ? this.at + ((performance.now() - this.since) / 1000) * this.speed : this.at;
  }

  run(at) {
    this.at = at;
    this.since = performance.now();
  }

  stop(at = this.time) {
    this.at = at;
    this.since = null;
  }
}

// One clip's video, which knows nothing of the others.
class Follower {
  constructor(video, clip) {
    this.video = video;
    this.fps = clip.fps;
    this.told_s = clip.duration_s;
    this.hasAudio = clip.has_audio;
    this.nudgedAt = 0;
  }

  get duration() { return Number.isFinite(this.video.duration) ? this.video.duration : this.told_s; }

  get isBroken() { return this.video.error !== null; }

  get lastFrame() { return Math.max(0, this.duration - 0.5 / (this.fps || 1 / FRAME_S)); }

  isOver(time) { return time >= this.duration - WITHIN_FRAME_S || (this.video.ended && time > 0); }

  async seek(time) {
    if (!await reaches(this.video, 1, "loadedmetadata")) return;
    const target = this.isOver(time) && time > 0 ? this.lastFrame : time + WITHIN_FRAME_S;
    if (Math.abs(this.video.currentTime - target) < WITHIN_FRAME_S / 2) return;
    const sought = happens(this.video, "seeked");
    this.video.currentTime = target;
    await sought;
  }

  isReady() { return reaches(this.video, 3, "canplay"); }

  play(speed) {
    this.video.playbackRate = speed;
    return this.video.play();
  }

  async reaches(time) {
    const until = performance.now() + PATIENCE_MS / 5;
    while (this.video.currentTime < time && !this.video.ended && performance.now() < until) await nextFrame();
  }

  // Its stray from the clock, in seconds of the clip.
  follow(time, speed) {
    const stray = this.video.currentTime - time;
    if (performance.now() - this.nudgedAt < NUDGE_AGAIN_MS) return stray;
    const share = stray / (NUDGE_OVER_S * speed);
    const rate = speed * (1 - (Math.abs(stray) < STRAY_S ? 0 : clamp(share, -NUDGE_MAX, NUDGE_MAX)));
    if (Math.abs(this.video.playbackRate - rate) > 0.004) {
      this.video.playbackRate = rate;
      this.nudgedAt = performance.now();
    }
    return stray;
  }
}

function nextFrame() { return new Promise((resolve) => { requestAnimationFrame(resolve); }); }

function clamp(value, low, high) { return Math.min(Math.max(value, low), high); }

// Lets go of the file: a browser keeps only so many connections.
function unload(video) {
  video.pause();
  video.removeAttribute("src");
  video.load();
}

// True once it has happened, false when it failed or took too long.
function happens(video, name) {
  return new Promise((resolve) => {
    const end = (outcome) => () => {
      clearTimeout(timer);
      done.abort();
      resolve(outcome);
    };
    const done = new AbortController();
    const timer = setTimeout(end(false), PATIENCE_MS);
    video.addEventListener(name, end(true), { signal: done.signal });
    video.addEventListener("error", end(false), { signal: done.signal });
  });
}

async function reaches(video, readyState, name) {
  if (video.error) return false;
  return video.readyState >= readyState || happens(video, name);
}
