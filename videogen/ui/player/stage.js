// Two videos in one place: one is shown, the other holds the clip that comes next.

class Stage {
  constructor(root, { onPlaying, onEnded, onError, onRefused }, options) {
    [this.shown, this.spare] = root.querySelectorAll("video");
    this.onRefused = onRefused;
    for (const video of [this.shown, this.spare]) {
      const on = (name, act) => video.addEventListener(name, () => {
        if (video === this.shown) act();
      }, options);
      on("playing", () => {
        this.firstFrameAt ??= performance.now();
        onPlaying();
      });
      on("ended", () => {
        this.isWatched = true;
        onEnded();
      });
      on("waiting", () => { if (video.currentTime > 0) this.stalls += 1; });
      on("error", onError);
      video.addEventListener("contextmenu", (event) => event.preventDefault(), options);
    }
  }

  show(entry, { isHeard }) {
    this.isWatched = false;
    this.firstFrameAt = null;
    this.replays = 0;
    this.stalls = 0;
    if (holds(this.spare, entry)) [this.shown, this.spare] = [this.spare, this.shown];
    this.shown.classList.add("is-shown");
    this.shown.removeAttribute("aria-hidden");
    this.shown.muted = !isHeard; // without sound playing needs no gesture first
    this.spare.classList.remove("is-shown");
    this.spare.setAttribute("aria-hidden", "true");
    this.spare.muted = true;
    this.spare.pause();
    load(this.shown, entry);
    this.play();
  }

  preload(entry) { if (entry) load(this.spare, entry); }

  async play() {
    const video = this.shown;
    try {
      await video.play();
    } catch (error) {
      if (error.name === "NotAllowedError" && video === this.shown) this.onRefused();
    }
  }

  replay() {
    this.replays += 1;
    this.shown.currentTime = 0;
    this.play();
  }

  pause() { this.shown.pause(); }

  leave() { for (const video of [this.shown, this.spare]) video.pause(); }

  // What the playback was like, in the words of the app's record.
  facts() {
    const box = this.shown.getBoundingClientRect();
    return {
      played_to_end: this.isWatched,
      replays: this.replays,
      stalls: this.stalls,
      dropped_frames: this.shown.getVideoPlaybackQuality?.().droppedVideoFrames ?? null,
      watched_s: Math.round(performance.now() - this.firstFrameAt) / 1000,
      display: {
        window_width_px: window.innerWidth,
        window_height_px: window.innerHeight,
        stage_width_px: Math.round(box.width),
        stage_height_px: Math.round(box.height),
        device_pixel_ratio: window.devicePixelRatio,
      },
    };
  }
}

function holds(video, entry) {
  return video.dataset.presentation === entry.presentation_id && !video.error;
}

function load(video, entry) {
  if (holds(video, entry)) {
    video.currentTime = 0;
    return;
  }
  video.dataset.presentation = entry.presentation_id;
  video.src = `/clips/${entry.clip}`;
  video.load();
}
