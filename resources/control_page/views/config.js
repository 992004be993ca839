// The configuration: as a form or as text. Nothing is saved before what will change was shown.

import { diff, near } from "../config/diff.js";
import { ConfigForm } from "../config/form.js";
import { hintTree, masked, secretsIn } from "../config/secrets.js";
import { t } from "../i18n.js";
import { confirm, show } from "../ui/dialog.js";
import { h, put } from "../ui/dom.js";
import { button, errorText, Loader, viewHead } from "../ui/parts.js";
import { toast } from "../ui/toast.js";

const STALE = "config changed since last load";

export function configView(place, app, query) {
  let loaded = null;
  let form = null;
  let text = null;
  let tab = query.get("as") === "text" ? "text" : "form";
  const tabs = h("div", { class: "segments", role: "group", "aria-label": t("config.as") }, ["form", "text"].map((name) => h("button", { type: "button", class: "segment", "aria-pressed": String(name === tab), text: t(`config.as.${name}`), data: { tab: name }, on: { click: () => app.router.go("config", name === "text" ? { as: "text" } : {}) } })));
  const path = h("p", { class: "muted small wrap" });
  const body = h("div");
  const count = h("span", { class: "strong", role: "status" });
  const bar = h("div", { class: "save-bar", hidden: true }, count, h("div", { class: "row" }, button(t("config.discard"), { onclick: discard }), button(t("config.review"), { kind: "primary", onclick: review })));
  put(place, viewHead(t("view.config"), { sentence: t("config.sentence"), actions: [tabs] }), path, body, bar);
  const loader = new Loader(body, load, draw, { rows: 6 });

  async function load() {
    const { connection } = app;
    const [file, description] = await Promise.all([connection.request("config.get"), loaded ? null : connection.request("config.schema")]);
    return { ...(description ?? { schema: loaded.schema, uiHints: loaded.uiHints }), ...file };
  }

  function draw(data) {
    loaded = data;
    path.textContent = data.path;
    if (tab === "form") {
      if (form) {
        form.reload(data);
      } else {
        form = new ConfigForm(data, changed);
      }
      put(body, problems(data), form.element);
    } else {
      text ??= editor(data);
      put(body, problems(data), text.element);
    }
    changed();
  }

  function problems({ issues, warnings, valid }) {
    const rows = [...issues, ...warnings].map(({ path: where, message }) => h("li", { class: "wrap" }, where && h("code", { text: where }), where && " ", message));
    return rows.length > 0 && h("div", { class: `notice block ${valid ? "warning" : "error"}` }, h("strong", { text: valid ? t("config.remarks") : t("config.invalid") }), h("ul", {}, rows));
  }

  function editor(data) {
    const hidden = masked(data.raw ?? "", secretsIn(data.parsed, hintTree(data.uiHints)));
    const field = h("textarea", { class: "field editor", spellcheck: "false", autocapitalize: "off", wrap: "off", "aria-label": t("config.file"), on: { input: changed } });
    const made = { base: "", hash: data.hash, restore: (edited) => edited, element: h("div", { class: "stack" }), get edited() { return field.value; }, reset: () => { field.value = made.base; changed(); } };
    const begin = (shown, restore) => {
      Object.assign(made, { base: shown, restore });
      field.value = shown;
      put(made.element, hidden && shown !== data.raw && h("p", { class: "muted small", text: t("config.hidden") }), field);
    };
    if (hidden) {
      begin(hidden.text, hidden.restore);
    } else {
      put(made.element, h("p", { class: "wrap", text: t("config.exposed") }), button(t("config.exposed.show"), { sign: "eye", onclick: () => begin(data.raw ?? "", (edited) => edited) }));
    }
    return made;
  }

  function changed() {
    const n = tab === "form" ? (form?.differences.length ?? 0) : text && text.edited !== text.base ? 1 : 0;
    bar.hidden = n === 0;
    count.textContent = n === 0 ? "" : tab === "form" ? t("config.changes", { n }) : t("config.edited");
  }

  function discard() {
    if (tab === "form") {
      form.reset();
    } else {
      text.reset();
    }
  }

  async function review() {
    const fromForm = tab === "form";
    const shown = fromForm ? formChanges(form.differences) : textChanges(text.base, text.edited);
    if (await confirm({ title: t("config.review.title"), body: shown, action: t("save") })) {
      await (fromForm ? saveForm() : saveText());
    }
  }

  async function saveForm() {
    await save(() => app.connection.request("config.patch", { raw: JSON.stringify(form.patch), baseHash: loaded.hash }), () => form.reset());
  }

  async function saveText() {
    await save(() => app.connection.request("config.set", { raw: text.restore(text.edited), baseHash: text.hash }), () => { text = null; });
  }

  async function save(work, done) {
    try {
      await work();
      done();
      toast(t("config.saved"));
      form?.reset();
      await loader.refresh();
    } catch (error) {
      if (error.message.startsWith(STALE)) {
        await stale();
      } else {
        await refused(error);
      }
    }
  }

  /** Somebody else saved meanwhile: what was written here stays, on top of what the file says now. */
  async function stale() {
    const written = tab === "text" ? text.edited : null;
    const base = text?.base;
    text = null;
    await loader.refresh();
    if (written !== null && text && !text.element.querySelector("textarea")) {
      text.element.querySelector("button")?.click();
    }
    if (written !== null && text) {
      text.element.querySelector("textarea").value = written;
      changed();
    }
    await show({ title: t("config.stale"), body: [h("p", { class: "wrap", text: t("config.stale.text") }), written !== null && base !== text.base && textChanges(base, text.base)], wide: true });
  }

  async function refused(error) {
    const issues = error.details?.issues ?? [];
    const rows = issues.map(({ path: where, message }) => h("li", { class: "wrap" }, where && h("code", { text: where }), where && " ", message));
    await show({ title: t("config.refused"), body: [h("p", { class: "wrap", text: errorText(error) }), rows.length > 0 && h("ul", {}, rows)] });
  }

  function follow(parameters) {
    const wanted = parameters.get("as") === "text" ? "text" : "form";
    if (wanted !== tab) {
      tab = wanted;
      for (const one of tabs.children) {
        one.setAttribute("aria-pressed", String(one.dataset.tab === tab));
      }
      loader.refresh();
    }
  }
  loader.refresh();
  return Object.assign(() => loader.stop(), { follow });
}

function formChanges(differences) {
  const value = (one, secret) => (one === undefined ? h("em", { class: "muted", text: t("config.unset") }) : h("code", { class: "wrap", text: secret ? "••••••" : JSON.stringify(one) }));
  return h("dl", { class: "changes" }, differences.map(([path, before, after, secret]) => [h("dt", {}, h("code", { text: path })), h("dd", {}, h("span", { class: "old" }, value(before, secret)), " → ", h("span", { class: "new" }, value(after, secret)))]));
}

function textChanges(before, after) {
  const rows = near(diff(before, after)).map((row) => (row === null ? h("div", { class: "diff-gap", text: "⋯" }) : h("div", { class: `diff-row ${row.kind}` }, h("span", { class: "diff-number", text: row.before ?? "" }), h("span", { class: "diff-number", text: row.after ?? "" }), h("span", { class: "diff-sign", text: { same: " ", old: "−", new: "+" }[row.kind] }), h("span", { class: "diff-text", text: row.text }))));
  return h("div", { class: "diff", tabindex: "0", role: "group", "aria-label": t("config.review.title") }, rows);
}
