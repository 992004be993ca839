// Uses what openclaw-node 0.14 has beyond chatting: sessions described and followed, agents, channels, pairing, waiting.
// Arguments: the folder of the packages, the port.
import { createRequire } from "node:module";

const [root, port] = process.argv.slice(2);
const { OpenClawClient } = createRequire(`${root}/package.json`)("openclaw-node-0.14");

const url = `ws://127.0.0.1:${port}`;
const scopes = ["operator.read", "operator.write", "operator.admin", "operator.pairing"];
const connect = async (more) => {
  const token = process.env.CLAWDBOT_GATEWAY_PASSWORD;
  const client = new OpenClawClient({ url, token, autoReconnect: false, ...more });
  await client.connect();
  return client;
};
const refusal = async (promise) => {
  try {
    await promise;
    return null;
  } catch (error) {
    return String(error.message);
  }
};

const speaker = await connect({});
// A device of its own: one that comes back with its token keeps the scopes that it had.
const follower = await connect({ scopes, deviceIdentityPath: `${process.env.HOME}/follower.json` });
const seen = {};
seen.has = ["sessions.describe", "sessions.messages.subscribe", "pairing.list", "pairing.approve", "nope"].map((name) =>
  follower.hasMethod(name),
);
seen.before = await follower.sessions.describe("main");
const heard = [];
let done;
const finished = new Promise((resolve) => (done = resolve));
const subscription = await follower.sessions.subscribeMessages("main", (event) => {
  heard.push({ event: event.event, payload: event.payload });
  if (event.event === "chat" && event.payload.state === "final") done();
});
const chunks = [];
for await (const chunk of speaker.chat("hi", { sessionKey: "main", clientMessageId: "m1" })) chunks.push(chunk);
await finished;
seen.chunks = chunks.map((chunk) => chunk.type);
seen.heard = [...heard];
seen.after = await follower.sessions.describe("agent:main:main", { agentId: "main" });
seen.waited = await follower.agentWait(chunks[0].runId, { timeoutMs: 5000 });
await subscription.unsubscribe();
heard.length = 0;
for await (const chunk of follower.chat("again", { sessionKey: "main", provider: "test", model: "echo" })) void chunk;
seen.afterwards = heard.length;
seen.agents = await follower.agents.list();
seen.channels = await follower.channels.status();
seen.sessions = await follower.sessions.list({ limit: 5, kinds: ["direct"] });
seen.waiting = await follower.pairing.list("telegram");
seen.refused = await refusal(speaker.pairing.approve("telegram", seen.waiting.requests[0].code));
seen.approved = await follower.pairing.approve("telegram", seen.waiting.requests[0].code.toLowerCase());
seen.unknown = await refusal(follower.pairing.approve("telegram", "ZZZZ9999"));
seen.sent = await speaker.sessions.send("work", "without a key");
seen.compacted = await follower.sessions.compact("work", { maxLines: 100 });
seen.reset = await follower.sessions.reset("work", { reason: "new" });
seen.deleted = await follower.sessions.delete("work", { deleteTranscript: true });
const config = await follower.config.get();
seen.patched = await follower.config.patch('{"ui":{"seamColor":"#336699"}}', config.hash, { note: "colour" });
await Promise.all([speaker.disconnect(), follower.disconnect()]);
console.log(JSON.stringify(seen));
