// Numbers, sizes and times for people.

import { current, number, t } from "../i18n.js";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const STEPS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** Bytes, such as "12.3 MiB". */
export function size(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${number(value, value < 10 && unit ? 1 : 0)} ${UNITS[unit]}`;
}

/** A count as short as "1.3k". */
export function amount(value) {
  return new Intl.NumberFormat(current(), { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

/** Seconds as the two largest units, such as "3 d 4 h". */
export function duration(seconds) {
  const left = Math.max(0, Math.floor(seconds));
  const first = STEPS.findIndex(([, length]) => left >= length);
  if (first < 0) {
    return t("time.second", { n: 0 });
  }
  const [name, length] = STEPS[first];
  const parts = [t(`time.${name}`, { n: Math.floor(left / length) })];
  const next = STEPS[first + 1];
  const rest = next ? Math.floor((left % length) / next[1]) : 0;
  if (rest) {
    parts.push(t(`time.${next[0]}`, { n: rest }));
  }
  return parts.join(" ");
}

/** How long ago, such as "3 minutes ago"; a day and the time when it is longer than a week. */
export function ago(ms, now = Date.now()) {
  const seconds = Math.round((now - ms) / 1000);
  if (seconds < 10) {
    return t("time.now");
  }
  if (seconds > 7 * 86_400) {
    return date(ms);
  }
  const [name, length] = STEPS.find(([, step]) => seconds >= step);
  return new Intl.RelativeTimeFormat(current(), { numeric: "auto" }).format(-Math.floor(seconds / length), name);
}

/** The time of day; with the day when it is another one. */
export function clock(ms) {
  const moment = new Date(ms);
  const today = moment.toDateString() === new Date().toDateString();
  const day = today ? {} : { month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(current(), { ...day, hour: "2-digit", minute: "2-digit" }).format(moment);
}

/** The time of day with seconds. */
export function seconds(ms) {
  const parts = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
  return new Intl.DateTimeFormat(current(), parts).format(new Date(ms));
}

/** Day and time. */
export function date(ms) {
  return new Intl.DateTimeFormat(current(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(ms));
}

// What a person would not see, or would see in another order than it runs: controls, marks of direction, no-width
// letters, strange spaces, variation selectors and tags. Source: Unicode 16, categories Cc, Cf, Zl, Zp, Zs.
const HIDDEN = /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/gu;

/** The text in pieces: [text, false] as it stands, [text, true] for a letter that is written out, as \u202e. */
export function pieces(text) {
  const found = [];
  let at = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > at) {
      found.push([text.slice(at, match.index), false]);
    }
    found.push([escaped(match[0]), true]);
    at = match.index + match[0].length;
  }
  if (at < text.length) {
    found.push([text.slice(at), false]);
  }
  return found;
}

function escaped(letter) {
  const known = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[letter];
  const code = letter.codePointAt(0).toString(16);
  return known ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
}
