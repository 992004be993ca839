// Backups: how they stand, making, checking and restoring one, and taking a restore back.

import { chosen, opened } from "../backups/restoring.js";
import { WorkBar } from "../backups/work_bar.js";
import { has, t, told } from "../i18n.js";
import { confirm } from "../ui/dialog.js";
import { h, put } from "../ui/dom.js";
import { ago, date, size } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { badge, button, card, emptyState, facts, Loader, viewHead } from "../ui/parts.js";
import { tell, toast } from "../ui/toast.js";

const LONGEST_MS = 86_400_000;
const LOOK_MS = 1000;
const SHOWN = 100;

export function backupsView(place, app) {
  const make = button(t("backups.now"), { kind: "primary", sign: "backup", onclick: create });
  const work = new WorkBar(stop, refresh);
  const standing = h("div", {});
  const restores = h("div", { "aria-live": "polite" });
  const list = h("div", {});
  const undoables = h("div", {});
  put(place, viewHead(t("view.backups"), { sentence: t("backups.sentence"), actions: [make] }), work.element, restores, standing, part("backups.all", list), undoables);
  const request = (...given) => app.connection.request(...given);
  const loaders = [
    new Loader(list, () => request("backup.list"), drawList),
    new Loader(restores, () => request("backup.restores"), drawRestores, { rows: 1 }),
  ];
  let timer = 0;
  let making = false;
  let busy = { list: null, restores: null, working: false };

  /** What is being done, by what was heard last. */
  function drawWork() {
    const progress = busy.restores ?? busy.list;
    if (progress) {
      work.show(progress);
    } else if (busy.working) {
      work.show({ stage: "restore", done: 0, total: 0, file: "" });
    } else {
      work.hide();
    }
    make.disabled = making || busy.working || Boolean(progress);
  }

  function drawList(found) {
    busy = { ...busy, list: found.progress ?? null };
    drawWork();
    const good = found.newestGoodMs ? h("span", { title: date(found.newestGoodMs), text: ago(found.newestGoodMs) }) : t("backups.none");
    put(standing, card("", {}, facts([
      [t("backups.good"), good],
      (found.nextMs || found.nextWhy) && [t("backups.next"), h("span", { class: "wrap", text: [found.nextMs && date(found.nextMs), found.nextWhy].filter(Boolean).join(" · ") })],
      [t("backups.folders"), h("span", { class: "wrap", text: found.folders.join(", ") })],
    ].filter(Boolean))));
    if (!found.backups.length) {
      put(list, emptyState("backup", t("backups.empty"), t("backups.empty.text")));
      return;
    }
    const head = ["made", "size", "state", "where", ""].map((name) => (name ? h("th", { scope: "col", class: name === "size" ? "num" : undefined, text: t(`backups.${name}`) }) : h("th", { scope: "col" }, h("span", { class: "spoken", text: t("actions") }))));
    put(list, h("div", { class: "table-scroll card flat", tabindex: "0", role: "group", "aria-label": t("backups.all") }, h("table", { class: "table" }, h("caption", { class: "spoken", text: t("backups.all") }), h("thead", {}, h("tr", {}, head)), h("tbody", {}, found.backups.slice(0, SHOWN).map(row)))));
  }

  function row(one) {
    const time = date(one.atMs);
    const cause = has(`backups.cause.${one.cause}`) ? t(`backups.cause.${one.cause}`) : one.cause;
    const states = one.ok ? [badge(one.sealed ? t("backups.sealed") : t("backups.open.state"), "plain"), one.verifiedMs ? badge(t("backups.verified"), "good") : badge(t("backups.unread"), "warning"), one.text && badge(t("backups.damaged"), "bad")] : badge(t("backups.failed"), "bad");
    const acts = one.ok && one.path && [
      button(t("backups.check"), { kind: "quiet", "aria-label": t("backups.check.name", { time }), onclick: () => check(one) }),
      button(t("backups.restore"), { kind: "quiet", "aria-label": t("backups.restore.name", { time }), onclick: () => restore(one) }),
    ];
    return h("tr", {}, h("th", { scope: "row" }, h("div", { text: time }), h("div", { class: "muted small", text: cause })), h("td", { class: "num", text: one.ok ? size(one.size) : "" }), h("td", {}, states),
      h("td", { class: "muted small wrap" }, one.path, one.text && h("div", { class: "wrap", text: one.text })), h("td", { class: "act" }, acts));
  }

  function drawRestores(known) {
    busy = { ...busy, working: known.working, restores: known.progress ?? null };
    drawWork();
    clearTimeout(timer);
    if (known.working) {
      timer = setTimeout(() => loaders[1].refresh(), LOOK_MS);
    }
    const { last, undoable } = known;
    put(restores, last && outcome(last, undoable));
    put(undoables, undoable.length > 0 && part("backups.restores", h("ul", { class: "undo-list card flat" }, undoable.map(undoRow))));
  }

  function outcome(last, undoable) {
    const [sign, kind] = last.ok ? ["good", "good"] : ["warning", "warning"];
    const can = last.undo && undoable.some(({ id }) => id === last.undo);
    return h("div", { class: `notice-row ${kind}` }, h("span", { class: "notice-sign" }, icon(sign, 20)), h("div", { class: "notice-text" },
      h("h3", { class: "wrap", text: told(last.title) }), h("p", { class: "muted wrap", text: told(last.text) }), h("p", { class: "faint small", text: ago(last.atMs) }),
      can && h("div", { class: "row" }, button(t("backups.undo"), { onclick: () => takeBack({ id: last.undo, atMs: last.atMs }) }))));
  }

  function undoRow(one) {
    const name = t(one.undoes ? "backups.undone.at" : "backups.restored.at", { time: date(one.atMs) });
    return h("li", { class: "undo-row" }, h("span", { class: "wrap", text: name }), h("span", { class: "muted small wrap", text: t("backups.until", { time: date(one.untilMs) }) }),
      button(t("backups.undo"), { kind: "quiet", "aria-label": t("backups.undo.name", { time: date(one.atMs) }), onclick: () => takeBack(one) }));
  }

  async function create() {
    making = true;
    drawWork();
    await tell(() => request("backup.create", {}, { timeout: LONGEST_MS }), t("backups.done"));
    making = false;
    refresh();
  }

  async function check(one) {
    const seen = await opened(app, "backup.verify", one);
    if (seen) {
      toast(t("backups.whole", { n: seen.found.areas.reduce((sum, { files }) => sum + files, 0), size: size(seen.found.bytes) }));
    }
    refresh();
  }

  async function restore(one) {
    const seen = await opened(app, "backup.preview", one);
    work.hide();
    const choice = seen && (await chosen(app, seen.found, seen.params));
    if (choice) {
      await tell(() => request("backup.restore", { ...seen.params, ...choice }), t("backups.begun"));
    }
    refresh();
  }

  async function takeBack({ id, atMs }) {
    if (await confirm({ title: t("backups.undo.title"), text: t("backups.undo.text", { time: date(atMs) }), action: t("backups.undo"), danger: true })) {
      await tell(() => request("backup.undo", { id }), t("backups.begun"));
      refresh();
    }
  }

  async function stop() {
    await tell(async () => {
      const { stopped } = await request("backup.stopRestore");
      const other = stopped || (await request("backup.stop")).stopped;
      toast(t(other ? "backups.stopped" : "backups.toolate"), "info");
    });
    refresh();
  }

  function refresh() {
    loaders.forEach((loader) => loader.refresh());
  }

  const undo = [
    app.connection.on("backup.progress", (progress) => work.show(progress)),
    app.connection.on("backup.ended", refresh),
    app.connection.on("backup.restored", refresh),
    app.connection.on("@hello", refresh),
  ];
  refresh();
  return () => {
    clearTimeout(timer);
    work.hide();
    loaders.forEach((loader) => loader.stop());
    undo.forEach((end) => end());
  };
}

function part(title, body) {
  return h("section", { class: "part" }, h("h2", { text: t(title) }), body);
}
