// A button that opens a short list of things to do, with the keys that such lists have everywhere.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** `items`: {text, sign, onclick, danger, disabled}. */
export function menuButton(name, items, sign = "more") {
  const list = h("div", { class: "menu", role: "menu", hidden: true }, items.map(entry));
  const opener = h("button", {
    type: "button", class: "sign-button", "aria-label": name, title: name, "aria-haspopup": "menu", "aria-expanded": "false",
    on: { click: () => (list.hidden ? open() : close(true)), keydown: openerKey },
  }, icon(sign, 18));
  const box = h("div", { class: "menu-box", on: { focusout: left } }, opener, list);

  function entry(item) {
    return h("button", {
      type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "menu-item bad" : "menu-item", disabled: item.disabled,
      on: { click: () => { close(true); item.onclick(); }, keydown: itemKey },
    }, icon(item.sign, 16), h("span", { text: item.text }));
  }
  function entries() {
    return [...list.children].filter((one) => !one.disabled);
  }
  function open(last = false) {
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    list.classList.toggle("upwards", opener.getBoundingClientRect().bottom + list.offsetHeight + 8 > innerHeight);
    entries().at(last ? -1 : 0)?.focus();
  }
  function close(back) {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (back) {
      opener.focus();
    }
  }
  function left({ relatedTarget }) {
    if (!box.contains(relatedTarget)) {
      close(false);
    }
  }
  function openerKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      open(event.key === "ArrowUp");
    }
  }
  function itemKey(event) {
    const all = entries();
    const at = all.indexOf(event.currentTarget);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[to % all.length].focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close(true);
    }
  }
  return box;
}
