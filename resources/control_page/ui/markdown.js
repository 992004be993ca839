// Markdown as elements. Nothing of the text ever becomes markup: each piece is put in as text, and links lead to the web
// or to mail only.

import { t } from "../i18n.js";
import { h } from "./dom.js";
import { copyButton } from "./parts.js";

// Strangers write what these search: none may try the same characters again and again.
const FENCE = /^ {0,3}(`{3,}|~{3,}(?!~))([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*)$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const TASK = /^\[([ xX])\]\s+/;
const SAFE_LINK = /^(https?:\/\/|mailto:)/i;
const DEEPEST = 8;

/** The text as a list of elements. */
export function markdown(text) {
  return blocks(text.replaceAll("\r\n", "\n").split("\n"), 0);
}

function blocks(lines, depth) {
  const made = [];
  let at = 0;
  while (at < lines.length) {
    const [element, next] = block(lines, at, depth);
    if (element) {
      made.push(element);
    }
    at = next;
  }
  return made;
}

function block(lines, at, depth) {
  const line = lines[at];
  if (!line.trim()) {
    return [null, at + 1];
  }
  const fence = FENCE.exec(line);
  if (fence) {
    return code(lines, at, fence);
  }
  const heading = HEADING.exec(line);
  if (heading) {
    return [h(`h${Math.min(6, heading[1].length + 2)}`, { class: "md-heading" }, inline(withoutMarks(heading[2]))), at + 1];
  }
  if (RULE.test(line)) {
    return [h("hr"), at + 1];
  }
  if (QUOTE.test(line) && depth < DEEPEST) {
    const end = lines.findIndex((one, index) => index > at && !QUOTE.test(one));
    const inner = lines.slice(at, end < 0 ? lines.length : end).map((one) => one.replace(QUOTE, ""));
    return [h("blockquote", {}, blocks(inner, depth + 1)), at + inner.length];
  }
  if (ITEM.test(line) && depth < DEEPEST) {
    return list(lines, at, depth);
  }
  if (line.includes("|") && isTableRule(lines[at + 1] ?? "")) {
    return table(lines, at);
  }
  return paragraph(lines, at);
}

function paragraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !FENCE.test(lines[end]) && !HEADING.test(lines[end]) && !QUOTE.test(lines[end]) && !ITEM.test(lines[end])) {
    end += 1;
  }
  const content = lines.slice(at, end).flatMap((line, index) => [index > 0 && h("br"), ...inline(line.trim())]);
  return [h("p", {}, content), end];
}

/** The text of a heading without the marks and blanks at its end. */
function withoutMarks(text) {
  let end = text.trimEnd().length;
  while (text[end - 1] === "#") {
    end -= 1;
  }
  return text.slice(0, end).trim();
}

/** Whether the line is the one below a table's head, as "|---|:-:|". */
function isTableRule(line) {
  return /^[\s|:-]+$/.test(line) && line.trim().replace(/^\||\|$/g, "").split("|").every((cell) => /^:?-+:?$/.test(cell.trim()));
}

function code(lines, at, [, fence, about]) {
  const [language] = about.trim().split(/\s/, 1);
  let end = at + 1;
  while (end < lines.length && !(lines[end].trim().startsWith(fence) && !lines[end].trim().slice(fence.length).replaceAll(fence[0], ""))) {
    end += 1;
  }
  const text = lines.slice(at + 1, end).join("\n");
  return [codeBlock(text, language), end + 1];
}

/** A block of code with its language and a button that copies it. */
export function codeBlock(text, language = "") {
  const head = h("div", { class: "code-head" }, h("span", { text: language || t("chat.code") }), copyButton(() => text, t("copy")));
  return h("div", { class: "code-block" }, head, h("pre", { tabindex: "0" }, h("code", { text })));
}

function list(lines, at, depth) {
  const [, indent, mark] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(mark);
  const items = [];
  let end = at;
  while (end < lines.length) {
    const found = ITEM.exec(lines[end]);
    const blank = !lines[end].trim();
    const inside = lines[end].startsWith(" ".repeat(indent.length + 2));
    if (found && found[1].length <= indent.length + 1 && /\d/.test(found[2]) === ordered) {
      items.push([found[3]]);
    } else if (items.length && (inside || (blank && goesOn(lines, end + 1, indent.length)))) {
      items.at(-1).push(blank ? "" : lines[end].slice(Math.min(indent.length + (ordered ? 3 : 2), lines[end].search(/\S/))));
    } else {
      break;
    }
    end += 1;
  }
  const start = ordered ? parseInt(mark, 10) : 1;
  const attributes = ordered && start !== 1 ? { start } : {};
  return [h(ordered ? "ol" : "ul", attributes, items.map((item) => h("li", { class: TASK.test(item[0]) ? "task" : undefined }, itemContent(item, depth)))), end];
}

function goesOn(lines, at, indent) {
  return at < lines.length && (lines[at].startsWith(" ".repeat(indent + 2)) || (ITEM.exec(lines[at])?.[1].length ?? -1) === indent);
}

function itemContent(lines, depth) {
  const task = TASK.exec(lines[0]);
  const rest = task ? [lines[0].slice(task[0].length), ...lines.slice(1)] : lines;
  const content = blocks(rest, depth + 1);
  // A short item is a line, not a paragraph.
  const flat = content[0]?.tagName === "P" ? [...content[0].childNodes, ...content.slice(1)] : content;
  return task ? [h("input", { type: "checkbox", disabled: true, checked: task[1] !== " " }), ...flat] : flat;
}

function table(lines, at) {
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|") && lines[end].trim()) {
    end += 1;
  }
  const head = h("thead", {}, h("tr", {}, cells(lines[at]).map((cell) => h("th", { scope: "col" }, inline(cell)))));
  const rows = lines.slice(at + 2, end).map((line) => h("tr", {}, cells(line).map((cell) => h("td", {}, inline(cell)))));
  return [h("div", { class: "table-scroll", tabindex: "0" }, h("table", {}, head, h("tbody", {}, rows))), end];
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

// What can stand inside a line, tried in this order; each finds its own first place from a given one on.
const INLINE = [
  [/(`+)([^`](?:.*?[^`])?)\1(?!`)/y, (found) => h("code", { text: found[2] })],
  [/\[([^\]\n]{1,500})\]\(\s*<?([^\s)>]{1,2000})>?(?:\s+"[^"\n]*")?\s*\)/y, (found, depth) => link(found[2], inline(found[1], depth + 1), found[0])],
  [/<?(https?:\/\/[^\s<>"'`)\]]{1,2000}[^\s<>"'`)\].,;:!?])>?/y, (found) => link(found[1], [found[1]], found[0])],
  [/\*\*(?=\S)(.{1,2000}?\S?)\*\*/y, (found, depth) => h("strong", {}, inline(found[1], depth + 1))],
  [/__(?=\S)(.{1,2000}?\S?)__(?!\w)/y, (found, depth) => h("strong", {}, inline(found[1], depth + 1))],
  [/~~(?=\S)(.{1,2000}?\S?)~~/y, (found, depth) => h("s", {}, inline(found[1], depth + 1))],
  [/\*(?=[^\s*])(.{0,2000}?[^\s*])\*(?!\*)/y, (found, depth) => h("em", {}, inline(found[1], depth + 1))],
  [/_(?=[^\s_])(.{0,2000}?[^\s_])_(?!\w)/y, (found, depth) => h("em", {}, inline(found[1], depth + 1))],
  [/\\([\\`*_{}[\]()#+\-.!|~<>])/y, (found) => found[1]],
];
const SPECIAL = /[`[<h*_~\\]/g;

/** One line as texts and elements. */
export function inline(text, depth = 0) {
  const made = [];
  let plain = 0;
  let at = 0;
  while (at < text.length && depth < DEEPEST) {
    SPECIAL.lastIndex = at;
    const next = SPECIAL.exec(text);
    if (!next) {
      break;
    }
    at = next.index;
    const [element, length] = piece(text, at, depth);
    if (length) {
      made.push(text.slice(plain, at), element);
      at += length;
      plain = at;
    } else {
      at += 1;
    }
  }
  made.push(text.slice(plain));
  return made.filter((one) => one !== "");
}

function piece(text, at, depth) {
  const inWord = at > 0 && /\w/.test(text[at - 1]);
  if (inWord && (text[at] === "_" || text[at] === "h")) {
    return [null, 0];
  }
  for (const [pattern, make] of INLINE) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) {
      return [make(found, depth), found[0].length];
    }
  }
  return [null, 0];
}

function link(href, content, whole) {
  if (!SAFE_LINK.test(href)) {
    return whole;
  }
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", class: "link", title: href }, content);
}
