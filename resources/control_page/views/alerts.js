// What is wrong by the rules, what else waits for a person, the rules themselves, and what was.

import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { ago, clock, duration } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { noticeRow } from "../ui/notices.js";
import { badge, button, emptyState, errorState, Loader, signButton, skeleton, viewHead } from "../ui/parts.js";
import { tell, toast } from "../ui/toast.js";

const SNOOZE_S = 3600;
const PAST = 20;
const SIGNS = { critical: ["error", "bad"], warning: ["warning", "warning"], info: ["info", "plain"] };

export function alertsView(place, app) {
  const list = h("div", { "aria-live": "polite" }, skeleton(2));
  const open = h("div", {});
  const rules = h("div", {});
  const past = h("div", {});
  put(place, viewHead(t("view.alerts"), { sentence: t("alerts.sentence") }), list,
    part("alerts.open", open), part("alerts.rules", rules), part("alerts.past", past));
  const loaders = [
    new Loader(open, () => app.connection.request("alerts.list"), drawOpen, { rows: 1 }),
    new Loader(rules, () => app.connection.request("alerts.rules"), drawRules),
    new Loader(past, () => app.connection.request("alerts.past", { limit: PAST }), drawPast, { rows: 1 }),
  ];
  let shown = "";

  function drawNotices() {
    // Alerts have a list of their own below.
    const notices = app.store.now.status?.notices?.filter(({ id }) => !id.startsWith("alert."));
    const key = JSON.stringify(notices);
    if (!notices || key === shown) {
      return;
    }
    shown = key;
    put(list, notices.length ? h("ul", { class: "notice-list" }, notices.map((one) => noticeRow(one, app))) : emptyState("good", t("alerts.empty"), t("alerts.empty.text")));
  }

  function ask() {
    app.status.ask().catch((error) => !app.store.now.status && put(list, errorState(error, ask)));
  }

  function drawOpen({ open: found }) {
    put(open, found.length ? h("ul", { class: "notice-list" }, found.map(openRow)) : h("p", { class: "muted", text: t("alerts.none") }));
  }

  function openRow(alert) {
    const [sign, kind] = SIGNS[alert.severity];
    const buttons = [
      !alert.acknowledgedMs && act(t("alerts.acknowledge"), () => app.connection.request("alerts.acknowledge", { id: alert.id }), "primary"),
      act(t("alerts.snooze"), () => app.connection.request("alerts.snooze", { rule: alert.rule, seconds: SNOOZE_S })),
    ];
    return h("li", { class: `notice-row ${kind}` }, h("span", { class: "notice-sign" }, icon(sign, 20)), h("div", { class: "notice-text" },
      h("h3", { class: "wrap", text: alert.title }), h("p", { class: "muted wrap", text: alert.text }),
      h("p", { class: "faint small", text: [ago(alert.raisedMs), alert.acknowledgedBy && t("alerts.acknowledged", { who: alert.acknowledgedBy })].filter(Boolean).join(" · ") }),
      h("div", { class: "row" }, buttons)));
  }

  function act(name, work, kind = "") {
    const made = button(name, { kind, onclick: async () => {
      made.disabled = true;
      await tell(work, t("done"));
      made.disabled = false;
      refresh();
    } });
    return made;
  }

  function drawRules({ rules: found, faults }) {
    const wrong = faults.map(({ text }) => h("p", { class: "notice error small wrap", text }));
    const rows = found.map((rule) => h("tr", {},
      h("td", {}, h("input", { type: "checkbox", checked: rule.enabled, "aria-label": t("alerts.rule.on", { title: rule.title }), on: { change: ({ currentTarget }) => turn(rule, currentTarget) } })),
      h("th", { scope: "row", class: "wrap", text: rule.title }), h("td", { class: "muted wrap", text: rule.sentence }),
      h("td", {}, badge(t(`alerts.${rule.severity}`), SIGNS[rule.severity][1])),
      h("td", { class: "muted", text: rule.snoozedUntilMs ? t("alerts.snoozed", { time: clock(rule.snoozedUntilMs) }) : "" }),
      h("td", {}, signButton(t("alerts.test", { title: rule.title }), "play", { onclick: () => test(rule) }))));
    put(rules, wrong, h("div", { class: "table-scroll card flat", tabindex: "0" }, h("table", { class: "table" }, h("tbody", {}, rows))));
  }

  async function turn(rule, box) {
    box.disabled = true;
    await tell(async () => {
      const { hash } = await app.connection.request("config.get");
      await app.connection.request("config.patch", { raw: JSON.stringify({ monitoring: { rules: { [rule.id]: { enabled: box.checked } } } }), baseHash: hash });
    }, t("done"));
    refresh();
  }

  async function test(rule) {
    const tested = await tell(() => app.connection.request("alerts.test", { rule: rule.id }));
    if (tested) {
      const failed = tested.sinks.filter(({ ok }) => !ok);
      toast(failed.length ? failed.map(({ sink, text }) => `${sink}: ${text}`).join("; ") : t("alerts.tested", { sinks: tested.sinks.map(({ sink }) => sink).join(", ") }), failed.length ? "bad" : "good");
    }
  }

  function drawPast({ past: found }) {
    const rows = found.map((alert) => h("tr", {}, h("th", { scope: "row", class: "wrap", text: alert.title }), h("td", { class: "muted wrap", text: alert.text }), h("td", { text: clock(alert.raisedMs) }), h("td", { class: "num", text: duration((alert.endedMs - alert.raisedMs) / 1000) })));
    put(past, rows.length ? h("div", { class: "table-scroll card flat", tabindex: "0" }, h("table", { class: "table" }, h("tbody", {}, rows))) : h("p", { class: "muted", text: t("alerts.nopast") }));
  }

  function refresh() {
    loaders.forEach((loader) => loader.refresh());
  }

  const undo = [
    app.store.watch(["status"], drawNotices), app.connection.on("alert.raised", refresh), app.connection.on("alert.changed", refresh), app.connection.on("@hello", refresh),
  ];
  drawNotices();
  ask();
  refresh();
  return () => {
    loaders.forEach((loader) => loader.stop());
    undo.forEach((end) => end());
  };
}

function part(title, body) {
  return h("section", { class: "part" }, h("h2", { text: t(title) }), body);
}
