// What the page says, in the language of the person: every text is a row of the tables in text/.

import en from "./text/en.js";
import noticesZh from "./text/notices-zh-CN.js";
import zh from "./text/zh-CN.js";

export const LANGUAGES = { en: "English", "zh-CN": "简体中文" };
const TABLES = { en, "zh-CN": zh };
const KEPT = "clawd.language";

let language = chosen() || preferred();
document.documentElement.lang = language;

/** The language that is shown now. */
export function current() {
  return language;
}

/** Show another language from now on; whoever shows texts has to show them again. */
export function choose(name) {
  language = name;
  document.documentElement.lang = name;
  try {
    localStorage.setItem(KEPT, name);
  } catch {
    // It is forgotten with the tab.
  }
}

/**
 * The text of this key, with {name} replaced by `values.name`. Where `values.n` is a number, the key is looked for with
 * its plural form ("key.one", "key.other") first.
 */
export function t(key, values = {}) {
  const table = TABLES[language];
  const plural = typeof values.n === "number" ? `${key}.${new Intl.PluralRules(language).select(values.n)}` : key;
  const text = table[plural] ?? table[`${key}.other`] ?? table[key];
  if (text === undefined) {
    throw new Error(`there is no text ${key}`);
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : (value ?? whole);
  });
}

/** A fixed sentence of the gateway, which speaks English, in the language of the person where that is known. */
export function told(sentence) {
  return language === "zh-CN" ? (noticesZh[sentence] ?? sentence) : sentence;
}

/** Is there a text of this key? */
export function has(key) {
  return key in TABLES[language];
}

/** A number with the separators of the language. */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

function chosen() {
  try {
    const name = localStorage.getItem(KEPT);
    return name in TABLES ? name : "";
  } catch {
    return "";
  }
}

function preferred() {
  for (const wish of navigator.languages ?? []) {
    if (wish.toLowerCase().startsWith("zh")) {
      return "zh-CN";
    }
    if (wish.toLowerCase().startsWith("en")) {
      return "en";
    }
  }
  return "en";
}
