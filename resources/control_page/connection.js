// The socket to the gateway: handshake, requests, events, reconnecting with patience. Source: gateway protocol 3 and 4.

import { proof } from "./device.js";

const CLIENT = { id: "clawdbot-control-ui", mode: "webchat", version: "1" };
const ROLE = "operator";
const SCOPES = ["operator.admin", "operator.approvals", "operator.pairing"];
const REQUEST_MS = 30_000;
const FIRST_WAIT_MS = 800;
const LONGEST_WAIT_MS = 15_000;
const GROWTH = 1.7;

/** A request that failed; `code` is the gateway's, or "LOST" or "TIMEOUT" of this side. */
export class RequestError extends Error {
  constructor({ code = "UNAVAILABLE", message = "", details, retryAfterMs } = {}) {
    super(message);
    this.code = code;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * One signed-in line to the gateway, kept up until `close`. Events of its own, beside those of the gateway under their
 * names: "@state" ("connecting", "open", "waiting", "closed"), "@hello" (the hello), "@refused" (RequestError),
 * "@gap" (broadcasts were missed).
 */
export class Connection {
  state = "closed";
  hello = null;
  /** Milliseconds to add to this computer's clock to get the gateway's. */
  clockOffset = 0;
  #url;
  #device;
  #credentials;
  #instance = crypto.randomUUID();
  #socket = null;
  #pending = new Map();
  #listeners = new Map();
  #lastId = 0;
  #lastSeq = null;
  #wait = FIRST_WAIT_MS;
  #retry = 0;
  #silence = 0;
  // Somebody looks again, or the network is back: no reason to wait any longer.
  #hurry = () => {
    if (this.state === "waiting" && !document.hidden) {
      this.#wait = FIRST_WAIT_MS;
      this.open();
    }
  };

  /** `credentials()` is asked for each try: {password} or {deviceToken}. */
  constructor(url, device, credentials) {
    this.#url = url;
    this.#device = device;
    this.#credentials = credentials;
    addEventListener("online", this.#hurry);
    document.addEventListener("visibilitychange", this.#hurry);
  }

  get deviceId() {
    return this.#device.id;
  }

  /** Does the gateway offer this method? */
  offers(method) {
    return Boolean(this.hello?.features.methods.includes(method));
  }

  /** Call `listener(payload)` for each event of this name; returns what ends that. */
  on(name, listener) {
    const all = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, all.add(listener));
    return () => all.delete(listener);
  }

  open() {
    clearTimeout(this.#retry);
    this.#become("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#frame(socket, JSON.parse(data));
    socket.onclose = ({ code }) => this.#ended(socket, code);
    this.#watchSilence(REQUEST_MS);
  }

  /** End it for good. */
  close() {
    clearTimeout(this.#retry);
    removeEventListener("online", this.#hurry);
    document.removeEventListener("visibilitychange", this.#hurry);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
    this.#over();
    this.#become("closed");
  }

  /** The payload of the answer. Throws RequestError. With `final`, an early "accepted" is passed over. */
  request(method, params = {}, { timeout = REQUEST_MS, final = false } = {}) {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN || (!this.hello && method !== "connect")) {
      return Promise.reject(new RequestError({ code: "LOST" }));
    }
    const id = String(++this.#lastId);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new RequestError({ code: "TIMEOUT" }));
      }, timeout);
      this.#pending.set(id, { resolve, reject, final, timer });
      socket.send(JSON.stringify({ type: "req", id, method, params }));
    });
  }

  #frame(socket, frame) {
    if (socket !== this.#socket) {
      return;
    }
    this.#watchSilence(2 * (this.hello?.policy.tickIntervalMs ?? REQUEST_MS));
    if (frame.type === "res") {
      this.#answered(frame);
    } else if (frame.event === "connect.challenge") {
      this.#connect(frame.payload);
    } else if (frame.type === "event") {
      this.#noteSeq(frame.seq);
      this.#emit(frame.event, frame.payload);
    }
  }

  #answered({ id, ok, payload, error }) {
    const waiting = this.#pending.get(id);
    if (!waiting || (ok && waiting.final && payload?.status === "accepted")) {
      return;
    }
    this.#pending.delete(id);
    clearTimeout(waiting.timer);
    if (ok) {
      waiting.resolve(payload);
    } else {
      waiting.reject(new RequestError(error));
    }
  }

  async #connect({ nonce, ts }) {
    const socket = this.#socket;
    this.clockOffset = ts - Date.now();
    try {
      const auth = this.#credentials();
      // The gateway's own time is what it compares with: a clock that is wrong here does no harm.
      const fields = { clientId: CLIENT.id, clientMode: CLIENT.mode, role: ROLE, scopes: SCOPES, token: auth.deviceToken ?? "" };
      const device = await proof(this.#device, fields, nonce, ts);
      const hello = await this.request("connect", this.#introduction(auth, device));
      if (socket !== this.#socket) {
        return;
      }
      this.hello = hello;
      this.#wait = FIRST_WAIT_MS;
      this.#lastSeq = null;
      this.#emit("@hello", hello);
      this.#become("open");
    } catch (error) {
      if (socket === this.#socket && error instanceof RequestError && error.code !== "LOST") {
        this.#emit("@refused", error);
      }
    }
  }

  #introduction(auth, device) {
    const client = { ...CLIENT, platform: platform(), displayName: browserName(), instanceId: this.#instance };
    return {
      minProtocol: 3, maxProtocol: 4, client, role: ROLE, scopes: SCOPES, caps: [], auth, device,
      locale: navigator.language, userAgent: navigator.userAgent.slice(0, 1024),
    };
  }

  #noteSeq(seq) {
    if (seq === undefined) {
      return;
    }
    const missed = this.#lastSeq !== null && seq > this.#lastSeq + 1;
    this.#lastSeq = seq;
    if (missed) {
      this.#emit("@gap");
    }
  }

  #ended(socket, code) {
    if (socket !== this.#socket) {
      return;
    }
    this.#socket = null;
    this.#over();
    this.#become("waiting");
    // A gateway that restarts is back at once.
    const wait = code === 1012 ? FIRST_WAIT_MS : this.#wait;
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * GROWTH);
    this.#retry = setTimeout(() => this.open(), wait * (0.8 + 0.4 * Math.random()));
  }

  #over() {
    clearTimeout(this.#silence);
    this.hello = null;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new RequestError({ code: "LOST" }));
    }
    this.#pending.clear();
  }

  #watchSilence(limit) {
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#silence = setTimeout(() => {
      socket.close(4000, "tick timeout");
      // A line that is dead does not even close.
      this.#ended(socket, 4000);
    }, limit);
  }

  #become(state) {
    if (state !== this.state) {
      this.state = state;
      this.#emit("@state", state);
    }
  }

  #emit(name, payload) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      listener(payload);
    }
  }
}

/** Where the gateway of this page listens: the page's own address. */
export function gatewayUrl(page) {
  const url = new URL(page);
  return `${url.protocol === "https:" ? "wss" : "ws"}://${url.host}/`;
}

function platform() {
  return navigator.userAgentData?.platform || navigator.platform || "web";
}

function browserName() {
  const agent = navigator.userAgent;
  const known = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
  const name = known.find(([mark]) => agent.includes(mark))?.[1] ?? "Browser";
  return `${name} (${platform()})`;
}
