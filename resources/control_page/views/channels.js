// Messengers that the assistant is reached by, and how each of their accounts is. Shown only when there are some.

import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { ago } from "../ui/format.js";
import { badge, card, emptyState, facts, Loader, viewHead } from "../ui/parts.js";

export function channelsView(place, app) {
  const list = h("div", { class: "cards" });
  put(place, viewHead(t("view.channels"), { sentence: t("channels.sentence") }), list);
  const loader = new Loader(list, () => app.connection.request("channels.status", { probe: false, timeoutMs: 8000 }), draw);

  function draw({ channelOrder, channelLabels, channels, channelAccounts }) {
    put(list, channelOrder.length ? channelOrder.map((id) => channelCard(channelLabels[id] ?? id, channels[id] ?? {}, channelAccounts[id] ?? [])) : emptyState("channels", t("channels.empty"), ""));
  }
  const undo = [app.connection.on("health", () => loader.refresh()), app.connection.on("@hello", () => loader.refresh())];
  loader.refresh();
  return () => {
    loader.stop();
    undo.forEach((end) => end());
  };
}

function channelCard(label, summary, accounts) {
  const rows = (accounts.length ? accounts : [summary]).map((account) => h("div", { class: "stack" },
    h("div", { class: "row" }, account.accountId && account.accountId !== "default" && h("strong", { text: account.name ?? account.accountId }), state(account)),
    facts([[t("channels.in"), when(account.lastInboundAt ?? account.lastMessageAt)], [t("channels.out"), when(account.lastOutboundAt)]]),
    account.lastError && h("p", { class: "notice error small wrap", text: account.lastError })));
  return card(label, { sign: "channels" }, rows);
}

function state(account) {
  if (account.lastError) {
    return badge(t("channels.error"), "bad");
  }
  if (account.connected || account.running) {
    return badge(t("channels.up"), "good");
  }
  return account.configured ? badge(t("channels.down"), "warning") : badge(t("channels.unset"), "plain");
}

function when(at) {
  return at ? ago(at) : "—";
}
