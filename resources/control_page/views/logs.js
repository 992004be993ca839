// The gateway's log as it is written: followed, filtered, paused, copied.

import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { seconds } from "../ui/format.js";
import { button, copyButton, emptyState, errorState, skeleton, viewHead } from "../ui/parts.js";

const LEVELS = ["debug", "info", "warn", "error"];
const RANK = { trace: 0, debug: 0, info: 1, warn: 2, error: 3, fatal: 3 };
const EVERY_MS = 1000;
const KEPT = 3000;
const DRAWN = 1000;
const NEAR_END = 40;

export function logsView(place, app) {
  let lines = [];
  let cursor;
  let paused = false;
  let timer = 0;
  let stopped = false;
  let loaded = false;
  const text = h("input", { type: "search", class: "field", placeholder: t("logs.filter"), "aria-label": t("logs.filter"), on: { input: draw } });
  const level = h("select", { class: "field", "aria-label": t("logs.level"), on: { change: draw } }, LEVELS.map((name) => h("option", { value: name, text: t(`logs.level.${name}`), selected: name === "info" })));
  const pause = button(t("logs.pause"), { sign: "pause", "aria-pressed": "false", onclick: hold });
  const copyAll = copyButton(() => wanted().map(plain).join("\n"), t("copy"), "");
  const list = h("div", { class: "log-lines", role: "log", "aria-live": "off", tabindex: "0", "aria-label": t("view.logs") });
  const status = h("p", { class: "muted small log-status" });
  put(list, skeleton(8));
  put(place, viewHead(t("view.logs"), { actions: [text, level, pause, copyAll] }), h("div", { class: "log card flat" }, list), status);

  function hold() {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.querySelector("span").textContent = paused ? t("logs.resume") : t("logs.pause");
    if (!paused) {
      follow();
    }
  }

  async function follow() {
    clearTimeout(timer);
    if (stopped || paused) {
      return;
    }
    if (!document.hidden && app.store.now.link === "open") {
      await fetchMore();
    }
    timer = setTimeout(follow, EVERY_MS);
  }

  async function fetchMore() {
    try {
      const found = await app.connection.request("logs.tail", cursor === undefined ? { limit: DRAWN } : { cursor });
      if (found.reset) {
        lines = [];
      }
      cursor = found.cursor;
      status.textContent = found.file;
      if (found.lines.length || !loaded) {
        loaded = true;
        lines = [...lines, ...found.lines.map(parse)].slice(-KEPT);
        draw();
      }
    } catch (error) {
      if (!loaded) {
        put(list, errorState(error, fetchMore));
      }
    }
  }

  function wanted() {
    const least = RANK[level.value];
    const words = text.value.trim().toLocaleLowerCase();
    return lines.filter((line) => RANK[line.level] >= least && (!words || `${line.where} ${line.text}`.toLocaleLowerCase().includes(words)));
  }

  function draw() {
    const found = wanted().slice(-DRAWN);
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
    const chosen = !getSelection().isCollapsed && list.contains(getSelection().anchorNode);
    if (chosen) {
      return; // Somebody marks lines to copy them.
    }
    put(list, found.length ? found.map(row) : emptyState("logs", lines.length ? t("search.none") : t("logs.empty"), lines.length ? t("logs.none.text") : ""));
    if (atEnd) {
      list.scrollTop = list.scrollHeight;
    }
  }

  function row(line) {
    line.element ??= h("div", { class: `log-line ${line.level}` }, h("time", { text: line.at ? seconds(line.at) : "" }), h("span", { class: "log-level", text: line.level }), h("span", { class: "log-where clip", title: line.where, text: line.where }), h("span", { class: "log-text", text: line.text }));
    return line.element;
  }

  follow();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** A line of the log as facts; one that is no JSON is its text. Source: gateway protocol, lines of logs.tail. */
export function parse(raw) {
  try {
    const line = JSON.parse(raw);
    const meta = line._meta ?? {};
    const level = String(meta.logLevelName ?? "info").toLowerCase();
    return { at: Date.parse(line.time ?? meta.date) || 0, level: level in RANK ? level : "info", where: subsystem(meta.name), text: message(line) };
  } catch {
    return { at: 0, level: "info", where: "", text: raw };
  }
}

function subsystem(name) {
  try {
    const { subsystem: found, module } = JSON.parse(name);
    return found ?? module ?? "";
  } catch {
    return typeof name === "string" ? name : "";
  }
}

function message(line) {
  const texts = [];
  for (let index = 0; index in line; index += 1) {
    texts.push(typeof line[index] === "string" ? line[index] : JSON.stringify(line[index]));
  }
  return texts.join(" ");
}

function plain({ at, level, where, text }) {
  return [at ? new Date(at).toISOString() : "", level, where, text].filter(Boolean).join(" ");
}
