// Messages of a conversation as elements.

import { t } from "../i18n.js";
import { h } from "../ui/dom.js";
import { clock } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { markdown } from "../ui/markdown.js";
import { copyText, signButton } from "../ui/parts.js";
import { toast } from "../ui/toast.js";

const LONGEST_TOOL_TEXT = 20_000;
const IMAGE_KIND = /^image\/(png|jpeg|webp|gif)$/;

/** The parts of a message's content; a plain text is one part. */
export function parts(message) {
  const { content } = message;
  return typeof content === "string" ? [{ type: "text", text: content }] : Array.isArray(content) ? content : [];
}

/** All text of a message. */
export function textOf(message) {
  return parts(message).filter((part) => part.type === "text").map((part) => part.text).join("");
}

/** What tells a message from others, so that what is shown already stays as it is. */
export function keyOf(message) {
  return JSON.stringify([message.role, message.timestamp, textOf(message).length, parts(message).length, message.toolCallId]);
}

/** One message of the history. */
export function messageElement(message, name) {
  if (message.role === "toolResult") {
    return toolResult(message);
  }
  return message.role === "user" ? said(message) : answer(message, name);
}

/** An answer while it comes: `show(text)` shows all of it so far. */
export function growingAnswer(name) {
  const body = h("div", { class: "md" }, h("span", { class: "typing", role: "img", "aria-label": t("chat.thinking") }, h("i"), h("i"), h("i")));
  const element = h("article", { class: "message answer growing", "aria-busy": "true" }, author(name), body);
  let waiting = "";
  let frame = 0;
  return {
    element,
    show(text) {
      waiting = text;
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        body.replaceChildren(...markdown(waiting));
      });
    },
    addTool(tool, title) {
      element.insertBefore(h("p", { class: "tool-line" }, icon("tool", 16), h("span", { class: "wrap", text: title })), body);
    },
  };
}

/** What went wrong with an answer, with the button that asks again. */
export function failure(text, again) {
  const retry = h("button", { type: "button", class: "button", on: { click: again } }, icon("refresh", 16), h("span", { text: t("chat.again") }));
  return h("article", { class: "message failed", role: "alert" }, h("p", { class: "notice error" }, icon("error", 18), h("span", { class: "wrap", text })), again && retry);
}

/** A line between messages, such as "Stopped". */
export function remark(text) {
  return h("p", { class: "remark", text });
}

function said(message) {
  const images = parts(message).filter((part) => part.type === "image").map(picture);
  const text = textOf(message);
  return h(
    "article", { class: "message said", "aria-label": t("chat.you") },
    images.length > 0 && h("div", { class: "pictures" }, images),
    text && h("div", { class: "bubble wrap", text }),
    foot(message.timestamp, text),
  );
}

function answer(message, name) {
  const text = textOf(message);
  const calls = parts(message).filter((part) => part.type === "toolCall").map(toolCall);
  const thoughts = parts(message).filter((part) => part.type === "thinking" && part.thinking).map((part) => thought(part.thinking));
  const model = message.model && message.model !== "delivery" ? message.model : "";
  return h(
    "article", { class: "message answer", "aria-label": name },
    author(name, [model, message.timestamp && clock(message.timestamp)].filter(Boolean).join(" · ")),
    thoughts,
    text && h("div", { class: "md" }, markdown(text)),
    calls,
    message.stopReason === "error" && message.errorMessage && h("p", { class: "notice error" }, icon("error", 18), h("span", { class: "wrap", text: message.errorMessage })),
    message.stopReason === "aborted" && remark(t("chat.stopped")),
    text && h("div", { class: "message-foot" }, copier(text)),
  );
}

function author(name, about = "") {
  return h("div", { class: "author" }, h("img", { src: "clawd.svg", alt: "", width: 20, height: 20 }), h("strong", { text: name }), about && h("span", { class: "muted small", text: about }));
}

function foot(timestamp, text) {
  return h("div", { class: "message-foot" }, text && copier(text), timestamp && h("time", { class: "muted small", text: clock(timestamp) }));
}

function copier(text) {
  return signButton(t("chat.copy"), "copy", { onclick: async () => { await copyText(text); toast(t("copied")); } });
}

function picture(part) {
  const kind = part.mimeType ?? part.source?.media_type ?? "";
  const data = part.data ?? part.source?.data ?? "";
  if (!IMAGE_KIND.test(kind) || !data) {
    return h("p", { class: "muted", text: t("chat.picture") });
  }
  return h("img", { class: "picture", src: `data:${kind};base64,${data}`, alt: t("chat.picture") });
}

function thought(text) {
  return h("details", { class: "folded" }, h("summary", { text: t("chat.thought") }), h("p", { class: "muted wrap", text }));
}

function toolCall(part) {
  const detail = JSON.stringify(part.arguments ?? {}, null, 2).slice(0, LONGEST_TOOL_TEXT);
  return folded(t("chat.tool", { name: part.name }), detail);
}

function toolResult(message) {
  const name = message.toolName ?? "";
  const title = message.isError ? t("chat.tool.failed", { name }) : t("chat.tool.result", { name });
  return h("article", { class: "message tool" }, folded(title, textOf(message).slice(0, LONGEST_TOOL_TEXT)));
}

function folded(title, text) {
  return h("details", { class: "folded" }, h("summary", {}, icon("tool", 16), h("span", { class: "wrap", text: title })), h("pre", { tabindex: "0" }, h("code", { text })));
}
