// Everything that is wrong or waits for a person, also what is only good to know.

import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { noticeRow } from "../ui/notices.js";
import { emptyState, errorState, skeleton, viewHead } from "../ui/parts.js";

export function alertsView(place, app) {
  const list = h("div", { "aria-live": "polite" }, skeleton(2));
  put(place, viewHead(t("view.alerts"), { sentence: t("alerts.sentence") }), list);
  let shown = "";

  function draw() {
    const notices = app.store.now.status?.notices;
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
  const undo = app.store.watch(["status"], draw);
  draw();
  ask();
  return undo;
}
