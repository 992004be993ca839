// The page from its start: who is signed in decides whether the sign-in or the frame with its views is shown.

import { current, t } from "./i18n.js";
import { ApprovalQueue, StatusFeed } from "./feeds.js";
import { looks } from "./looks.js";
import { address, Router } from "./router.js";
import { Session } from "./session.js";
import { Shell } from "./shell.js";
import { Store } from "./store.js";
import { signInView } from "./views/sign_in.js";

const place = document.getElementById("page");
const store = new Store({ phase: "starting", link: "closed", connection: null, hello: null, health: null, status: null, approvals: [], identity: null, signInError: null });
const session = new Session(store);
const status = new StatusFeed(store);
const approvals = new ApprovalQueue(store);
const router = new Router((where) => shown?.show?.(where));
let shown = null;

/** What the views work with. */
const app = {
  store,
  session,
  status,
  approvals,
  router,
  get connection() {
    return store.now.connection;
  },
  href: address,
  looks: () => looks(again),
  signOut: () => session.signOut(),
  defaults: () => store.now.hello?.snapshot.sessionDefaults ?? { defaultAgentId: "main", mainKey: "main", mainSessionKey: "agent:main:main" },
  /** The name that the owner gave the assistant; the gateway calls one without a name "Assistant". */
  assistantName: () => (store.now.identity?.name ?? "Assistant").replace(/^Assistant$/, "Clawd"),
  /** The full key of a conversation, however a client called it. */
  canonical(key) {
    const { defaultAgentId, mainKey, mainSessionKey } = app.defaults();
    if (key === "main" || key === mainKey) {
      return mainSessionKey;
    }
    return key.startsWith("agent:") || key === "global" || key === "unknown" ? key : `agent:${defaultAgentId}:${key}`;
  },
};

function draw() {
  const ready = store.now.phase === "ready";
  const kind = `${ready}|${current()}`;
  if (shown?.kind === kind) {
    return;
  }
  shown?.end();
  place.replaceChildren();
  if (ready) {
    const shell = new Shell(place, app);
    shown = { kind, show: (where) => shell.show(where), end: () => shell.end() };
    router.look();
  } else {
    document.title = `${t("signin.title")} · Clawd`;
    shown = { kind, end: signInView(place, app) };
  }
}

function again() {
  draw();
}

store.watch(["phase"], draw);
store.watch(["connection"], ({ connection }) => {
  connection?.on("health", (health) => store.set({ health }));
  connection?.on("@hello", async (hello) => {
    store.set({ health: hello.snapshot.health });
    const identity = await connection.request("agent.identity.get").catch(() => null);
    store.set({ identity });
  });
});
addEventListener("launchpass", () => takePass());

function takePass() {
  const pass = window.launchPass;
  window.launchPass = "";
  if (pass && store.now.phase !== "ready") {
    session.signIn({ password: pass, isPass: true });
  }
}

const pass = window.launchPass;
window.launchPass = "";
draw();
session.start(pass);
