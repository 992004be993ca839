// Commands that wait for a decision: the whole of each is shown, as it will run, before anything can be pressed.

import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { pieces } from "../ui/format.js";
import { button, emptyState, viewHead } from "../ui/parts.js";
import { tell } from "../ui/toast.js";

// A click that was meant for something else shall not decide.
const GUARD_MS = 500;
const LOW_S = 15;

export function approvalsView(place, app) {
  const list = h("ul", { class: "approvals" });
  const nothing = h("div");
  const head = viewHead(t("view.approvals"), { sentence: t("approvals.sentence") });
  put(place, head, list, nothing);
  const shown = new Map();
  const timer = setInterval(count, 1000);

  function draw() {
    const { approvals } = app.store.now;
    const hadFocus = list.contains(document.activeElement);
    for (const [id, row] of shown) {
      if (!approvals.some((one) => one.id === id)) {
        row.element.remove();
        shown.delete(id);
      }
    }
    for (const one of approvals) {
      if (!shown.has(one.id)) {
        const row = waiting(one);
        shown.set(one.id, row);
        list.append(row.element);
        row.arm();
      }
    }
    put(nothing, !approvals.length && emptyState("approvals", t("approvals.empty"), t("approvals.empty.text")));
    // "No" is what Enter means, whatever came or went.
    if (hadFocus || document.activeElement === document.body || document.activeElement?.matches("h1")) {
      (list.querySelector("[data-decision=deny]:not(:disabled)") ?? head.querySelector("h1")).focus();
    }
    count();
  }

  function waiting({ id, request, expires }) {
    const left = h("span", { class: "badge" });
    const facts = [["cwd", request.cwd], ["host", request.host], ["agent", request.agentId], ["session", request.sessionKey], ["path", request.resolvedPath]].filter(([, value]) => value);
    const choices = [decision(id, "deny"), decision(id, "allow-once"), decision(id, "allow-always")];
    const name = `approval-${shown.size}-${id}`;
    const element = h("li", { class: "approval card", "aria-labelledby": name },
      h("div", { class: "approval-head" }, h("h2", { id: name, text: t("approvals.title") }), left),
      h("pre", { class: "command", tabindex: "0", "aria-label": t("approvals.command") }, command(request.command)),
      pieces(request.command).some(([, hidden]) => hidden) && h("p", { class: "notice warning small", text: t("approvals.hidden") }),
      facts.length > 0 && h("dl", { class: "facts" }, facts.map(([key, value]) => [h("dt", { text: t(`approvals.${key}`) }), h("dd", { class: "wrap" }, command(value))])),
      h("div", { class: "row" }, choices));
    return { element, expires, left, arm: () => setTimeout(() => enable(choices), GUARD_MS) };
  }

  function enable(choices) {
    for (const choice of choices) {
      choice.disabled = false;
    }
    if (document.activeElement === document.body || document.activeElement?.matches("h1")) {
      list.querySelector("[data-decision=deny]").focus();
    }
  }

  function decision(id, what) {
    const made = button(t(`approvals.${what}`), { disabled: true, "data-decision": what, onclick: decide });
    return made;
    async function decide() {
      const all = [...made.parentElement.children];
      all.forEach((one) => (one.disabled = true));
      await tell(() => app.approvals.decide(id, what), t(`approvals.${what}.done`));
      all.forEach((one) => (one.disabled = false));
    }
  }

  function count() {
    for (const { expires, left } of shown.values()) {
      const seconds = Math.max(0, Math.ceil((expires - Date.now()) / 1000));
      left.textContent = t("approvals.left", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` });
      left.className = seconds <= LOW_S ? "badge bad" : "badge plain";
    }
  }

  const undo = app.store.watch(["approvals"], draw);
  draw();
  return () => {
    clearInterval(timer);
    undo();
  };
}

/** The text as it will run; letters that hide or turn the rest are written out and marked. */
function command(text) {
  return pieces(text).map(([piece, hidden]) => (hidden ? [h("mark", { text: piece }), piece === "\\n" && "\n"] : piece));
}
