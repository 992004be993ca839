// All conversations: find one, and rename, reset, shorten or delete it.

import { t } from "../i18n.js";
import { confirm, prompt } from "../ui/dialog.js";
import { h, put } from "../ui/dom.js";
import { ago, amount } from "../ui/format.js";
import { menuButton } from "../ui/menu.js";
import { badge, emptyState, Loader, viewHead, viewLink } from "../ui/parts.js";
import { titleOf } from "../ui/sessions.js";
import { tell } from "../ui/toast.js";

const KEPT_LINES = 400;
const SEARCH_MS = 200;

export function sessionsView(place, app) {
  const search = h("input", { type: "search", class: "field", placeholder: t("search"), "aria-label": t("sessions.search"), on: { input: later } });
  const list = h("div");
  put(place, viewHead(t("view.sessions"), { sentence: t("sessions.sentence"), actions: [search] }), list);
  const loader = new Loader(list, load, draw, { rows: 5 });
  let timer = 0;

  function load() {
    const wanted = search.value.trim();
    return app.connection.request("sessions.list", { includeDerivedTitles: true, ...(wanted && { search: wanted }) });
  }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => loader.refresh(), SEARCH_MS);
  }

  function draw({ sessions }) {
    if (!sessions.length) {
      const searched = search.value.trim();
      put(list, searched ? emptyState("search", t("search.none"), t("sessions.none.text")) : emptyState("chat", t("sessions.empty"), t("sessions.empty.text"), viewLink(t("sessions.begin"), "chat", app.href("chat"), { class: "button primary" })));
      return;
    }
    const head = h("thead", {}, h("tr", {}, ["name", "model", "tokens", "used"].map((key) => h("th", { scope: "col", class: key, text: t(`sessions.${key}`) })), h("th", { scope: "col" }, h("span", { class: "spoken", text: t("actions") }))));
    put(list, h("table", { class: "table cards-on-phone" }, h("caption", { class: "spoken", text: t("view.sessions") }), head, h("tbody", {}, sessions.map(row))));
  }

  function row(session) {
    const name = titleOf(session, app);
    const model = session.model ? [session.modelProvider, session.model].filter(Boolean).join("/") : t("sessions.default");
    return h("tr", {},
      h("th", { scope: "row", class: "name" }, viewLink(name, "chat", app.href("chat", { session: session.key }), { class: "link strong wrap" }), h("div", { class: "muted small wrap", text: session.key }), session.abortedLastRun && badge(t("sessions.stopped"), "warning")),
      cell("model", model, "wrap"), cell("tokens", amount(session.totalTokens ?? 0)), cell("used", session.updatedAt ? ago(session.updatedAt) : "—"),
      h("td", { class: "act" }, menuButton(t("sessions.more", { name }), actions(session, name))));
  }

  function cell(key, text, kind = "") {
    return h("td", { class: `${key} ${kind}`, data: { name: t(`sessions.${key}`) }, text });
  }

  function actions(session, name) {
    const isMain = session.key === app.canonical("main");
    return [
      { text: t("sessions.open"), sign: "chat", onclick: () => app.router.go("chat", { session: session.key }) },
      { text: t("sessions.rename"), sign: "edit", onclick: () => rename(session, name) },
      { text: t("sessions.compact"), sign: "down-line", onclick: () => compact(session, name) },
      { text: t("sessions.reset"), sign: "refresh", onclick: () => reset(session, name) },
      { text: t("sessions.delete"), sign: "trash", danger: true, disabled: isMain, onclick: () => remove(session, name) },
    ];
  }

  async function ask(work, done) {
    await tell(work, done);
    await loader.refresh();
  }
  async function rename(session, name) {
    const label = await prompt({ title: t("sessions.rename"), label: t("sessions.newname"), value: session.label ?? name, action: t("save") });
    if (label !== null) {
      await ask(() => app.connection.request("sessions.patch", { key: session.key, label: label.trim() || null }), t("sessions.renamed"));
    }
  }
  async function reset(session, name) {
    if (await confirm({ title: t("sessions.reset.title", { name }), text: t("sessions.reset.text"), action: t("sessions.reset"), danger: true })) {
      await ask(() => app.connection.request("sessions.reset", { key: session.key }), t("sessions.reset.done"));
    }
  }
  async function compact(session, name) {
    if (await confirm({ title: t("sessions.compact.title", { name }), text: t("sessions.compact.text", { n: KEPT_LINES }), action: t("sessions.compact") })) {
      const done = await tell(() => app.connection.request("sessions.compact", { key: session.key, maxLines: KEPT_LINES }));
      if (done) {
        await ask(async () => undefined, done.compacted ? t("sessions.compact.done") : t("sessions.compact.short"));
      }
    }
  }
  async function remove(session, name) {
    if (await confirm({ title: t("sessions.delete.title", { name }), text: t("sessions.delete.text"), action: t("sessions.delete"), danger: true })) {
      await ask(() => app.connection.request("sessions.delete", { key: session.key }), t("sessions.delete.done"));
    }
  }

  const undo = [app.connection.on("@hello", () => loader.refresh()), app.connection.on("chat", ({ state }) => state !== "delta" && later())];
  loader.refresh();
  return () => {
    clearTimeout(timer);
    loader.stop();
    undo.forEach((end) => end());
  };
}
