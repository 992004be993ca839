// What the computer and the application use: measured by the gateway, kept by it, drawn here for the time that is chosen.

import { number, t } from "../i18n.js";
import { Chart } from "../ui/chart.js";
import { h, put } from "../ui/dom.js";
import { amount, duration, seconds, size } from "../ui/format.js";
import { button, card, emptyState, Loader, viewHead } from "../ui/parts.js";

const MINUTE_MS = 60_000;
// Name, length, time between two looks.
const RANGES = [["5m", 5 * MINUTE_MS, 2000], ["1h", 60 * MINUTE_MS, 60_000], ["24h", 1440 * MINUTE_MS, 60_000], ["30d", 43_200 * MINUTE_MS, 600_000]];
const AGAIN_MS = 60_000;
const NEW_MS = 5_000;
const POINTS = 300;
const ROWS = 300;
const share = (value) => t("percent", { value: digits(value * 100) });
const millis = (value) => (value < 10 ? t("ms", { value: digits(value * 1000) }) : duration(value));
const dollars = (value) => `$${number(value, 2)}`;
const rate = (value) => t("perSecond", { value: digits(value) });

// One row for each series that is worth a line.
const CHARTS = [
  { key: "system.cpuUsage", format: share, top: 1 },
  { key: "process.cpu", format: share },
  { key: "system.memoryUsage", format: share, top: 1 },
  { key: "process.memory", format: size, bytes: true },
  { key: "loop.lag", format: millis },
  { key: "gateway.requestsPerSecond", format: rate },
  { key: "gateway.activeConnections", format: amount, integers: true },
  { key: "gateway.latency", format: millis },
  { key: "system.networkIn", format: (value) => `${size(value)}/s`, bytes: true },
  { key: "system.networkOut", format: (value) => `${size(value)}/s`, bytes: true },
  { key: "system.diskUsage", format: share, top: 1 },
  { key: "process.openFiles", format: amount, integers: true },
  { key: "process.threads", format: amount, integers: true },
  { key: "agents.running", format: amount, integers: true },
  { key: "agents.tokenUsage.total", format: amount, integers: true },
  { key: "agents.costToday", format: dollars },
];

export function resourcesView(place, app) {
  let range = RANGES[0];
  let asTable = false;
  let timer = 0;
  let series = [];
  let drawn = new Map();
  let looked = 0;
  const ranges = h("div", { class: "segments", role: "group", "aria-label": t("resources.range") }, RANGES.map(rangeButton));
  const tableButton = button(t("resources.table"), { sign: "sessions", "aria-pressed": "false", onclick: () => { asTable = !asTable; tableButton.setAttribute("aria-pressed", String(asTable)); build(); } });
  const csv = button(t("resources.csv"), { sign: "down-line", onclick: download });
  const charts = h("div", {});
  const work = h("div", {});
  put(place, viewHead(t("view.resources"), { sentence: t("resources.sentence"), actions: [ranges, tableButton, csv] }), charts, work);
  const loader = new Loader(charts, load, show);
  const room = new Loader(work, () => app.connection.request("resources.get"), drawRoom, { rows: 1 });

  function rangeButton(one) {
    return h("button", { type: "button", class: "segment", "aria-pressed": String(one === range), text: t(`range.${one[0]}`), on: { click: ({ currentTarget }) => {
      range = one;
      for (const other of ranges.children) {
        other.setAttribute("aria-pressed", String(other === currentTarget));
      }
      look();
    } } });
  }

  async function load() {
    looked = Date.now();
    const untilMs = Date.now() + app.connection.clockOffset;
    const pages = await Promise.all(CHARTS.map(({ key }) => app.connection.request("metrics.history", { key, sinceMs: Math.round(untilMs - range[1]), untilMs: Math.round(untilMs), points: POINTS }).catch((error) => {
      if (error.code === "LOST") {
        throw error;
      }
      return null; // Not measured on this system.
    })));
    return { pages, until: untilMs };
  }

  function show({ pages, until }) {
    const before = series.map(({ chart }) => chart.key).join();
    series = CHARTS.map((chart, index) => ({ chart, points: points(pages[index]) })).filter(({ points: found }) => found.some(([, value]) => value !== null));
    series.until = until;
    if (!series.length) {
      put(charts, emptyState("resources", t("resources.empty"), t("resources.empty.text")));
      drawn = new Map();
    } else if (before !== series.map(({ chart }) => chart.key).join() || !charts.querySelector(".charts, table")) {
      build();
    } else {
      fill();
    }
  }

  function build() {
    drawn = asTable ? new Map() : new Map(series.map(({ chart }) => [chart.key, chartCard(chart)]));
    put(charts, asTable ? table() : h("div", { class: "charts" }, [...drawn.values()].map((one) => one.element)));
    fill();
  }

  function fill() {
    if (asTable) {
      put(charts.querySelector("tbody"), rows());
    }
    for (const { chart, points: found } of series) {
      const one = drawn.get(chart.key);
      if (one) {
        one.chart.show(found, series.until - range[1], series.until);
        const last = found.findLast(([, value]) => value !== null);
        one.value.textContent = last ? chart.format(last[1]) : "—";
      }
    }
  }

  function chartCard(metric) {
    const name = t(`metric.${metric.key}`);
    const chart = new Chart(name, metric.format, metric);
    const value = h("span", { class: "chart-value" });
    const element = card("", {}, h("div", { class: "chart-head" }, h("h2", { text: name }), value), chart.element);
    return { chart, value, element };
  }

  function table() {
    const head = h("tr", {}, h("th", { scope: "col", text: t("time") }), series.map(({ chart }) => h("th", { scope: "col", class: "num", text: t(`metric.${chart.key}`) })));
    return h("div", { class: "table-scroll card flat", tabindex: "0" }, h("table", { class: "table" }, h("caption", { class: "spoken", text: t("view.resources") }), h("thead", {}, head), h("tbody")));
  }

  function rows() {
    return moments().slice(-ROWS).reverse().map(([at, values]) => h("tr", {}, h("th", { scope: "row", class: "mono", text: seconds(at) }), series.map(({ chart }) => h("td", { class: "num", text: values.has(chart.key) ? chart.format(values.get(chart.key)) : "" }))));
  }

  /** All values by time. */
  function moments() {
    const found = new Map();
    for (const { chart, points: all } of series) {
      for (const [at, value] of all) {
        if (value !== null) {
          found.set(at, (found.get(at) ?? new Map()).set(chart.key, value));
        }
      }
    }
    return [...found].sort(([one], [other]) => one - other);
  }

  function download() {
    const keys = series.map(({ chart }) => chart.key);
    const lines = moments().map(([at, values]) => [new Date(at).toISOString(), ...keys.map((key) => values.get(key) ?? "")].join(","));
    const url = URL.createObjectURL(new Blob([`${[["time", ...keys].join(","), ...lines].join("\r\n")}\r\n`], { type: "text/csv" }));
    h("a", { href: url, download: `clawd-resources-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  function drawRoom({ kinds, fault }) {
    const lines = kinds.map((kind) => h("tr", {},
      h("th", { scope: "row", text: has(kind) }), h("td", { class: "num", text: amount(kind.used) }), h("td", { class: "num", text: kind.ceiling === undefined ? t("resources.nolimit") : amount(kind.ceiling) }),
      h("td", { class: "num", text: amount(kind.waiting) }), h("td", { class: "muted wrap", text: kind.built ? (kind.reason ?? "") : t("resources.notbuilt") })));
    const head = ["kind", "used", "ceiling", "waiting", "why"].map((name, index) => h("th", { scope: "col", class: index && index < 4 ? "num" : undefined, text: t(`resources.${name}`) }));
    put(work, h("section", { class: "card flat table-scroll", tabindex: "0" }, h("h2", { class: "card-title", text: t("resources.room") }), fault && h("p", { class: "notice error small wrap", text: fault }), h("table", { class: "table" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, lines))));
  }

  /** Everything again; for the shortest range the newest values follow one by one. */
  function look() {
    clearTimeout(timer);
    if (!document.hidden && app.store.now.link === "open") {
      loader.refresh();
      room.refresh();
    }
    timer = setTimeout(range[2] < AGAIN_MS ? follow : look, range[2]);
  }

  async function follow() {
    const found = !document.hidden && app.store.now.link === "open" && (await app.connection.request("metrics.get").catch(() => null));
    if (found && series.length && found.ts > series.until) {
      series.until = found.ts;
      for (const { chart, points: all } of series) {
        all.push([found.ts, found.values[chart.key] ?? null]);
      }
      fill();
    }
    clearTimeout(timer);
    // What is measured from now on only, such as the processor soon after a start, gets its graph at once.
    const isNew = found && Date.now() - looked > NEW_MS && CHARTS.some(({ key }) => (found.values[key] ?? null) !== null && !series.some(({ chart }) => chart.key === key));
    timer = setTimeout(series.length && !isNew && Date.now() - looked < AGAIN_MS ? follow : look, range[2]);
  }

  look();
  return () => {
    clearTimeout(timer);
    loader.stop();
    room.stop();
  };
}

function has({ kind, title }) {
  const known = { agent: "resources.kind.agent", browser: "resources.kind.browser", exec: "resources.kind.exec", model: "resources.kind.model", memory: "resources.kind.memory" }[kind];
  return known ? t(known) : title;
}

function points(page) {
  return page ? page.times.map((at, index) => [at, page.mean[index]]) : [];
}

function digits(value) {
  return number(value, value < 10 ? 1 : 0);
}
