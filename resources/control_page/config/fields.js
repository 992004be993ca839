// One setting as a field: how its kind is shown and read.

import { t } from "../i18n.js";
import { h } from "../ui/dom.js";
import { isSecret } from "./secrets.js";

/**
 * The field of a setting. `value` is what the file says (undefined when it says nothing), `changed(value)` is told the
 * new one: undefined takes it out of the file. null when its kind can only be written as text.
 */
export function field(schema, hint, path, value, changed) {
  const kind = kindOf(schema);
  return kind ? KINDS[kind]({ schema, hint, id: `set-${path}`, key: path.split(".").at(-1), value, changed }) : null;
}

/** Which kind of field a setting has, "" for those that are written as text. */
export function kindOf(schema) {
  if (schema.enum) {
    return "choice";
  }
  if (schema.type === "array") {
    return schema.items?.type === "string" ? "lines" : "";
  }
  return { boolean: "yesno", integer: "number", number: "number", string: "text" }[schema.type] ?? "";
}

const KINDS = { choice, yesno, number, text, lines };

function choice({ schema, id, value, changed }) {
  const standard = schema.default === undefined || schema.default === null ? t("config.unset") : t("config.default", { value: schema.default });
  const options = [h("option", { value: "", text: standard }), ...schema.enum.map((one) => h("option", { value: one, text: one, selected: one === value }))];
  return h("select", { class: "field", id, on: { change: ({ target }) => changed(target.value || undefined) } }, options);
}

function yesno({ schema, id, value, changed }) {
  return h("input", { type: "checkbox", class: "switch", role: "switch", id, checked: value ?? schema.default ?? false, on: { change: ({ target }) => changed(target.checked) } });
}

function number({ schema, hint, id, value, changed }) {
  const made = h("input", { type: "number", class: "field", id, step: schema.type === "integer" ? 1 : "any", min: schema.minimum, max: schema.maximum, placeholder: schema.default ?? "", on: { input: read } });
  made.value = value ?? "";
  function read() {
    if (made.value === "") {
      changed(undefined);
    } else if (made.checkValidity()) {
      changed(Number(made.value));
    }
  }
  return hint?.unit ? h("div", { class: "with-unit" }, made, h("span", { class: "muted small", text: hint.unit })) : made;
}

function text({ schema, hint, id, key, value, changed }) {
  const hidden = isSecret(key, value, hint);
  const secretKind = hint?.sensitive && (hidden || value === undefined);
  const made = h("input", { type: secretKind ? "password" : "text", class: "field", id, autocomplete: secretKind ? "new-password" : "off", spellcheck: "false", placeholder: hidden ? t("config.kept") : (hint?.placeholder ?? schema.default ?? ""), on: { input: () => changed(made.value || (hidden ? value : undefined)) } });
  made.value = hidden ? "" : (value ?? "");
  return made;
}

function lines({ id, value, changed }) {
  const made = h("textarea", { class: "field", id, rows: Math.min(6, Math.max(2, (value ?? []).length + 1)), spellcheck: "false", placeholder: t("config.perline"), on: { input: read } });
  made.value = (value ?? []).join("\n");
  function read() {
    const found = made.value.split("\n").map((line) => line.trim()).filter(Boolean);
    changed(found.length || value !== undefined ? found : undefined);
  }
  return made;
}
