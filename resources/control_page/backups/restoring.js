// What is asked before a backup is restored: its passphrase where it is locked, and what of it shall come back.

import { has, t, told } from "../i18n.js";
import { confirm, prompt, show } from "../ui/dialog.js";
import { h, put } from "../ui/dom.js";
import { date, size } from "../ui/format.js";
import { badge, button, errorText } from "../ui/parts.js";
import { tell, toast } from "../ui/toast.js";

const LONGEST_MS = 3_600_000;
const LONGEST_KEY = 20_000;
const STATES = { same: "plain", changed: "warning", "only in backup": "good", "would be lost": "bad" };
// What the gateway says of a backup that is locked, and of a passphrase that does not open it.
const LOCKED = /sealed|passphrase|key/i;

/** The answer of `method` for a backup, with the passphrase that opened it; null when it could not be had. */
export async function opened(app, method, record) {
  let passphrase;
  for (;;) {
    const params = { id: record.path ?? record.id, ...(passphrase && { passphrase }) };
    try {
      return { found: await app.connection.request(method, params, { timeout: LONGEST_MS }), params };
    } catch (error) {
      if (!LOCKED.test(error.message) || !record.sealed) {
        toast(errorText(error), "bad");
        return null;
      }
      const label = passphrase ? t("backups.passphrase.wrong") : t("backups.passphrase");
      passphrase = await prompt({ title: t("backups.locked"), label, action: t("backups.open"), type: "password", maxLength: LONGEST_KEY });
      if (!passphrase) {
        return null;
      }
    }
  }
}

/** What of the backup shall come back: {areas, files}, or null. `preview` is what backup.preview found, `params` opened it. */
export async function chosen(app, preview, params) {
  const picks = preview.areas.map((area) => new Pick(area));
  const secrets = preview.secrets === "sealed" ? t("backups.with") : t("backups.without");
  const body = [
    h("p", { class: "muted wrap", text: `${t("backups.of", { time: date(preview.createdMs), host: preview.host })} ${secrets}` }),
    preview.warnings.map((text) => h("p", { class: "notice small wrap", text: told(text) })),
    h("ul", { class: "area-list" }, picks.map((pick) => areaRow(app, pick, params))),
    h("p", { class: "wrap", text: t("backups.restore.text") }),
  ];
  const bound = (go) => picks.forEach((pick) => (pick.changed = () => (go.disabled = !picks.some(({ any }) => any))));
  const agreed = await confirm({ title: t("backups.restore.title"), body, action: t("backups.restore.do"), wide: true, bound });
  return agreed ? { areas: picks.filter(({ whole }) => whole).map(({ area }) => area.name), files: picks.flatMap((pick) => pick.files) } : null;
}

/** What was ticked of an area: all of it, or single files. */
class Pick {
  changed = () => undefined;
  #boxes = new Map();

  constructor(area) {
    this.area = area;
    this.box = h("input", { type: "checkbox", checked: true, "aria-label": areaTitle(area), on: { change: () => this.#turned() } });
  }

  get whole() {
    return this.box.checked;
  }

  get files() {
    return this.whole ? [] : [...this.#boxes].filter(([, box]) => box.checked).map(([path]) => ({ area: this.area.name, path }));
  }

  get any() {
    return this.whole || this.files.length > 0;
  }

  /** The box of a file; it follows that of the area while that is ticked. */
  file(path) {
    const box = h("input", { type: "checkbox", checked: this.whole, disabled: this.whole, "aria-label": path, on: { change: () => this.changed() } });
    this.#boxes.set(path, box);
    return box;
  }

  #turned() {
    for (const box of this.#boxes.values()) {
      box.checked = box.disabled = this.whole;
    }
    this.changed();
  }
}

/** What a person calls an area. */
export function areaTitle({ name, title }) {
  const agent = name.startsWith("workspace-") ? name.slice("workspace-".length) : "";
  const key = agent ? "area.workspace" : `area.${name}`;
  return has(key) ? t(key, { agent }) : title;
}

function areaRow(app, pick, params) {
  const { area } = pick;
  const counts = area.counts.filter(({ count }) => count > 0).map(({ state, count }) => badge(t(`backups.state.${state}`, { n: count }), STATES[state]));
  const list = h("ul", { class: "file-list" });
  const fold = h("details", { on: { toggle: () => list.childElementCount || put(list, area.files.map((file) => fileRow(app, pick, file, params))) } },
    h("summary", { text: t("backups.files", { n: area.filesCount }) }), list, area.filesCount > area.files.length && h("p", { class: "muted small", text: t("backups.files.more", { n: area.filesCount - area.files.length }) }));
  return h("li", { class: "area-row" },
    h("div", { class: "row" }, pick.box, h("span", { class: "strong wrap", text: areaTitle(area) }), counts),
    area.warnings.map((text) => h("p", { class: "muted small wrap", text: told(text) })),
    area.filesCount > 0 && fold);
}

function fileRow(app, pick, file, params) {
  const sizes = file.state === "changed" ? `${size(file.sizeNow)} → ${size(file.sizeNew)}` : size(file.sizeNew || file.sizeNow);
  const compare = file.state === "changed" && button(t("backups.compare"), { kind: "quiet", "aria-label": t("backups.compare.name", { path: file.path }), onclick: () => difference(app, pick.area, file, params) });
  return h("li", { class: "file-row" }, pick.file(file.path), h("code", { class: "wrap", text: file.path }), badge(t(`backups.file.${file.state}`), STATES[file.state]), h("span", { class: "muted small", text: sizes }), compare);
}

async function difference(app, area, file, params) {
  const found = await tell(() => app.connection.request("backup.difference", { ...params, area: area.name, path: file.path }, { timeout: LONGEST_MS }));
  if (found) {
    const kind = (line) => (line.startsWith("+") ? "new" : line.startsWith("-") ? "old" : "");
    const lines = found.lines.map((line) => h("div", { class: `diff-line ${kind(line)}`, text: line }));
    const body = lines.length ? h("div", { class: "diff", tabindex: "0", role: "group", "aria-label": file.path }, lines) : h("p", { class: "muted", text: t("backups.compare.none") });
    await show({ title: file.path, body, wide: true });
  }
}
