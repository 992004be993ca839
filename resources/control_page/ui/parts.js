// The small pieces that every view is made of.

import { t } from "../i18n.js";
import { h, put } from "./dom.js";
import { icon } from "./icons.js";

/** A button. `kind`: "primary", "danger", "quiet" or "" ; `sign` is an icon. */
export function button(text, { kind = "", sign, onclick, ...attributes } = {}) {
  const shape = kind ? `button ${kind}` : "button";
  return h("button", { type: "button", class: shape, on: { click: onclick }, ...attributes }, sign && icon(sign, 16), h("span", { text }));
}

/** A button that is only a sign; its name is said by screen readers and shown on hover. */
export function signButton(name, sign, { onclick, kind = "", ...attributes } = {}) {
  return h("button", { type: "button", class: `sign-button ${kind}`, "aria-label": name, title: name, on: { click: onclick }, ...attributes }, icon(sign, 18));
}

/** A link to another view. */
export function viewLink(text, view, href, attributes = {}) {
  return h("a", { class: "link", href, data: { view }, text, ...attributes });
}

/** The head of a view: its name, a sentence, and what can be done. */
export function viewHead(title, { sentence, actions = [] } = {}) {
  const text = h("div", { class: "view-title" }, h("h1", { text: title, tabindex: "-1" }), sentence && h("p", { class: "muted", text: sentence }));
  return h("header", { class: "view-head" }, text, actions.length > 0 && h("div", { class: "view-actions" }, actions));
}

/** A card with a title. */
export function card(title, { sign, ...attributes } = {}, ...children) {
  const head = title && h("h2", { class: "card-title" }, sign && icon(sign, 18), h("span", { text: title }));
  return h("section", { class: "card", ...attributes }, head, children);
}

/** Names and values below each other. */
export function facts(rows) {
  return h("dl", { class: "facts" }, rows.map(([name, value]) => [h("dt", { text: name }), h("dd", {}, value)]));
}

/** A short word in a coloured ground with its meaning in a sign: "good", "warning", "bad", "info" or "plain". */
export function badge(text, kind = "plain") {
  return h("span", { class: `badge ${kind}`, text });
}

/** Nothing is there: a sentence and the one button that fills it. */
export function emptyState(sign, title, sentence, action) {
  return h("div", { class: "state" }, icon(sign, 32), h("h2", { text: title }), sentence && h("p", { class: "muted", text: sentence }), action);
}

/** It failed: what, why, and what next. */
export function errorState(error, retry) {
  const text = errorText(error);
  return h(
    "div", { class: "state bad", role: "alert" },
    icon("error", 32), h("h2", { text: t("error.title") }), h("p", { class: "muted wrap", text }),
    h("div", { class: "row" }, button(t("retry"), { sign: "refresh", onclick: retry }), copyButton(() => text, t("copyDetails"))),
  );
}

/** Grey shapes while data comes; hidden for the first moment by the style sheet, so that nothing flickers. */
export function skeleton(rows = 3) {
  return h("div", { class: "skeleton", "aria-busy": "true", "aria-label": t("loading") }, Array.from({ length: rows }, () => h("div", {})));
}

/** The sentence of a failure of the line or of the gateway. */
export function errorText(error) {
  const own = { LOST: "error.lost", TIMEOUT: "error.timeout" }[error.code];
  return own ? t(own) : error.message || String(error);
}

/** A button that copies what `text()` says, and says that it did. */
export function copyButton(text, name = t("copy"), kind = "quiet") {
  const label = h("span", { text: name });
  const made = h("button", { type: "button", class: `button ${kind}`, on: { click: copyIt } }, icon("copy", 16), label);
  async function copyIt() {
    await copyText(text());
    label.textContent = t("copied");
    setTimeout(() => (label.textContent = name), 1500);
  }
  return made;
}

/** Put the text on the clipboard, also where the newer way is forbidden. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = h("textarea", { class: "spoken", "aria-hidden": "true" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

/** A place whose content depends on data that comes: `load()` fetches, `draw(data)` shows; errors get a button. */
export class Loader {
  constructor(place, load, draw, { rows = 3 } = {}) {
    this.place = place;
    this.load = load;
    this.draw = draw;
    this.shown = false;
    this.round = 0;
    put(place, skeleton(rows));
  }

  /** Fetch again. While it was shown already, the old content stays until the new one is there. */
  async refresh() {
    const round = ++this.round;
    try {
      const data = await this.load();
      await this.#quiet(round);
      if (round === this.round) {
        this.shown = true;
        this.draw(data);
      }
    } catch (error) {
      // Once there is something to see, a lost line is told by the shell, not by taking it away.
      if (round === this.round && !(this.shown && error.code === "LOST")) {
        this.shown = false;
        put(this.place, errorState(error, () => this.refresh()));
      }
    }
  }

  /** Wait while a menu is open: nobody shall lose what they are choosing from. */
  async #quiet(round) {
    while (round === this.round && this.place.querySelector("[aria-expanded=true]")) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Show nothing that comes later. */
  stop() {
    this.round += 1;
  }
}
