// What a conversation is called.

import { t } from "../i18n.js";

/** The name that its owner gave it, or what it began with, or what it is. */
export function titleOf(session, app) {
  const named = session.label || session.derivedTitle || session.displayName || session.subject;
  if (named) {
    return named;
  }
  return session.key === app.canonical("main") ? t("session.main") : t("session.unnamed");
}
