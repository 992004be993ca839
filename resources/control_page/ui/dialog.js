// Questions in the browser's own modal dialog: it holds the focus, Escape means no, and the focus goes back afterwards.

import { t } from "../i18n.js";
import { h } from "./dom.js";
import { button } from "./parts.js";

/**
 * Ask; resolves to true when `action` is chosen. `danger` marks what cannot be undone: then "Cancel" has the focus.
 * `bound` gets the button of the action.
 */
export function confirm({ title, text, action, danger = false, body = [], wide = false, bound = () => undefined }) {
  return new Promise((resolve) => {
    let answer = false;
    const cancel = button(t("cancel"), { onclick: () => dialog.close() });
    const go = button(action, { kind: danger ? "danger" : "primary", onclick: () => { answer = true; dialog.close(); } });
    const dialog = open(title, [text && h("p", { class: "wrap", text }), body], [cancel, go], () => resolve(answer), wide);
    bound(go);
    (danger ? cancel : go).focus();
  });
}

/** Ask for a line of text; resolves to it, or to null. With `type` "password" it is not shown. */
export function prompt({ title, label, value = "", action, maxLength = 64, type = "text" }) {
  return new Promise((resolve) => {
    let answer = null;
    const field = h("input", { type, autocomplete: "off", class: "field", maxlength: maxLength, id: "prompt-field" });
    field.value = value;
    const form = h("form", { class: "stack", on: { submit: (event) => { event.preventDefault(); answer = field.value; dialog.close(); } } },
      h("label", { for: "prompt-field", class: "label", text: label }), field);
    const cancel = button(t("cancel"), { onclick: () => dialog.close() });
    const go = button(action, { kind: "primary", onclick: () => form.requestSubmit() });
    const dialog = open(title, [form], [cancel, go], () => resolve(answer));
    field.focus();
    field.select();
  });
}

/** Show something until it is closed. `actions` get the dialog. */
export function show({ title, body, actions = () => [], wide = false }) {
  return new Promise((resolve) => {
    const close = button(t("close"), { onclick: () => dialog.close() });
    const buttons = [close];
    const dialog = open(title, [body], buttons, resolve, wide);
    dialog.querySelector(".dialog-actions").append(...actions(dialog));
    close.focus();
  });
}

function open(title, body, buttons, closed, wide = false) {
  const name = `dialog-${Math.random().toString(36).slice(2)}`;
  const dialog = h("dialog", { class: wide ? "dialog wide" : "dialog", "aria-labelledby": name },
    h("h2", { id: name, text: title }), h("div", { class: "dialog-body" }, body), h("div", { class: "dialog-actions" }, buttons));
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
