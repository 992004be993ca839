// What the application uses: measured while this page is looked at, drawn as it was measured.

import { number, t } from "../i18n.js";
import { Chart } from "../ui/chart.js";
import { h, put } from "../ui/dom.js";
import { amount, seconds, size } from "../ui/format.js";
import { button, card, emptyState, viewHead } from "../ui/parts.js";

const MINUTE_MS = 60_000;
const RANGES = [2, 10, 60];
const ROWS = 200;

// One row for each number of the status that is worth a line; a number that the gateway does not report has none.
const METRICS = [
  { key: "residentBytes", format: size, bytes: true },
  { key: "cpuFraction", format: (value) => t("percent", { value: digits(value * 100) }) },
  { key: "loopLagS", format: (value) => t("ms", { value: digits(value * 1000) }) },
  { key: "connections", format: whole, integers: true },
  { key: "runs", format: whole, integers: true },
  { key: "requests", format: whole, integers: true },
];

export function resourcesView(place, app) {
  let minutes = RANGES[0];
  let asTable = false;
  const calm = app.status.hurry();
  const ranges = h("div", { class: "segments", role: "group", "aria-label": t("resources.range") }, RANGES.map((one) => rangeButton(one)));
  const tableButton = button(t("resources.table"), { sign: "sessions", "aria-pressed": "false", onclick: () => { asTable = !asTable; tableButton.setAttribute("aria-pressed", String(asTable)); draw(true); } });
  const csv = button(t("resources.csv"), { sign: "down-line", onclick: download });
  const body = h("div", {});
  put(place, viewHead(t("view.resources"), { sentence: t("resources.sentence"), actions: [ranges, tableButton, csv] }), body);
  let charts = null;

  function rangeButton(value) {
    return h("button", { type: "button", class: "segment", "aria-pressed": String(value === minutes), text: t("resources.minutes", { n: value }), on: { click: ({ currentTarget }) => {
      minutes = value;
      for (const other of ranges.children) {
        other.setAttribute("aria-pressed", String(other === currentTarget));
      }
      draw(true);
    } } });
  }

  function measured() {
    const last = app.status.samples.findLast((one) => one.values)?.values;
    return last ? METRICS.filter(({ key }) => typeof last[key] === "number") : [];
  }

  function draw(anew = false) {
    const metrics = measured();
    if (!metrics.length) {
      put(body, emptyState("resources", t("resources.empty"), t("resources.empty.text")));
      charts = null;
      return;
    }
    if (anew || !charts) {
      charts = asTable ? new Map() : new Map(metrics.map((metric) => [metric, chartCard(metric)]));
      put(body, asTable ? table(metrics) : h("div", { class: "charts" }, [...charts.values()].map((one) => one.element)));
    }
    if (asTable) {
      put(body.querySelector("tbody"), rows(metrics));
    }
    const now = Date.now();
    for (const [metric, { chart, value }] of charts) {
      chart.show(points(metric.key), now - minutes * MINUTE_MS, now);
      value.textContent = latest(metric);
    }
  }

  function points(key) {
    return app.status.samples.map(({ at, values }) => [at, values ? values[key] : null]);
  }

  function latest({ key, format }) {
    const last = app.status.samples.at(-1)?.values;
    return last ? format(last[key]) : "—";
  }

  function chartCard(metric) {
    const name = t(`metric.${metric.key}`);
    const chart = new Chart(name, metric.format, metric);
    const value = h("span", { class: "chart-value" });
    const element = card("", {}, h("div", { class: "chart-head" }, h("h2", { text: name }), value), chart.element);
    return { chart, value, element };
  }

  function table(metrics) {
    const head = h("tr", {}, h("th", { scope: "col", text: t("time") }), metrics.map(({ key }) => h("th", { scope: "col", class: "num", text: t(`metric.${key}`) })));
    return h("div", { class: "table-scroll card flat", tabindex: "0" }, h("table", { class: "table" }, h("caption", { class: "spoken", text: t("view.resources") }), h("thead", {}, head), h("tbody")));
  }

  function inRange() {
    const from = Date.now() - minutes * MINUTE_MS;
    return app.status.samples.filter(({ at, values }) => at >= from && values);
  }

  function rows(metrics) {
    return inRange().slice(-ROWS).reverse().map(({ at, values }) => h("tr", {}, h("th", { scope: "row", class: "mono", text: seconds(at) }), metrics.map(({ key, format }) => h("td", { class: "num", text: format(values[key]) }))));
  }

  function download() {
    const metrics = measured();
    const lines = inRange().map(({ at, values }) => [new Date(at).toISOString(), ...metrics.map(({ key }) => values[key])].join(","));
    const text = [["time", ...metrics.map(({ key }) => key)].join(","), ...lines].join("\r\n");
    const url = URL.createObjectURL(new Blob([`${text}\r\n`], { type: "text/csv" }));
    h("a", { href: url, download: `clawd-resources-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  const undo = app.store.watch(["status", "link"], () => draw());
  draw();
  return () => {
    calm();
    undo();
  };
}

function digits(value) {
  return number(value, value < 10 ? 1 : 0);
}

function whole(value) {
  return amount(value);
}
