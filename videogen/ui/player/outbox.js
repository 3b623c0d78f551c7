// Opinions on their way: kept in the browser until the app has acknowledged them, sent one by one
// in the order in which they were given, each under its own key for as long as it takes.

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
const REQUEST_MS = 20000;

class Outbox {
  constructor(session, { onAnswer, onRetry }, { address = `/rate/${session}`, kind = "ratings", id = "rating_id" } = {}) {
    this.address = address;
    this.kind = kind;
    this.id = id;
    this.onAnswer = onAnswer;
    this.onRetry = onRetry;
    this.prefix = `videogen.vote.${session}.`;
    this.waiting = keptVotes(this.prefix);
  }

  get isEmpty() { return this.waiting.length === 0; }

  count(dimension) {
    return this.waiting.filter(({ vote }) => vote.dimension === dimension).length;
  }

  add(vote) {
    // One item for each vote: a second tab of the same session must not write over it.
    const key = `${this.prefix}${Date.now()}.${vote[this.id]}`;
    keep(key, vote);
    this.waiting.push({ key, vote });
    this.send();
  }

  // Resolves when nothing waits any more; a call while one is under way joins it.
  send() {
    this.sending ??= this.sendAll().finally(() => { this.sending = null; });
    return this.sending;
  }

  async sendAll() {
    while (!this.isEmpty) {
      const { key, vote } = this.waiting[0];
      const answer = await this.post(this.kind, vote);
      if (!answer) return;
      this.waiting.shift();
      forget(key);
      this.onAnswer(vote, answer);
    }
  }

  // The app's answer, asked for until it comes; null when the page was left meanwhile.
  async post(what, body) {
    for (let attempt = 0; !this.left; attempt += 1) {
      try {
        const reply = await fetch(`${this.address}/${what}?lang=${this.language}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(REQUEST_MS),
        });
        if (reply.status < 500) return await reply.json();
      } catch { /* no network, no answer in time, or not the app's: the same key again */ }
      if (this.left) break;
      this.onRetry();
      await backOff(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
    }
    return null;
  }
}

function keptVotes(prefix) {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .sort()
      .map((key) => ({ key, vote: JSON.parse(localStorage.getItem(key)) }));
  } catch { return []; }
}

function keep(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private mode: memory only */ }
}

function kept(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function forget(key) {
  try { localStorage.removeItem(key); } catch { /* likewise */ }
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

// randomUUID exists only in secure contexts; a colleague's browser may come by plain http.
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
