// The configuration as a form, made from the gateway's own schema: sections on the left, their settings beside them.

import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { button } from "../ui/parts.js";
import { field } from "./fields.js";
import { isSecret } from "./secrets.js";

/** The form. `loaded` is {schema, uiHints, parsed}; `changed()` is told when `patch` or `differences` changed. */
export class ConfigForm {
  #loaded;
  #changed;
  #changes = new Map();
  #section;
  #advanced = false;
  #search = "";
  #nav = h("nav", { class: "config-sections", "aria-label": t("config.sections") });
  #pick = h("select", { class: "field config-pick", "aria-label": t("config.sections"), on: { change: ({ target }) => this.#open(target.value) } });
  #body = h("div", { class: "config-fields" });

  constructor(loaded, changed) {
    this.#loaded = loaded;
    this.#changed = changed;
    this.#section = this.#sections()[0];
    const search = h("input", { type: "search", class: "field", placeholder: t("config.search"), "aria-label": t("config.search"), on: { input: () => { this.#search = search.value.trim().toLocaleLowerCase(); this.#draw(); } } });
    const advanced = h("label", { class: "check" }, h("input", { type: "checkbox", on: { change: ({ target }) => { this.#advanced = target.checked; this.#draw(); } } }), h("span", { text: t("config.advanced") }));
    this.element = h("div", { class: "config-form" }, h("div", { class: "config-side" }, search, this.#pick, this.#nav), h("form", { class: "config-main", on: { submit: (event) => event.preventDefault() } }, h("div", { class: "config-tools" }, advanced), this.#body));
    this.#draw();
  }

  /** What was changed as [path, before, after, secret]; undefined stands for "not in the file". */
  get differences() {
    return [...this.#changes].map(([path, value]) => [path, at(this.#loaded.parsed, path), value, isSecret(path.split(".").at(-1), value ?? at(this.#loaded.parsed, path), this.#hint(path))]);
  }

  /** The same as a merge patch (RFC 7396). */
  get patch() {
    const whole = {};
    for (const [path, value] of this.#changes) {
      const keys = path.split(".");
      let node = whole;
      for (const key of keys.slice(0, -1)) {
        node = node[key] ??= {};
      }
      node[keys.at(-1)] = value === undefined ? null : value;
    }
    return whole;
  }

  /** Take the file as it is now; changes that are not saved yet stay. */
  reload(loaded) {
    this.#loaded = loaded;
    this.#draw();
  }

  /** Forget what was changed. */
  reset() {
    this.#changes.clear();
    this.#draw();
    this.#changed();
  }

  #sections() {
    const order = (key) => this.#hint(key)?.order ?? 1000;
    return Object.keys(this.#loaded.schema.properties).sort((one, other) => order(one) - order(other));
  }

  #hint(path) {
    return this.#loaded.uiHints[path];
  }

  #open(section) {
    this.#section = section;
    this.#search = "";
    this.element.querySelector("[type=search]").value = "";
    this.#draw();
    this.#body.scrollIntoView({ block: "nearest" });
  }

  #draw() {
    const sections = this.#sections();
    put(this.#nav, h("ul", {}, sections.map((key) => h("li", {}, h("button", {
      type: "button", class: "nav-row", "aria-current": key === this.#section && !this.#search ? "true" : undefined, on: { click: () => this.#open(key) },
    }, h("span", { class: "clip", text: this.#hint(key)?.label ?? key }))))));
    put(this.#pick, sections.map((key) => h("option", { value: key, text: this.#hint(key)?.label ?? key, selected: key === this.#section })));
    const shown = this.#search ? sections.map((key) => this.#group(key, this.#loaded.schema.properties[key], 0)).filter(Boolean) : [this.#group(this.#section, this.#loaded.schema.properties[this.#section], 0)];
    put(this.#body, shown, !shown.some(Boolean) && h("p", { class: "muted", text: this.#search ? t("search.none") : t("config.nothing") }));
  }

  /** The settings of an object and, below them, those of the objects in it. */
  #group(path, schema, depth) {
    const entries = Object.entries(schema.properties ?? {}).map(([key, inner]) => [`${path}.${key}`, inner]);
    const isGroup = ([, inner]) => inner.type === "object" && Object.keys(inner.properties ?? {}).length > 0;
    const rows = entries.filter((entry) => !isGroup(entry)).map(([where, inner]) => this.#row(where, inner)).filter(Boolean);
    const groups = entries.filter(isGroup).map(([where, inner]) => this.#group(where, inner, depth + 1)).filter(Boolean);
    if (!rows.length && !groups.length) {
      return null;
    }
    const hint = this.#hint(path);
    const head = [h(depth ? "h3" : "h2", { text: hint?.label ?? path }), hint?.help && h("p", { class: "muted small", text: hint.help })];
    return h("section", { class: depth ? "config-group" : "config-group card" }, head, rows, groups);
  }

  #row(path, schema) {
    const hint = this.#hint(path) ?? {};
    const changedHere = this.#changes.has(path);
    if (this.#search ? !`${path} ${hint.label} ${hint.help ?? ""}`.toLocaleLowerCase().includes(this.#search) : hint.advanced && !this.#advanced && !changedHere) {
      return null;
    }
    const value = changedHere ? this.#changes.get(path) : at(this.#loaded.parsed, path);
    const made = field(schema, hint, path, value, (next) => this.#set(path, next, row));
    const help = hint.help && h("p", { class: "muted small", id: `help-${path}`, text: hint.help });
    const control = made ?? h("p", { class: "muted small", text: t("config.astext") });
    const input = made?.matches("input, select, textarea") ? made : made?.querySelector("input");
    input?.setAttribute("aria-describedby", `help-${path}`);
    const isSwitch = schema.type === "boolean";
    const row = h("div", { class: isSwitch ? "setting with-switch" : "setting", data: { path, changed: changedHere ? "1" : "" } },
      h("div", { class: "setting-text" }, h("label", { class: "label", for: input ? `set-${path}` : undefined, text: hint.label ?? path }), help, h("code", { class: "faint small", text: path })),
      h("div", { class: "setting-control" }, control, this.#undo(path)));
    return row;
  }

  #undo(path) {
    return button(t("config.undo"), { kind: "quiet small-button", onclick: () => {
      this.#changes.delete(path);
      this.#draw();
      this.#changed();
    }, "aria-label": t("config.undo.name", { name: this.#hint(path)?.label ?? path }) });
  }

  #set(path, value, row) {
    const before = at(this.#loaded.parsed, path);
    if (JSON.stringify(value) === JSON.stringify(before)) {
      this.#changes.delete(path);
    } else {
      this.#changes.set(path, value);
    }
    row.dataset.changed = this.#changes.has(path) ? "1" : "";
    this.#changed();
  }
}

/** What stands at a dotted path, undefined when nothing does. */
export function at(value, path) {
  return path.split(".").reduce((node, key) => node?.[key], value);
}
