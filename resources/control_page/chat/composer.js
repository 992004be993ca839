// Where a person writes: text that grows, pictures by button, paste or drop, send and stop.

import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { signButton } from "../ui/parts.js";
import { toast } from "../ui/toast.js";
import { pictures, readPicture } from "./images.js";

const MOST_PICTURES = 4;
// Of the style sheet: the height of a line and what is above and below all of them.
const LINE = 22;
const PADDING = 16;

/**
 * The composer. `send(text, pictures)` and `stop()` are called; `limit()` is the most bytes of a frame. Draft and focus
 * are its own; `running(true)` turns the send button into a stop button.
 */
export function composer({ send, stop, limit }) {
  let attached = [];
  let isRunning = false;
  const field = h("textarea", { class: "composer-text", rows: 1, "aria-label": t("chat.placeholder"), placeholder: t("chat.placeholder"), enterkeyhint: "send", on: { input: changed, keydown: key, paste } });
  const shelf = h("div", { class: "shelf", hidden: true });
  const file = h("input", { type: "file", accept: "image/*", multiple: true, hidden: true, on: { change: () => { take(file.files); file.value = ""; } } });
  const attach = signButton(t("chat.attach"), "attach", { onclick: () => file.click() });
  const go = h("button", { type: "button", class: "send-button", "aria-label": t("chat.send"), title: t("chat.send"), disabled: true, on: { click: act } }, icon("send", 18));
  const hint = h("span", { class: "muted small composer-hint", text: t("chat.keys") });
  const box = h("div", { class: "composer", on: { dragover: over, drop } }, shelf, field, h("div", { class: "composer-foot" }, attach, hint, go), file);

  function changed() {
    field.rows = 1;
    field.rows = Math.min(10, Math.max(1, Math.floor((field.scrollHeight - PADDING) / LINE)));
    go.disabled = !isRunning && !field.value.trim() && !attached.length;
  }
  function key(event) {
    // While a Chinese or Japanese word is being chosen, Enter chooses it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      if (field.value.trim() || attached.length) {
        submit();
      }
    } else if (event.key === "Escape" && isRunning) {
      stop();
    }
  }
  function act() {
    if (isRunning && !field.value.trim() && !attached.length) {
      stop();
    } else {
      submit();
    }
    field.focus();
  }
  function submit() {
    const [text, images] = [field.value, attached];
    field.value = "";
    attached = [];
    drawShelf();
    changed();
    send(text, images);
  }
  function paste(event) {
    const found = pictures(event.clipboardData.files);
    if (found.length) {
      event.preventDefault();
      take(found);
    }
  }
  function over(event) {
    if ([...event.dataTransfer.items].some((item) => item.kind === "file")) {
      event.preventDefault();
    }
  }
  function drop(event) {
    event.preventDefault();
    take(event.dataTransfer.files);
  }
  async function take(files) {
    const found = pictures(files);
    if (found.length < files.length) {
      toast(t("chat.picture.only"), "info");
    }
    for (const one of found.slice(0, MOST_PICTURES - attached.length)) {
      try {
        attached = [...attached, await readPicture(one, room())];
      } catch (error) {
        toast(error.message, "bad");
      }
    }
    drawShelf();
    changed();
    field.focus();
  }
  /** The bytes that one more picture may take: half of what the others leave, so that more may follow. */
  function room() {
    return (limit() - attached.reduce((sum, { content }) => sum + content.length, 0)) / 2;
  }
  function drawShelf() {
    shelf.hidden = !attached.length;
    put(shelf, attached.map((one) => h("div", { class: "shelf-item" }, h("img", { src: one.url, alt: one.fileName }),
      signButton(t("chat.picture.remove", { name: one.fileName }), "close", { onclick: () => { attached = attached.filter((other) => other !== one); drawShelf(); changed(); } }))));
  }

  return {
    element: box,
    focus: () => field.focus(),
    get draft() {
      return field.value;
    },
    set draft(text) {
      field.value = text;
      changed();
    },
    running(now) {
      isRunning = now;
      go.classList.toggle("stops", now);
      const name = now ? t("chat.stop") : t("chat.send");
      go.setAttribute("aria-label", name);
      go.title = name;
      put(go, icon(now ? "stop" : "send", 18));
      changed();
    },
  };
}
