// How far a backup or a restore is: what is being done, how much of it, how fast, and how long it will take.

import { has, t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { duration, size } from "../ui/format.js";
import { button } from "../ui/parts.js";

const QUIET_MS = 4000;
const MEASURED_MS = 1000;

/** `stop()` ends what is being done; `quiet()` is called when nothing was heard of it for a while. */
export class WorkBar {
  element = h("section", { class: "card work-bar", hidden: true, "aria-label": t("backups.work") });
  #bar = h("progress", { "aria-label": t("backups.work") });
  #text = h("p", { class: "strong" });
  #more = h("p", { class: "muted small wrap" });
  #timer = 0;
  #since = null;
  #quiet;

  constructor(stop, quiet) {
    this.#quiet = quiet;
    const name = button(t("backups.stop"), { sign: "stop", onclick: stop });
    put(this.element, h("div", { class: "work-head" }, h("div", {}, this.#text, this.#more), name), this.#bar);
  }

  /** {stage, done, total, file} in bytes; `total` is 0 while nobody knows it. */
  show({ stage, done, total, file }, now = Date.now()) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#quiet(), QUIET_MS);
    if (this.#since?.stage !== stage || done < this.#since.done) {
      this.#since = { stage, done, now };
    }
    this.element.hidden = false;
    this.#text.textContent = has(`backups.stage.${stage}`) ? t(`backups.stage.${stage}`) : stage;
    this.#more.textContent = [amounts(done, total), this.#pace(done, total, now), file].filter(Boolean).join(" · ");
    if (total > 0) {
      this.#bar.max = total;
      this.#bar.value = Math.min(done, total);
    } else {
      this.#bar.removeAttribute("value");
    }
  }

  /** Nothing is being done. */
  hide() {
    clearTimeout(this.#timer);
    this.#since = null;
    this.element.hidden = true;
  }

  #pace(done, total, now) {
    const passed = now - this.#since.now;
    const rate = ((done - this.#since.done) * 1000) / passed;
    if (passed < MEASURED_MS || rate <= 0) {
      return "";
    }
    const left = total > done ? t("backups.left", { time: duration((total - done) / rate) }) : "";
    return [t("perSecond", { value: size(rate) }), left].filter(Boolean).join(" · ");
  }
}

function amounts(done, total) {
  return total > 0 ? t("backups.amount", { done: size(done), total: size(total) }) : done > 0 ? size(done) : "";
}
