// Conversations: the list on the left, the one that is open beside it; on a phone the list is a drawer.

import { Conversation } from "../chat/conversation.js";
import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { ago } from "../ui/format.js";
import { button, signButton } from "../ui/parts.js";
import { titleOf } from "../ui/sessions.js";

const SHOWN = 200;

export function chatView(place, app, query) {
  const rows = h("ul", { class: "chat-rows" });
  const search = h("input", { type: "search", class: "field", placeholder: t("search"), "aria-label": t("chat.search"), on: { input: draw } });
  const drawer = h("aside", { class: "chat-list", "aria-label": t("chat.list") }, button(t("chat.new"), { sign: "plus", onclick: begin, class: "button wide" }), search, rows);
  const title = h("h1", { tabindex: "-1", text: t("view.chat") });
  const opener = signButton(t("chat.list"), "sessions", { kind: "chat-opener", "aria-expanded": "false", onclick: toggle });
  const body = h("div", { class: "chat-body" });
  const shade = h("div", { class: "chat-shade", on: { click: toggle } });
  const layout = h("div", { class: "chat" }, drawer, shade, h("div", { class: "chat-main" }, h("header", { class: "chat-head" }, opener, title), body));
  put(place, layout);
  let sessions = [];
  let open = "";
  const name = app.assistantName();
  const conversation = new Conversation(body, app, name, () => refresh());

  async function refresh() {
    try {
      const found = await app.connection.request("sessions.list", { limit: SHOWN, includeDerivedTitles: true });
      sessions = found.sessions;
    } catch {
      // The list stays as it was; the shell says that the line is lost.
    }
    draw();
  }

  function draw() {
    const wanted = search.value.trim().toLocaleLowerCase();
    const listed = sessions.some((one) => one.key === open) || !open ? sessions : [{ key: open, updatedAt: null }, ...sessions];
    const found = listed.filter((one) => !wanted || titleOf(one, app).toLocaleLowerCase().includes(wanted));
    put(rows, found.map(row), !found.length && h("li", { class: "muted small none", text: t("search.none") }));
    const current = listed.find((one) => one.key === open);
    title.textContent = current ? titleOf(current, app) : t("view.chat");
  }

  function row(session) {
    const here = session.key === open;
    return h("li", {}, h("a", {
      class: "chat-row", href: app.href("chat", { session: session.key }), "aria-current": here ? "true" : undefined,
      data: { view: "chat" },
    }, h("span", { class: "clip", text: titleOf(session, app) }), h("span", { class: "muted small", text: session.updatedAt ? ago(session.updatedAt) : t("chat.fresh") })));
  }

  function begin() {
    const agent = app.defaults().defaultAgentId;
    app.router.go("chat", { session: `agent:${agent}:chat-${crypto.randomUUID().slice(0, 8)}` });
  }

  function toggle() {
    const shown = layout.classList.toggle("listing");
    opener.setAttribute("aria-expanded", String(shown));
    if (shown) {
      search.focus();
    }
  }

  function show(parameters) {
    const key = app.canonical(parameters.get("session") || "main");
    layout.classList.remove("listing");
    opener.setAttribute("aria-expanded", "false");
    if (key !== open) {
      open = key;
      draw();
      conversation.show(key);
    }
  }

  function keys(event) {
    if (event.key === "Escape" && layout.classList.contains("listing")) {
      toggle();
      opener.focus();
    }
  }
  layout.addEventListener("keydown", keys);
  const undo = app.connection.on("@hello", refresh);
  show(query);
  refresh();
  return Object.assign(() => {
    undo();
    conversation.close();
  }, { follow: show });
}
