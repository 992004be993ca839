// One conversation: its history, what is being answered, and what a person says.

import { RequestError } from "../connection.js";
import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { button, emptyState, errorState, errorText, signButton, skeleton } from "../ui/parts.js";
import { composer } from "./composer.js";
import { failure, growingAnswer, keyOf, messageElement, remark, textOf } from "./messages.js";

const FIRST = 200;
const MOST = 1000;
const NEAR_END = 80;
const SPOKEN = 400;

/** Shows one conversation after another in `place`; `changed()` is called when something new was said. */
export class Conversation {
  #app;
  #key = "";
  #name;
  #limit = FIRST;
  #list = h("div", { class: "messages", role: "log", "aria-live": "off", "aria-label": t("chat.log") });
  #scroller;
  #latest;
  #spoken = h("div", { class: "spoken", "aria-live": "polite" });
  #composer;
  #keys = [];
  #growing = new Map();
  #own = new Map();
  #drafts = new Map();
  #round = 0;
  #changed;
  #undo = [];

  constructor(place, app, name, changed) {
    this.#app = app;
    this.#name = name;
    this.#changed = changed;
    this.#scroller = h("div", { class: "scroller", tabindex: "-1", on: { scroll: () => this.#scrolled() } }, this.#list);
    this.#latest = signButton(t("chat.latest"), "down", { kind: "latest", hidden: true, onclick: () => this.#toEnd(true) });
    this.#composer = composer({
      send: (text, images) => this.#send(text, images),
      stop: () => this.#stop(),
      limit: () => app.connection.hello?.policy.maxPayload ?? 0,
    });
    put(place, this.#scroller, this.#latest, h("div", { class: "composer-place" }, this.#composer.element), this.#spoken);
    const { connection } = app;
    this.#undo.push(connection.on("chat", (event) => this.#heard(event)));
    this.#undo.push(connection.on("agent", (event) => this.#worked(event)));
    this.#undo.push(connection.on("@gap", () => this.#reload()));
    this.#undo.push(connection.on("@hello", () => this.#back()));
  }

  get key() {
    return this.#key;
  }

  close() {
    this.#round += 1;
    this.#undo.forEach((end) => end());
  }

  /** Show this conversation. */
  async show(key) {
    if (this.#key) {
      this.#drafts.set(this.#key, this.#composer.draft);
    }
    this.#key = key;
    this.#limit = FIRST;
    this.#keys = [];
    this.#growing.clear();
    this.#composer.draft = this.#drafts.get(key) ?? "";
    this.#composer.running(false);
    put(this.#list, skeleton(4));
    await this.#reload(true);
    if (matchMedia("(pointer: fine)").matches) {
      this.#composer.focus();
    }
  }

  async #reload(first = false) {
    const [key, round] = [this.#key, ++this.#round];
    try {
      const { messages } = await this.#app.connection.request("chat.history", { sessionKey: key, limit: this.#limit });
      if (round === this.#round) {
        this.#draw(messages);
        this.#toEnd(first);
      }
    } catch (error) {
      if (round === this.#round && first) {
        put(this.#list, errorState(error, () => this.#reload(true)));
      }
    }
  }

  /** Everything after a lost line: what was growing has grown meanwhile. */
  #back() {
    this.#growing.clear();
    this.#composer.running(false);
    this.#reload();
  }

  #draw(messages) {
    const shown = messages.filter((one) => ["user", "assistant", "toolResult"].includes(one.role));
    const keys = shown.map(keyOf);
    let same = 0;
    while (same < keys.length && keys[same] === this.#keys[same]) {
      same += 1;
    }
    // What stands already is left alone: a selection or an open fold in it stays.
    if (same === 0 || this.#keys.length === 0) {
      const growing = [...this.#growing.values()].map((one) => one.element);
      put(this.#list, shown.length >= this.#limit && this.#limit < MOST && this.#earlier(), growing);
      same = 0;
    }
    const kept = this.#list.querySelectorAll(":scope > [data-known]");
    for (const element of [...this.#list.children]) {
      if (element.dataset.known === undefined ? !element.matches(".earlier, .growing") : [...kept].indexOf(element) >= same) {
        element.remove();
      }
    }
    const before = this.#list.querySelector(":scope > .growing");
    for (const message of shown.slice(same)) {
      const element = messageElement(message, this.#name);
      element.dataset.known = "";
      this.#list.insertBefore(element, before);
    }
    this.#keys = keys;
    if (!shown.length && !this.#growing.size) {
      put(this.#list, emptyState("chat", t("chat.empty"), t("chat.empty.text", { name: this.#name })));
    }
  }

  #earlier() {
    return h("div", { class: "earlier" }, button(t("chat.earlier"), { kind: "quiet", onclick: () => {
      this.#limit = MOST;
      this.#keys = [];
      this.#reload();
    } }));
  }

  async #send(text, images) {
    const key = this.#key;
    const runId = crypto.randomUUID();
    this.#list.querySelector(":scope > .state")?.remove();
    const content = [...(text ? [{ type: "text", text }] : []), ...images.map(({ mimeType, content: data }) => ({ type: "image", mimeType, data }))];
    const said = messageElement({ role: "user", content, timestamp: Date.now() }, this.#name);
    this.#list.append(said);
    this.#own.set(runId, said);
    this.#grow(runId);
    this.#toEnd(true);
    const attachments = images.map(({ mimeType, content: data, fileName }) => ({ type: "image", mimeType, fileName, content: data }));
    try {
      await this.#app.connection.request("chat.send", { sessionKey: key, message: text, deliver: false, idempotencyKey: runId, ...(images.length && { attachments }) });
      this.#changed();
    } catch (error) {
      this.#failed(runId, error instanceof RequestError ? errorText(error) : String(error), () => this.#again(runId, said, text, images));
    }
  }

  #again(runId, said, text, images) {
    said.remove();
    this.#list.querySelectorAll(":scope > .failed").forEach((one) => one.remove());
    this.#send(text, images);
  }

  async #stop() {
    await this.#app.connection.request("chat.abort", { sessionKey: this.#key }).catch(() => undefined);
  }

  #grow(runId) {
    const made = growingAnswer(this.#name);
    this.#growing.set(runId, made);
    this.#list.querySelector(":scope > .state")?.remove();
    this.#list.append(made.element);
    this.#composer.running(true);
    return made;
  }

  #heard({ runId, sessionKey, state, message, errorMessage }) {
    if (this.#app.canonical(sessionKey) !== this.#key) {
      if (state !== "delta") {
        this.#changed();
      }
      return;
    }
    if (state === "delta") {
      (this.#growing.get(runId) ?? this.#grow(runId)).show(textOf(message));
      this.#toEnd();
      return;
    }
    if (state === "error") {
      this.#failed(runId, errorMessage);
      return;
    }
    this.#ended(runId);
    if (state === "final" && message) {
      this.#spoken.textContent = `${this.#name}: ${textOf(message).slice(0, SPOKEN)}`;
    } else if (state === "aborted") {
      this.#spoken.textContent = t("chat.stopped");
    }
    this.#settle(state === "aborted");
  }

  async #settle(stopped) {
    await this.#reload();
    if (stopped && !this.#list.lastElementChild?.querySelector(".remark")) {
      this.#list.append(remark(t("chat.stopped")));
    }
    this.#toEnd();
    this.#changed();
  }

  #ended(runId) {
    const made = this.#growing.get(runId);
    this.#growing.delete(runId);
    this.#own.delete(runId);
    made?.element.classList.remove("growing");
    this.#composer.running(this.#growing.size > 0);
  }

  #failed(runId, text, again) {
    const made = this.#growing.get(runId);
    this.#ended(runId);
    made?.element.remove();
    this.#list.append(failure(text, again));
    this.#toEnd(true);
    this.#changed();
  }

  #worked({ runId, stream, data }) {
    if (stream === "tool" && data.phase === "start") {
      this.#growing.get(runId)?.addTool(data, t("chat.tool", { name: data.name }));
    }
  }

  #toEnd(always = false) {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    if (always || this.#follows || scrollHeight - scrollTop - clientHeight < NEAR_END) {
      this.#follows = true;
      this.#scroller.scrollTop = scrollHeight;
      // What is drawn in the next frame shall be seen too.
      requestAnimationFrame(() => this.#follows && (this.#scroller.scrollTop = this.#scroller.scrollHeight));
    }
  }

  #follows = true;

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#follows = scrollHeight - scrollTop - clientHeight < NEAR_END;
    this.#latest.hidden = this.#follows;
  }
}
