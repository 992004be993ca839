// The frame around the views while somebody is signed in: navigation, state of the line, what waits, theme and language.

import { t } from "./i18n.js";
import { show as showDialog } from "./ui/dialog.js";
import { h, put } from "./ui/dom.js";
import { icon } from "./ui/icons.js";
import { needsYou } from "./ui/notices.js";
import { button } from "./ui/parts.js";
import { VIEWS } from "./views/table.js";

/** Shows the frame; `show({view, query})` changes the view, `end()` takes all of it away. */
export class Shell {
  #app;
  #main = h("main", { id: "main", class: "view", tabindex: "-1" });
  #nav = h("ul", { class: "nav" });
  #bottom = h("ul", { class: "bottom-nav" });
  #line = h("div", { class: "line", role: "status" });
  #waiting = h("div", { class: "waiting-bar", role: "status", hidden: true });
  #current = "";
  #end = null;
  #undo = [];

  constructor(place, app) {
    this.#app = app;
    const brand = h("a", { class: "brand", href: app.href("overview"), data: { view: "overview" } }, h("img", { src: "clawd.svg", alt: "", width: 24, height: 24 }), h("span", { text: "Clawd" }));
    const foot = h("div", { class: "side-foot" }, app.looks(), button(t("signout"), { kind: "quiet", sign: "quit", onclick: () => app.signOut() }));
    put(
      place,
      h("a", { class: "skip", href: "#main", text: t("skip"), on: { click: (event) => { event.preventDefault(); this.#main.focus(); } } }),
      h("div", { class: "frame" },
        h("header", { class: "side" }, brand, h("nav", { "aria-label": t("nav") }, this.#nav), foot),
        h("div", { class: "content" }, this.#line, this.#waiting, this.#main),
        h("nav", { class: "bottom", "aria-label": t("nav.short") }, this.#bottom)),
    );
    this.#undo.push(app.store.watch(["link"], () => this.#drawLine()));
    this.#undo.push(app.store.watch(["hello", "health"], () => this.#drawNav()));
    this.#undo.push(app.store.watch(["status", "approvals"], () => this.#drawBadges()));
    this.#drawNav();
    this.#drawLine();
  }

  show({ view, query }) {
    const found = this.#views().find(({ id }) => id === (view || "overview")) ?? VIEWS[0];
    if (found.id === this.#current && this.#end?.follow) {
      this.#end.follow(query);
      return;
    }
    const first = this.#current === "";
    this.#end?.();
    this.#current = found.id;
    document.title = `${t(`view.${found.id}`)} · Clawd`;
    this.#main.className = `view view-${found.id}`;
    put(this.#main);
    this.#main.scrollTop = 0;
    this.#end = found.mount(this.#main, this.#app, query);
    this.#drawNav();
    // A screen reader shall say where it came to; at the start it says so by itself.
    if (!first && !this.#main.contains(document.activeElement)) {
      (this.#main.querySelector("h1") ?? this.#main).focus({ preventScroll: true });
    }
  }

  end() {
    this.#end?.();
    this.#undo.forEach((end) => end());
  }

  #views() {
    const { hello, health } = this.#app.store.now;
    return VIEWS.filter(({ id, shown }) => id === this.#current || (hello && shown(hello, health)));
  }

  #drawNav() {
    const views = this.#views();
    put(this.#nav, views.map((view) => h("li", {}, this.#item(view, "nav-row"))));
    const more = h("button", { type: "button", class: "bottom-row", "aria-haspopup": "dialog", on: { click: () => this.#more() } }, icon("more"), h("span", { text: t("nav.more") }));
    const isMore = !VIEWS.find(({ id }) => id === this.#current)?.onPhone;
    more.toggleAttribute("data-current", isMore && this.#current !== "");
    put(this.#bottom, views.filter(({ onPhone }) => onPhone).map((view) => h("li", {}, this.#item(view, "bottom-row"))), h("li", {}, more));
    this.#drawBadges();
  }

  #item({ id, sign }, kind) {
    return h("a", { class: kind, href: this.#app.href(id), data: { view: id }, "aria-current": id === this.#current ? "page" : undefined }, icon(sign), h("span", { class: "clip", text: t(`view.${id}`) }), h("span", { class: "count", hidden: true, data: { count: id } }));
  }

  async #more() {
    const views = this.#views();
    const list = h("ul", { class: "nav" }, views.map((view) => h("li", {}, this.#item(view, "nav-row"))));
    const body = h("div", { class: "stack" }, list, h("div", { class: "row" }, this.#app.looks()));
    list.addEventListener("click", () => list.closest("dialog").close());
    const shown = showDialog({ title: t("nav"), body, actions: (dialog) => [button(t("signout"), { sign: "quit", onclick: () => { dialog.close(); this.#app.signOut(); } })] });
    this.#drawBadges(list);
    await shown;
  }

  #drawBadges(place = document) {
    const { status, approvals } = this.#app.store.now;
    const counts = { alerts: (status?.notices ?? []).filter(needsYou).length, approvals: approvals.length };
    for (const badge of place.querySelectorAll(".count")) {
      const n = counts[badge.dataset.count] ?? 0;
      badge.hidden = n === 0;
      badge.textContent = n || "";
      badge.setAttribute("aria-label", t("count.waiting", { n }));
    }
    const waits = approvals.length > 0 && this.#current !== "approvals";
    this.#waiting.hidden = !waits;
    put(this.#waiting, waits && [icon("approvals", 18), h("span", { text: t("approvals.waiting", { n: approvals.length }) }), h("a", { class: "button primary", href: this.#app.href("approvals"), data: { view: "approvals" }, text: t("approvals.look") })]);
  }

  #drawLine() {
    const { link } = this.#app.store.now;
    const lost = link !== "open";
    this.#line.toggleAttribute("data-lost", lost);
    put(this.#line, lost && [h("span", { class: "spinner" }), h("span", { text: t("line.lost") })]);
  }
}
