// What several parts of the page know together; each is told when a part of it changes.

export class Store {
  #state;
  #watchers = new Set();

  constructor(state) {
    this.#state = state;
  }

  /** What is known now. Change it with `set` only. */
  get now() {
    return this.#state;
  }

  /** Change some of it; watchers of what became another value are told. */
  set(changes) {
    const before = this.#state;
    this.#state = { ...before, ...changes };
    const changed = Object.keys(changes).filter((key) => before[key] !== changes[key]);
    for (const { keys, listener } of [...this.#watchers]) {
      if (keys.some((key) => changed.includes(key))) {
        listener(this.#state);
      }
    }
  }

  /** Call `listener` when one of these keys changes; returns what ends that. */
  watch(keys, listener) {
    const entry = { keys, listener };
    this.#watchers.add(entry);
    return () => this.#watchers.delete(entry);
  }
}
