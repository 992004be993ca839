// What the application wants a person to know or to decide, with the buttons that it offers for it.

import { t, told } from "../i18n.js";
import { h } from "./dom.js";
import { ago } from "./format.js";
import { icon } from "./icons.js";
import { button } from "./parts.js";
import { tell } from "./toast.js";

const SIGNS = { action: "info", error: "error", warning: "warning", info: "info" };
const KINDS = { action: "action", error: "bad", warning: "warning", info: "plain" };
// What the gateway does for whoever asks. Other actions of notices are windows of the desktop application.
const DONE_BY_GATEWAY = /^(gateway\.(attach|retry|restart|stop_owner)|pairing\.(approve|reject)|secrets\.(retry|unlock|move)|alert\.(acknowledge|snooze)|service\.restart|app\.restart|config\.go_back|backup\.undo)\b/;
const SHOWN_HERE = { "settings:security": "diagnostics", "settings:": "config", "page:alerts": "alerts", "page:logs": "logs", "page:backup": "backups", "page:chat": "chat" };

/** One notice as a row. */
export function noticeRow(notice, app) {
  const buttons = notice.actions.map((action, index) => actionButton(action, index === 0, app)).filter(Boolean);
  return h(
    "li", { class: `notice-row ${KINDS[notice.severity]}` },
    h("span", { class: "notice-sign" }, icon(SIGNS[notice.severity], 20)),
    h("div", { class: "notice-text" },
      h("h3", { class: "wrap" }, h("span", { class: "spoken", text: `${t(`severity.${notice.severity}`)}: ` }), told(notice.title)),
      notice.text && h("p", { class: "muted wrap", text: notice.text }),
      notice.sinceMs > 0 && h("p", { class: "faint small", text: ago(notice.sinceMs) }),
      buttons.length > 0 && h("div", { class: "row" }, buttons)),
  );
}

/** Does it wait for a person? */
export function needsYou(notice) {
  return notice.severity !== "info";
}

function actionButton({ id, label }, first, app) {
  if (DONE_BY_GATEWAY.test(id)) {
    const made = button(told(label), { kind: first ? "primary" : "", onclick: act });
    return made;
    async function act() {
      made.disabled = true;
      await tell(() => app.connection.request("desktop.action", { id }), t("done"));
      made.disabled = false;
      app.status.ask().catch(() => undefined);
    }
  }
  const view = Object.entries(SHOWN_HERE).find(([start]) => id.startsWith(start))?.[1];
  return view && button(told(label), { kind: first ? "primary" : "", onclick: () => app.router.go(view) });
}
