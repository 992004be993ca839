// Signing in and out. What lets this tab back in is a device token in memory and in sessionStorage: it is worth nothing
// without this browser's key, which cannot be taken out. Tabs that are open hand it to one another; nothing is kept.

import { Connection, gatewayUrl } from "./connection.js";
import { ownDevice, Unfit } from "./device.js";

const KEPT = "clawd.deviceToken";
const ASK_TABS_MS = 150;
const PAIRING_RETRY_MS = 3000;

/**
 * The store's keys that this sets: `phase` ("starting", "signin", "joining", "pairing", "ready", "unfit"), `link`
 * ("open", "connecting", "waiting"), `hello`, `signInError` ({kind, message, until}).
 */
export class Session {
  #store;
  #tabs = typeof BroadcastChannel === "function" ? new BroadcastChannel("clawd-session") : null;
  #device = null;
  #token = "";
  #once = {};
  #retry = 0;
  connection = null;

  constructor(store) {
    this.#store = store;
    this.#tabs?.addEventListener("message", ({ data }) => this.#heard(data));
  }

  /** Go on where this tab was, or take the pass that it was opened with, or show the sign-in. */
  async start(pass) {
    try {
      this.#device = await ownDevice();
    } catch (error) {
      if (!(error instanceof Unfit)) {
        throw error;
      }
      this.#store.set({ phase: "unfit", unfit: error.reason });
      return;
    }
    if (pass) {
      this.signIn({ password: pass, isPass: true });
      return;
    }
    this.#token = kept() || (await this.#askTabs());
    if (this.#token) {
      this.#join();
    } else {
      this.#store.set({ phase: "signin" });
    }
  }

  /** Try a password or a pass; what comes of it is in the store. */
  signIn({ password, isPass = false }) {
    this.#once = { password, isPass };
    this.#token = "";
    this.#store.set({ signInError: null });
    this.#join();
  }

  /** Forget this browser's token, here and at the gateway, in all tabs. */
  async signOut() {
    const { connection } = this;
    await connection
      ?.request("device.token.revoke", { deviceId: connection.deviceId, role: "operator" })
      .catch(() => undefined); // The gateway may close the line before it answers.
    this.#tabs?.postMessage({ gone: true });
    this.#leave(null);
  }

  /** Stop waiting for an approval. */
  cancel() {
    this.#leave(null);
  }

  /** The gateway made a new token for this device. */
  useToken(token) {
    this.#keep(token);
  }

  #join() {
    clearTimeout(this.#retry);
    this.connection?.close();
    const connection = new Connection(gatewayUrl(location.href), this.#device, () => this.#credentials());
    this.connection = connection;
    connection.on("@hello", (hello) => this.#welcomed(hello));
    connection.on("@refused", (error) => this.#refused(error));
    connection.on("@state", (state) => this.#store.set({ link: state }));
    const { phase } = this.#store.now;
    this.#store.set({ connection, phase: phase === "pairing" ? phase : "joining" });
    connection.open();
  }

  #credentials() {
    const { password } = this.#once;
    return password ? { password } : { deviceToken: this.#token };
  }

  #welcomed(hello) {
    this.#once = {};
    if (hello.auth?.deviceToken) {
      this.#keep(hello.auth.deviceToken);
    }
    this.#store.set({ phase: "ready", hello, signInError: null, link: "open" });
  }

  #refused(error) {
    if (error.code === "NOT_PAIRED") {
      this.connection.close();
      this.#store.set({ phase: "pairing", pairing: { deviceId: this.#device.id, reason: error.details?.reason } });
      this.#retry = setTimeout(() => this.#join(), PAIRING_RETRY_MS);
      return;
    }
    const { isPass, password } = this.#once;
    const kind = error.retryAfterMs ? "locked" : isPass ? "pass" : password ? "password" : "token";
    this.#leave({ kind, message: error.message, until: error.retryAfterMs ? Date.now() + error.retryAfterMs : 0 });
  }

  #leave(signInError) {
    clearTimeout(this.#retry);
    this.connection?.close();
    this.connection = null;
    this.#once = {};
    this.#token = "";
    forget();
    this.#store.set({ phase: "signin", connection: null, hello: null, signInError });
  }

  #keep(token) {
    this.#token = token;
    try {
      sessionStorage.setItem(KEPT, token);
    } catch {
      // Forbidden storage: this tab then asks again after a reload.
    }
  }

  #askTabs() {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(""), ASK_TABS_MS);
      this.#tabs?.addEventListener("message", ({ data }) => {
        if (typeof data?.token === "string") {
          clearTimeout(timer);
          resolve(data.token);
        }
      });
      this.#tabs?.postMessage({ ask: true });
    });
  }

  #heard(data) {
    if (data?.ask && this.#token && this.#store.now.phase === "ready") {
      this.#tabs.postMessage({ token: this.#token });
    } else if (data?.gone && this.#store.now.phase === "ready") {
      this.#leave(null);
    }
  }
}

function kept() {
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // There was nothing to forget.
  }
}
