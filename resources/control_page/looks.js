// Theme and language: the two choices that a browser keeps.

import { choose, current, LANGUAGES, t } from "./i18n.js";
import { h } from "./ui/dom.js";
import { icon } from "./ui/icons.js";

const THEMES = ["system", "light", "dark"];
const KEPT = "clawd.theme";

/** The two fields; `again()` is called when everything has to be shown in another language. */
export function looks(again) {
  const theme = h("select", { class: "field slim", "aria-label": t("theme"), on: { change: () => useTheme(theme.value) } },
    THEMES.map((name) => h("option", { value: name, text: t(`theme.${name}`), selected: name === chosenTheme() })));
  const language = h("select", { class: "field slim", "aria-label": t("language"), on: { change: () => { choose(language.value); again(); } } },
    Object.entries(LANGUAGES).map(([name, text]) => h("option", { value: name, text, lang: name, selected: name === current() })));
  return [h("span", { class: "look" }, icon("palette", 16), theme), h("span", { class: "look" }, icon("globe", 16), language)];
}

function chosenTheme() {
  return document.documentElement.dataset.theme ?? "system";
}

function useTheme(name) {
  if (name === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = name;
  }
  try {
    localStorage.setItem(KEPT, name);
  } catch {
    // It is forgotten with the tab.
  }
}
