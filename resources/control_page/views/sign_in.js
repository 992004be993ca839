// Signing in: by password, by the link of `clawd-desktop dashboard`, or by waiting for the owner's approval.

import { t } from "../i18n.js";
import { h, put } from "../ui/dom.js";
import { duration } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { button, copyButton } from "../ui/parts.js";

const COMMAND = "clawd-desktop dashboard";

/** The whole page while nobody is signed in; returns what ends it. */
export function signInView(place, { store, session, looks }) {
  const body = h("div", { class: "sign-in-body" });
  const title = h("h1", { text: t("signin.title"), tabindex: "-1" });
  const box = h(
    "main", { class: "sign-in", id: "main" },
    h("div", { class: "sign-in-card" }, h("img", { src: "clawd.svg", alt: "", width: 48, height: 48 }), title,
      h("p", { class: "muted", text: location.host }), body),
    h("div", { class: "sign-in-looks" }, looks()),
  );
  put(place, box);
  let timer = 0;
  const draw = () => {
    clearInterval(timer);
    const { phase } = store.now;
    if (phase === "unfit") {
      put(body, notice("warning", t(`unfit.${store.now.unfit}`)), command());
    } else if (phase === "pairing") {
      pairing();
    } else if (phase === "joining" || phase === "starting") {
      joining();
    } else {
      form();
    }
  };

  function joining() {
    const { link } = store.now;
    const text = link === "waiting" ? t("signin.unreachable") : t("signin.joining");
    put(body, h("div", { class: "waiting", role: "status" }, h("span", { class: "spinner" }), h("p", { text })),
      link === "waiting" && button(t("cancel"), { onclick: () => session.cancel() }));
  }

  function pairing() {
    const { deviceId } = store.now.pairing;
    put(
      body,
      h("div", { class: "waiting", role: "status" }, h("span", { class: "spinner" }), h("p", { text: t("signin.pairing") })),
      h("p", { class: "muted small", text: t("signin.pairing.how") }),
      h("p", { class: "code-line" }, h("code", { text: deviceId.slice(0, 16) })),
      button(t("cancel"), { onclick: () => session.cancel() }),
    );
  }

  function form() {
    const error = store.now.signInError;
    const field = h("input", { type: "password", id: "password", class: "field", autocomplete: "current-password", required: true, "aria-describedby": "signin-error" });
    const eye = h("button", { type: "button", class: "sign-button in-field", "aria-pressed": "false", "aria-label": t("signin.show"), title: t("signin.show"), on: { click: reveal } }, icon("eye", 18));
    const go = h("button", { type: "submit", class: "button primary wide", text: t("signin.go") });
    const told = h("div", { id: "signin-error", role: "alert" });
    put(
      body,
      h("form", { class: "stack", on: { submit } },
        h("input", { type: "text", class: "spoken", autocomplete: "username", value: "owner", tabindex: "-1", "aria-hidden": "true", readonly: true }),
        h("label", { for: "password", class: "label", text: t("signin.password") }),
        h("div", { class: "with-button" }, field, eye), told, go),
      command(),
    );
    (error ? told : field).scrollIntoView?.({ block: "nearest" });
    field.focus();
    if (error) {
      put(told, notice("error", sentence(error)));
    }
    if (error?.until) {
      timer = setInterval(() => {
        const left = error.until - Date.now();
        if (left <= 0) {
          clearInterval(timer);
          put(told);
        } else {
          put(told, notice("error", sentence(error)));
        }
      }, 1000);
    }
    function submit(event) {
      event.preventDefault();
      session.signIn({ password: field.value });
    }
    function reveal() {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      eye.setAttribute("aria-pressed", String(!shown));
      put(eye, icon(shown ? "eye" : "eye-off", 18));
      field.focus();
    }
  }

  const undo = store.watch(["phase", "link", "signInError", "pairing"], draw);
  draw();
  return () => {
    clearInterval(timer);
    undo();
  };
}

function sentence({ kind, message, until }) {
  if (kind === "locked") {
    return t("signin.locked", { time: duration(Math.ceil((until - Date.now()) / 1000)) });
  }
  if (!message.startsWith("unauthorized")) {
    return message;
  }
  return t(`signin.wrong.${kind}`);
}

function command() {
  return h("div", { class: "hint" }, h("p", { class: "muted small", text: t("signin.hint") }),
    h("div", { class: "code-line" }, h("code", { text: COMMAND }), copyButton(() => COMMAND)));
}

function notice(kind, text) {
  return h("p", { class: `notice ${kind}` }, icon(kind, 18), h("span", { class: "wrap", text }));
}
