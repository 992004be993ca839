// What flows in while the page is open: the gateway's status, asked for while somebody looks, and commands that wait
// for a decision.

const SLOW_MS = 5000;
const FAST_MS = 2000;
const KEPT = 1800;

/**
 * Asks for `status` again and again while the page can be seen. Sets the store's `status` (its part "desktop") and keeps
 * the numbers of this visit in `samples`: {at, values}, where values are null for a gap in which nobody looked.
 */
export class StatusFeed {
  samples = [];
  #store;
  #timer = 0;
  #fast = 0;
  #asking = false;

  constructor(store) {
    this.#store = store;
    store.watch(["phase", "link"], () => this.#changed());
    document.addEventListener("visibilitychange", () => this.#changed());
  }

  /** Ask more often until the returned function is called. */
  hurry() {
    this.#fast += 1;
    this.#changed();
    return () => {
      this.#fast -= 1;
    };
  }

  /** Ask now. Throws RequestError. */
  async ask() {
    const { desktop } = await this.#store.now.connection.request("status");
    this.#keep({ at: Date.now(), values: desktop ?? null });
    this.#store.set({ status: desktop ?? null });
    return desktop;
  }

  #changed() {
    clearTimeout(this.#timer);
    const { phase, link } = this.#store.now;
    if (phase === "ready" && link === "open" && !document.hidden) {
      this.#next();
    } else {
      this.#gap();
    }
  }

  async #next() {
    clearTimeout(this.#timer);
    if (!this.#asking) {
      this.#asking = true;
      await this.ask().catch(() => this.#gap());
      this.#asking = false;
    }
    if (!document.hidden && this.#store.now.link === "open") {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#next(), this.#fast ? FAST_MS : SLOW_MS);
    }
  }

  #gap() {
    if (this.samples.at(-1)?.values) {
      this.#keep({ at: Date.now(), values: null });
    }
  }

  #keep(sample) {
    this.samples.push(sample);
    if (this.samples.length > KEPT) {
      this.samples.shift();
    }
  }
}

/** Commands that wait for a decision, oldest first, in the store's `approvals`; they go when they expire. */
export class ApprovalQueue {
  #store;
  #timers = new Map();

  constructor(store) {
    this.#store = store;
    store.set({ approvals: [] });
    store.watch(["connection"], ({ connection }) => this.#listen(connection));
    store.watch(["phase"], ({ phase }) => phase === "signin" && this.#forget());
  }

  /** Decide; throws RequestError. The row goes when the gateway has confirmed it. */
  async decide(id, decision) {
    await this.#store.now.connection.request("exec.approval.resolve", { id, decision });
    this.#drop(id);
  }

  #listen(connection) {
    connection?.on("exec.approval.requested", (request) => this.#add(connection, request));
    connection?.on("exec.approval.resolved", ({ id }) => this.#drop(id));
  }

  #add(connection, { id, request, expiresAtMs }) {
    const expires = expiresAtMs - connection.clockOffset;
    this.#drop(id);
    this.#timers.set(id, setTimeout(() => this.#drop(id), Math.max(0, expires - Date.now())));
    this.#store.set({ approvals: [...this.#store.now.approvals, { id, request, expires }] });
  }

  #drop(id) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    const { approvals } = this.#store.now;
    if (approvals.some((one) => one.id === id)) {
      this.#store.set({ approvals: approvals.filter((one) => one.id !== id) });
    }
  }

  #forget() {
    for (const { id } of this.#store.now.approvals) {
      this.#drop(id);
    }
  }
}
