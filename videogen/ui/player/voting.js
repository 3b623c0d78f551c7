// What both players do with a vote: keep it, send it, take it back, and say how it is with it.

class Voting {
  // `counted` is the standing's word for how many votes are saved; `clips` is what plays.
  constructor(root, { counted, setTriggerValue }) {
    this.root = root;
    this.counted = counted;
    this.setTriggerValue = setTriggerValue;
    this.ending = new AbortController();
  }

  find(name) { return this.root.querySelector(`.${name}`); }

  isUnder(...phases) { return phases.includes(this.phase); }

  showProgress({ n_voted, total, secondsEach }) {
    const place = this.current ? this.current.position + 1 : Math.min(n_voted + 1, total);
    const minutes = Math.max(1, Math.ceil(((total - n_voted) * secondsEach) / 60));
    this.find("position").textContent = fill(this.texts.position, { position: place, total });
    this.find("left").textContent = n_voted < total ? fill(this.texts.left, { minutes }) : "";
    this.find("progress").max = total;
    this.find("progress").value = n_voted;
    setEnabled(this.find("undo"), this.canUndo());
  }

  play() {
    this.find("play").hidden = true;
    this.clips.play();
  }

  onVisibility() {
    // What plays in a hidden tab is not seen.
    if (document.hidden) this.clips.pause();
    else if (this.isUnder("loading", "playing")) this.play();
  }

  async undo() {
    if (!this.canUndo()) return;
    this.isUndoing = true;
    this.clips.pause();
    this.enter("saving");
    this.saySaved("saving");
    await this.outbox.send();
    const answer = await this.outbox.post("undo", { [this.counted]: this.standing[this.counted] });
    this.isUndoing = false;
    if (!answer) return;
    this.saySaved(null);
    if (answer.error) {
      this.show(this.standing);
      this.tell(answer.error);
    } else {
      this.show(answer);
      this.say("undone");
    }
  }

  sendLeftOver() {
    this.enter("saving");
    this.saySaved("saving");
    this.outbox.send();
  }

  finish() {
    this.current = null;
    this.enter("done");
    this.say("finished");
    this.outbox.send().then(() => this.setTriggerValue("done", Date.now()));
  }

  say(name) { this.find("status").textContent = name ? this.texts[name] : ""; }

  // Apart from what is to be done now: a save may take longer than the next clip.
  saySaved(name) { this.find("saved").textContent = name ? this.texts[name] : ""; }

  tell(error) { this.find("status").textContent = `${error.message} ${error.hint}`; }
}

function setEnabled(button, isEnabled) {
  button.setAttribute("aria-disabled", String(!isEnabled));
}

function fill(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}
