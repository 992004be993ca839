// Who may connect: devices that ask, and those that were let in.

import { has, t } from "../i18n.js";
import { confirm, show } from "../ui/dialog.js";
import { h, put } from "../ui/dom.js";
import { ago } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { menuButton } from "../ui/menu.js";
import { badge, button, copyButton, emptyState, Loader, viewHead } from "../ui/parts.js";
import { tell } from "../ui/toast.js";

const SHORT = 12;

export function devicesView(place, app) {
  const list = h("div", { class: "stack wide-gap" });
  put(place, viewHead(t("view.devices"), { sentence: t("devices.sentence") }), list);
  const loader = new Loader(list, () => app.connection.request("device.pair.list"), draw, { rows: 4 });

  function draw({ pending, paired }) {
    const alone = !pending.length && !paired.length;
    put(list,
      pending.length > 0 && h("section", { "aria-live": "polite" }, h("h2", { text: t("devices.pending") }), h("ul", { class: "notice-list" }, pending.map(asking))),
      paired.length > 0 && h("section", {}, h("h2", { text: t("devices.paired") }), table(paired)),
      alone && emptyState("device", t("devices.empty"), t("devices.empty.text")));
  }

  function asking(request) {
    const approve = button(t("devices.approve"), { kind: "primary", sign: "check", onclick: () => decide("approve", request, t("devices.approved")) });
    const reject = button(t("devices.reject"), { sign: "close", onclick: () => decide("reject", request, t("devices.rejected")) });
    const from = [request.platform, request.remoteIp || t("devices.here"), ago(request.ts)].filter(Boolean).join(" · ");
    return h("li", { class: "notice-row action" }, h("span", { class: "notice-sign" }, icon("device", 20)), h("div", { class: "notice-text" },
      h("h3", { class: "wrap", text: nameOf(request) }),
      h("p", { class: "muted small wrap", text: from }),
      h("p", { class: "wrap" }, t("devices.wants"), " ", h("strong", { text: powers(request.role, request.scopes) })),
      h("p", { class: "muted small" }, t("devices.id"), " ", h("code", { text: request.deviceId.slice(0, SHORT) }), request.isRepair && badge(t("devices.again"), "warning")),
      h("div", { class: "row" }, approve, reject)));
  }

  async function decide(what, request, done) {
    await tell(() => app.connection.request(`device.pair.${what}`, { requestId: request.requestId }), done);
    await loader.refresh();
  }

  function table(paired) {
    const heads = ["name", "may", "used"].map((key) => h("th", { scope: "col", class: key, text: t(`devices.${key}`) }));
    const head = h("thead", {}, h("tr", {}, heads, h("th", { scope: "col" }, h("span", { class: "spoken", text: t("actions") }))));
    return h("table", { class: "table cards-on-phone" }, h("caption", { class: "spoken", text: t("devices.paired") }), head, h("tbody", {}, paired.flatMap(rows)));
  }

  function rows(device) {
    const roles = device.roles ?? [device.role ?? "operator"];
    return roles.map((role) => {
      const token = device.tokens.find((one) => one.role === role) ?? {};
      const own = device.deviceId === app.connection.deviceId && role === "operator";
      const dead = token.revokedAtMs !== undefined;
      const about = [device.platform, device.remoteIp].filter(Boolean).join(" · ");
      const marks = [own && badge(t("devices.own"), "info"), dead && badge(t("devices.revoked"), "plain")];
      return h("tr", {},
        h("th", { scope: "row", class: "name" }, h("span", { class: "strong wrap", text: nameOf(device) }), marks, h("div", { class: "muted small wrap" }, about && `${about} · `, h("code", { text: device.deviceId.slice(0, SHORT) }))),
        h("td", { class: "may wrap", data: { name: t("devices.may") }, text: powers(role, token.scopes ?? device.scopes) }),
        h("td", { class: "used", data: { name: t("devices.used") }, text: token.lastUsedAtMs ? ago(token.lastUsedAtMs) : t("devices.never") }),
        h("td", { class: "act" }, menuButton(t("devices.more", { name: nameOf(device) }), actions(device, role, own, dead))));
    });
  }

  function actions(device, role, own, dead) {
    return [
      { text: t("devices.rotate"), sign: "key", disabled: own, onclick: () => rotate(device, role) },
      { text: own ? t("signout") : t("devices.revoke"), sign: "trash", danger: true, disabled: dead, onclick: () => revoke(device, role, own) },
    ];
  }

  async function rotate(device, role) {
    const name = nameOf(device);
    if (!(await confirm({ title: t("devices.rotate.title", { name }), text: t("devices.rotate.text"), action: t("devices.rotate") }))) {
      return;
    }
    const made = await tell(() => app.connection.request("device.token.rotate", { deviceId: device.deviceId, role }));
    if (made) {
      const body = h("div", { class: "stack" }, h("p", { class: "wrap", text: t("devices.rotated.text", { name }) }), h("div", { class: "code-line" }, h("code", { class: "wrap", text: made.token }), copyButton(() => made.token)));
      await show({ title: t("devices.rotated"), body });
      await loader.refresh();
    }
  }

  async function revoke(device, role, own) {
    const name = nameOf(device);
    if (own) {
      await app.signOut();
    } else if (await confirm({ title: t("devices.revoke.title", { name }), text: t("devices.revoke.text"), action: t("devices.revoke"), danger: true })) {
      await tell(() => app.connection.request("device.token.revoke", { deviceId: device.deviceId, role }), t("devices.revoke.done"));
      await loader.refresh();
    }
  }

  const names = ["device.pair.requested", "device.pair.resolved", "presence", "@hello"];
  const undo = names.map((name) => app.connection.on(name, () => loader.refresh()));
  loader.refresh();
  return () => {
    loader.stop();
    undo.forEach((end) => end());
  };
}

function nameOf(device) {
  return device.displayName || device.clientId || device.deviceId.slice(0, SHORT);
}

/** What role and scopes mean, in words. */
function powers(role, scopes = []) {
  if (role === "node") {
    return t("power.node");
  }
  if (scopes.includes("operator.admin")) {
    return t("power.operator.admin");
  }
  return scopes.map((scope) => (has(`power.${scope}`) ? t(`power.${scope}`) : scope)).join(", ") || t("power.none");
}
