// What tests ask of the control page from inside the browser; each is a function of `window.checks`.

addEventListener("securitypolicyviolation", (event) => {
  console.error(`refused ${event.violatedDirective} ${event.blockedURI}`);
});
addEventListener("unhandledrejection", (event) => {
  console.error(`not caught: ${event.reason?.stack ?? event.reason}`);
});

window.checks = {
  /** How taking the key out of the browser fails, and whether it could. */
  async key() {
    const open = indexedDB.open("clawd-control");
    const base = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
    const ask = base.transaction("device").objectStore("device").get("own");
    const { key } = await new Promise((resolve) => (ask.onsuccess = () => resolve(ask.result)));
    const failure = await crypto.subtle.exportKey("pkcs8", key).catch((error) => error.name);
    return [failure, key.extractable];
  },

  /** Pastes a picture that is far too large for one frame of the socket. */
  async pasteNoise() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1200;
    const paint = canvas.getContext("2d");
    const noise = paint.createImageData(1200, 1200);
    for (let at = 0; at < noise.data.length; at += 65_536) {
      crypto.getRandomValues(noise.data.subarray(at, Math.min(at + 65_536, noise.data.length)));
    }
    paint.putImageData(noise, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([blob], "noise.png", { type: "image/png" }));
    const paste = new ClipboardEvent("paste", { clipboardData, cancelable: true, bubbles: true });
    document.querySelector(".composer-text").dispatchEvent(paste);
  },

  /** Elements that Markdown must never become; "slow" when hostile text takes longer than two seconds. */
  async markdown() {
    const { markdown } = await import(new URL("ui/markdown.js", document.querySelector("[src='app.js']").src));
    const texts = [
      "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](data:text/html,x)", "[a](//evil.example)",
      "<svg onload=alert(1)>", "![x](javascript:alert(1))", '<https://a.example/"onmouseover=alert(1)>',
      '[a](https://a.example/"onx=1)', "`<b>`", "|<i>|\n|-|\n|<u>|", "[a](vbscript:x) [b](\tjavascript:x)",
      "> ".repeat(200) + "deep", "- ".repeat(200) + "deep", "*".repeat(5000), "[".repeat(5000), "`".repeat(5001),
      "a*b".repeat(3000), "**a".repeat(2000), "_a ".repeat(2000), "|-".repeat(3000) + "\n" + "|-".repeat(3000),
      "# a" + " ".repeat(50_000) + "b", "```" + " ".repeat(50_000) + "`", "a|b\n-" + " ".repeat(50_000) + "x",
      "~".repeat(50_000) + "`",
    ];
    const started = performance.now();
    const box = document.createElement("div");
    texts.forEach((text) => box.append(...markdown(text)));
    const isBad = (one) =>
      /^(SCRIPT|SVG|IMG|B|I|U|IFRAME|OBJECT)$/i.test(one.tagName) ||
      [...one.attributes].some(
        ({ name, value }) => name.startsWith("on") || (name === "href" && !/^(https?:|mailto:)/i.test(value)),
      );
    const bad = [...box.querySelectorAll(":not(.icon, .icon *)")].filter(isBad).map((one) => one.outerHTML);
    return [...bad, ...(performance.now() - started > 2000 ? ["slow"] : [])];
  },

  /** Keys of the tables of texts that one language lacks, or whose {names} differ. */
  async texts() {
    const root = document.querySelector("[src='app.js']").src;
    const load = async (name) => (await import(new URL(`text/${name}.js`, root))).default;
    const [en, zh] = await Promise.all([load("en"), load("zh-CN")]);
    const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join();
    const lacking = [...Object.keys(en).filter((key) => !(key in zh)), ...Object.keys(zh).filter((key) => !(key in en))];
    return [...lacking, ...Object.keys(en).filter((key) => key in zh && names(en[key]) !== names(zh[key]))];
  },

  /** The name of what has the focus, and whether that can be seen. */
  focus() {
    const one = document.activeElement;
    const seen = one === document.body || getComputedStyle(one).outlineStyle !== "none";
    return [one.getAttribute("aria-label") || one.innerText.trim(), seen];
  },

  /** What keeps somebody from using what is shown: no name, a forced order, low contrast, wider than the screen. */
  faults() {
    return [...overflow(), ...names(), ...structure(), ...contrast()];
  },
};

function shown(one) {
  const seen = one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  return seen && !one.closest(".spoken, .skip, [aria-hidden=true]");
}

function label(one) {
  return `${one.tagName}.${one.getAttribute("class")} ${(one.textContent || "").trim().slice(0, 30)}`;
}

function overflow() {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) {
    found.push(`scrolls sideways: ${document.documentElement.scrollWidth}`);
  }
  for (const one of document.querySelectorAll("main, main *, nav.bottom *, dialog, dialog *")) {
    const box = one.getBoundingClientRect();
    const scrolls = one.closest("pre, .table-scroll, .log-lines, textarea, .chat-list, svg, .diff");
    if (shown(one) && !scrolls && box.width > 1 && (box.right > innerWidth + 1 || box.left < -1)) {
      found.push(`sticks out: ${label(one)}`);
    }
  }
  return found;
}

function names() {
  const texts = (ids) => (ids || "").split(" ").map((id) => document.getElementById(id)?.textContent || "").join("");
  const kinds = "a[href], button, input, select, textarea, [role=menuitem], [tabindex='0'], dialog, nav, [role=img], table";
  return [...document.querySelectorAll(kinds)].filter((one) => {
    const own = ["INPUT", "SELECT", "TEXTAREA"].includes(one.tagName) ? "" : one.textContent.trim();
    const labels = [...(one.labels || [])].map((text) => text.textContent).join("");
    const name = one.getAttribute("aria-label") || texts(one.getAttribute("aria-labelledby")) || labels || own;
    return shown(one) && !name && !one.matches(".md input[disabled]");
  }).map((one) => `has no name: ${label(one)}`);
}

function structure() {
  const found = [];
  const count = (what) => document.querySelectorAll(what).length;
  for (const what of ["h1", "main"]) {
    if (count(what) !== 1) {
      found.push(`${count(what)} times ${what}`);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  found.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id twice: ${id}`));
  found.push(...[...document.querySelectorAll("img:not([alt])")].map(() => "img without alt"));
  for (const one of document.querySelectorAll("[tabindex]")) {
    if (Number(one.getAttribute("tabindex")) > 0) {
      found.push(`tab order forced: ${label(one)}`);
    }
  }
  for (const one of document.querySelectorAll("[aria-describedby]")) {
    if (!document.getElementById(one.getAttribute("aria-describedby"))) {
      found.push(`described by nothing: ${label(one)}`);
    }
  }
  return found;
}

function contrast() {
  const found = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const one = node.parentElement;
    if (node.textContent.trim() && shown(one) && !one.closest(":disabled, option, noscript, svg")) {
      const behind = ground(one);
      const front = over(colour(getComputedStyle(one).color), behind);
      const [high, low] = [light(front), light(behind)].sort((x, y) => y - x);
      const ratio = (high + 0.05) / (low + 0.05);
      if (ratio < 4.5) {
        found.set(one.className, `contrast ${ratio.toFixed(2)}: ${label(one)}`);
      }
    }
  }
  return [...found.values()];
}

function colour(text) {
  const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
  const scale = text.startsWith("color(") ? 255 : 1;
  return [r * scale, g * scale, b * scale, a];
}

function over([r, g, b, a], [x, y, z]) {
  return [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
}

function ground(one) {
  const layers = [];
  for (let at = one; at; at = at.parentElement) {
    layers.push(colour(getComputedStyle(at).backgroundColor));
    if (layers.at(-1)[3] === 1) {
      break;
    }
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
}

// Source: WCAG 2.2, relative luminance.
function light(parts) {
  const [r, g, b] = parts.map((part) => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
