// Which values of a configuration are secret, and how its text is shown without them.

const NAMED_SECRET = /(password|passwd|secret|token|api_?key|authorization|private_?key)$/i;
// What only points to a secret is none: a place in the keyring, a variable.
const REFERENCE = /^(keyring:[\w.@+:/-]+|\$\{\w+\})$/;
const MARK = /\[hidden (\d+)\]/g;

/** The hints of the schema as a tree, "*" standing for any name or number. */
export function hintTree(hints) {
  const root = { children: new Map() };
  for (const [path, hint] of Object.entries(hints)) {
    let node = root;
    for (const key of path.split(".")) {
      if (!node.children.has(key)) {
        node.children.set(key, { children: new Map() });
      }
      node = node.children.get(key);
    }
    node.hint = hint;
  }
  return root;
}

/** Does a value of this kind have to be hidden? */
export function isSecret(key, value, hint) {
  return typeof value === "string" && value !== "" && !REFERENCE.test(value) && Boolean(hint?.sensitive || NAMED_SECRET.test(key));
}

/** All secret texts in a configuration, each once. */
export function secretsIn(value, node) {
  const found = new Set();
  walk(value, node, "", found);
  return [...found];
}

/**
 * The text with a mark in place of each secret: {text, restore}. `restore(text)` puts them back where marks stand. null
 * when a secret cannot be found in the text as it is written, so that nothing can be promised.
 */
export function masked(raw, secrets) {
  const written = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  if (written.some((one) => !raw.includes(one))) {
    return null;
  }
  // The longest first, or a shorter one would be cut out of it.
  const order = [...written].sort((one, other) => other.length - one.length);
  let text = raw;
  for (const [index, one] of order.entries()) {
    text = text.replaceAll(one, `[hidden ${index + 1}]`);
  }
  return { text, restore: (edited) => edited.replace(MARK, (mark, number) => order[Number(number) - 1] ?? mark) };
}

function walk(value, node, key, found) {
  if (isSecret(key, value, node?.hint)) {
    found.add(value);
  } else if (value && typeof value === "object") {
    for (const [name, inner] of Object.entries(value)) {
      const under = node?.children.get(name) ?? node?.children.get("*");
      // In a list of secrets, each is one.
      walk(inner, under ?? (Array.isArray(value) && node?.hint ? { ...node, children: new Map() } : undefined), Array.isArray(value) ? key : name, found);
    }
  }
}
