// The self-test with its repairs, the services that are kept running, and what the last turns did, step by step.

import { has, t } from "../i18n.js";
import { confirm } from "../ui/dialog.js";
import { h, put, svg } from "../ui/dom.js";
import { ago, clock } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { badge, button, Loader, viewHead } from "../ui/parts.js";
import { tell } from "../ui/toast.js";

const SIGNS = { error: ["error", "bad"], warning: ["warning", "warning"], info: ["info", "plain"], ok: ["good", "good"] };
const STATES = { well: "good", unknown: "plain", waiting: "warning", restarting: "info", down: "bad", blocked: "warning" };
const TURNS = 20;

export function diagnosticsView(place, app) {
  const test = h("div", {});
  const services = h("div", {});
  const turns = h("div", {});
  const deep = h("input", { type: "checkbox", id: "deep" });
  const again = button(t("doctor.again"), { sign: "refresh", onclick: () => loaders[0].refresh() });
  const thorough = h("label", { class: "row", for: "deep" }, deep, h("span", { text: t("doctor.deep") }));
  put(place, viewHead(t("view.diagnostics"), { sentence: t("doctor.sentence"), actions: [thorough, again] }),
    part("doctor.test", test), part("doctor.services", services), part("doctor.turns", turns));
  const loaders = [
    new Loader(test, () => app.connection.request("doctor.run", { deep: deep.checked }, { timeout: 120_000 }), drawTest),
    new Loader(services, () => app.connection.request("services.list"), drawServices),
    new Loader(turns, () => app.connection.request("traces.list", { limit: TURNS }), drawTurns),
  ];

  function drawTest({ findings }) {
    const matter = findings.filter(({ severity }) => severity !== "ok");
    const fine = findings.length - matter.length;
    put(test, h("ul", { class: "notice-list" }, matter.map(finding)), h("p", { class: "muted fine", text: t("doctor.fine", { n: fine }) }));
  }

  function finding(found) {
    const [sign, kind] = SIGNS[found.severity];
    return h("li", { class: `notice-row ${kind}` }, h("span", { class: "notice-sign" }, icon(sign, 20)), h("div", { class: "notice-text" },
      h("h3", { class: "wrap", text: found.title }), found.description && h("p", { class: "muted wrap", text: found.description }), found.recommendation && h("p", { class: "wrap", text: found.recommendation }),
      found.repair && h("div", { class: "row" }, button(t("doctor.repair"), { onclick: () => repair(found) }))));
  }

  async function repair(found) {
    const plan = await tell(() => app.connection.request("doctor.repair", { id: found.id, dryRun: true }));
    if (!plan) {
      return;
    }
    if (await confirm({ title: found.title, text: plan.text, action: t("doctor.repair.do") })) {
      await tell(() => app.connection.request("doctor.repair", { id: found.id }), t("done"));
      loaders[0].refresh();
    }
  }

  function drawServices({ services: found }) {
    const rows = found.map((one) => h("tr", {}, h("th", { scope: "row", text: one.title }), h("td", {}, badge(t(`service.${one.state}`), STATES[one.state])), h("td", { class: "num", text: t("service.restarts", { n: one.restarts }) }), h("td", { class: "muted wrap", text: one.fault ? `${ago(one.faultMs)}: ${one.fault}` : "" }), h("td", {}, button(t("service.again"), { kind: "quiet", onclick: () => restart(one) }))));
    put(services, h("div", { class: "table-scroll card flat", tabindex: "0" }, h("table", { class: "table" }, h("tbody", {}, rows))));
  }

  async function restart({ name }) {
    await tell(() => app.connection.request("services.restart", { name }), t("done"));
    loaders[1].refresh();
  }

  function drawTurns({ traces }) {
    if (!traces.length) {
      put(turns, h("p", { class: "muted", text: t("turn.none") }));
      return;
    }
    put(turns, h("ul", { class: "list card flat" }, traces.map((one) => {
      const body = h("div", { class: "waterfall", hidden: true });
      const row = h("button", { type: "button", class: "list-row turn", "aria-expanded": "false", on: { click: () => open(one, row, body) } }, h("span", { text: `${clock(one.startedMs)} · ${has(`turn.${one.state}`) ? t(`turn.${one.state}`) : one.state}` }), h("span", { class: "muted clip", text: one.sessionKey }), h("span", { class: "small", text: time(one.performance.totalDuration) }));
      return h("li", {}, row, body);
    })));
  }

  async function open(one, row, body) {
    const wanted = body.hidden;
    row.setAttribute("aria-expanded", String(wanted));
    body.hidden = !wanted;
    if (wanted && !body.childElementCount) {
      const found = await tell(() => app.connection.request("traces.get", { runId: one.runId }));
      if (found) {
        put(body, found.spans.map((span) => bar(span, found.performance.totalDuration)), found.error && h("p", { class: "notice error small wrap", text: found.error }));
      }
    }
    // A fold that is open must not hold back what is drawn anew.
    row.removeAttribute("aria-expanded");
  }

  const undo = app.connection.on("@hello", () => loaders.forEach((loader) => loader.refresh()));
  loaders.forEach((loader) => loader.refresh());
  return () => {
    loaders.forEach((loader) => loader.stop());
    undo();
  };
}

function bar(span, whole) {
  const about = span.facts.model ?? span.facts.tool ?? span.facts.name;
  const name = has(`step.${span.name}`) ? t(`step.${span.name}`) : span.name;
  const share = (value) => (100 * value) / Math.max(whole, 0.001);
  const paint = svg("svg", { class: "step-track", height: 10, "aria-hidden": "true" }, svg("rect", {
    class: `step-bar step-${span.name.replace(" ", "-")}${span.error ? " bad" : ""}`, x: `${Math.min(99.5, share(span.start))}%`, width: `${Math.max(0.5, share(span.duration))}%`, height: 10, rx: 3,
  }));
  const label = h("span", { class: `step-name clip depth-${Math.min(3, span.depth)}`, text: about ? `${name}: ${about}` : name });
  return h("div", { class: "step" }, label, paint, h("span", { class: "step-time muted", text: time(span.duration) }));
}

function time(milliseconds) {
  return milliseconds < 1000 ? t("ms", { value: Math.round(milliseconds) }) : t("time.second", { n: Math.round(milliseconds / 100) / 10 });
}

function part(title, body) {
  return h("section", { class: "part" }, h("h2", { text: t(title) }), body);
}
