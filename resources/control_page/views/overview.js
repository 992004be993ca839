// How everything is, in one sentence; what needs a person; and the few numbers that say why.

import { number, t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { ago, amount, clock, duration, size } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { needsYou, noticeRow } from "../ui/notices.js";
import { button, card, errorState, facts, skeleton } from "../ui/parts.js";
import { titleOf } from "../ui/sessions.js";
import { tell } from "../ui/toast.js";

const HOUR_MS = 3_600_000;
const RECENT = 5;

export function overviewView(place, app) {
  const head = h("header", { class: "view-head sentence-head" });
  const needs = h("section", { class: "needs", "aria-live": "polite" });
  const cards = h("div", { class: "cards" }, skeleton(4));
  const lists = h("div", { class: "cards lists" });
  put(place, head, needs, cards, lists);
  let shownNotices = "";

  function draw() {
    const { status, link } = app.store.now;
    if (!status) {
      return;
    }
    const waiting = status.notices.filter(needsYou);
    drawHead(status, waiting, link);
    // Drawn again only when they changed: nobody shall lose the button that they were about to press.
    const key = JSON.stringify([waiting, link]);
    if (key !== shownNotices) {
      shownNotices = key;
      drawNeeds(waiting);
    }
    put(cards, gatewayCard(status), assistantCard(status), computerCard(status));
  }

  function drawHead(status, waiting, link) {
    const { sign, kind, text } = summary(status, waiting, link);
    const title = h("h1", { text, tabindex: "-1" });
    const under = t("overview.version", { version: status.version, time: duration(status.uptimeS) });
    const pause = pauseButton(status);
    if (head.dataset.key !== `${text}|${status.pausedUntilMs}`) {
      head.dataset.key = `${text}|${status.pausedUntilMs}`;
      put(head, h("span", { class: `sentence-sign ${kind}` }, icon(sign, 28)), h("div", { class: "view-title" }, title, h("p", { class: "muted", text: under })), h("div", { class: "view-actions" }, pause));
    } else {
      head.querySelector(".muted").textContent = under;
    }
  }

  function drawNeeds(notices) {
    put(needs, h("h2", { text: t("overview.needs") }),
      notices.length ? h("ul", { class: "notice-list" }, notices.map((one) => noticeRow(one, app))) : h("p", { class: "muted", text: t("overview.nothing") }));
  }

  function pauseButton(status) {
    const paused = status.pausedUntilMs !== null;
    return button(paused ? t("overview.resume") : t("overview.pause"), { sign: paused ? "play" : "pause", onclick: change });
    async function change() {
      const id = paused ? "assistant.resume" : `assistant.pause:${Date.now() + app.connection.clockOffset + HOUR_MS}`;
      await tell(() => app.connection.request("desktop.action", { id }));
      await app.status.ask().catch(() => undefined);
    }
  }

  async function drawLists() {
    const ask = app.connection.request.bind(app.connection);
    try {
      const [{ sessions }, present] = await Promise.all([ask("sessions.list", { limit: RECENT, includeDerivedTitles: true }), ask("system-presence")]);
      put(lists, recentCard(sessions, app), presentCard(present));
    } catch {
      // What is shown stays; the shell says that the line is lost.
    }
  }

  const ends = [
    app.store.watch(["status", "link"], draw),
    app.connection.on("presence", drawLists),
    app.connection.on("@hello", drawLists),
    app.connection.on("chat", ({ state }) => state !== "delta" && drawLists()),
  ];
  draw();
  drawLists();
  app.status.ask().catch((error) => {
    if (!app.store.now.status) {
      put(cards, errorState(error, () => app.status.ask().catch(() => undefined)));
    }
  });
  return () => ends.forEach((end) => end());
}

/** The state in one sentence with a sign; pure. */
export function summary(status, waiting, link) {
  if (link !== "open") {
    return { sign: "warning", kind: "warning", text: t("overview.offline") };
  }
  const errors = waiting.filter((one) => one.severity === "error").length;
  if (errors) {
    return { sign: "error", kind: "bad", text: t("overview.errors", { n: errors }) };
  }
  const actions = waiting.filter((one) => one.severity === "action").length;
  if (actions) {
    return { sign: "info", kind: "action", text: t("overview.actions", { n: actions }) };
  }
  if (status.pausedUntilMs !== null) {
    const text = status.pausedUntilMs ? t("overview.paused.until", { time: clock(status.pausedUntilMs) }) : t("overview.paused");
    return { sign: "pause", kind: "plain", text };
  }
  if (waiting.length) {
    return { sign: "warning", kind: "warning", text: t("overview.warnings", { n: waiting.length }) };
  }
  return { sign: "good", kind: "good", text: t("overview.fine") };
}

function gatewayCard(status) {
  return card(t("card.gateway"), { sign: "gateway" }, facts([
    [t("fact.state"), t(`phase.${status.phase}`)],
    [t("fact.address"), status.addresses[0] ?? "—"],
    [t("fact.uptime"), duration(status.uptimeS)],
    [t("fact.clients"), t("count.connected", { n: status.connections })],
  ]));
}

function assistantCard(status) {
  const used = status.tokensToday;
  const tokens = t("tokens.inout", { in: amount(used.input + used.cacheRead), out: amount(used.output) });
  const model = status.model.startsWith("local/") ? t("model.builtin") : status.model || t("model.none");
  const now = status.runs ? t("count.answers", { n: status.runs }) : t("idle");
  return card(t("card.assistant"), { sign: "model" }, facts([
    [t("fact.model"), model],
    [t("fact.fallback"), status.fallbacks.join(", ") || "—"],
    [t("fact.tokens"), tokens],
    [t("fact.now"), status.queued ? `${now}${t("count.queued", { n: status.queued })}` : now],
  ]));
}

function computerCard(status) {
  return card(t("card.computer"), { sign: "resources" }, facts([
    [t("fact.memory"), size(status.residentBytes)],
    [t("fact.cpu"), t("percent", { value: number(status.cpuFraction * 100, 1) })],
    [t("fact.conversations"), t("count.plain", { n: status.sessions })],
    [t("fact.folder"), status.stateFolder],
  ]));
}

function recentCard(sessions, app) {
  const rows = sessions.map((session) => h("li", {}, h("a", { class: "list-row", href: app.href("chat", { session: session.key }), data: { view: "chat" } },
    h("span", { class: "clip", text: titleOf(session, app) }), h("span", { class: "muted small", text: session.updatedAt ? ago(session.updatedAt) : "" }))));
  return card(t("card.recent"), { sign: "chat" }, rows.length ? h("ul", { class: "list" }, rows) : h("p", { class: "muted", text: t("sessions.empty") }));
}

/** Who is connected; the gateway's own entry is left out. */
function presentCard(present) {
  const others = present.filter(({ mode }) => mode !== "gateway");
  const rows = others.map(({ host, mode, platform, ip, ts }) => h("li", { class: "list-row" },
    h("span", { class: "clip", text: [host, platform].filter(Boolean).join(" · ") || mode }), h("span", { class: "muted small", text: [ip, ago(ts)].filter(Boolean).join(" · ") })));
  return card(t("card.present"), { sign: "person" }, rows.length ? h("ul", { class: "list" }, rows) : h("p", { class: "muted", text: t("present.none") }));
}
