// Short words about what was just done; a screen reader says them, and they go by themselves.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { errorText } from "./parts.js";

const SHOWN_MS = 5000;

/** Say it. `kind`: "good", "bad" or "info". */
export function toast(text, kind = "good") {
  const place = document.getElementById("toasts");
  const note = h("div", { class: `toast ${kind}` }, icon({ good: "good", bad: "error", info: "info" }[kind], 18), h("span", { class: "wrap", text }));
  place.append(note);
  setTimeout(() => note.remove(), kind === "bad" ? 2 * SHOWN_MS : SHOWN_MS);
}

/** Do it and say what came of it; resolves to the result, undefined after a failure. */
export async function tell(work, done) {
  try {
    const result = await work();
    if (done) {
      toast(done);
    }
    return result;
  } catch (error) {
    toast(errorText(error), "bad");
    return undefined;
  }
}
