// Connects with a release of openclaw-node, asks for health and streams a chat; prints all of it.
// Arguments: the folder of the packages, the port, the release, the texts.
import { createRequire } from "node:module";

const [root, port, release, ...texts] = process.argv.slice(2);
const { OpenClawClient } = createRequire(`${root}/package.json`)(`openclaw-node-${release}`);

const url = `ws://127.0.0.1:${port}`;
const faults = [];
const answers = [];
for (const text of texts) {
  const client = new OpenClawClient({ url, token: process.env.CLAWDBOT_GATEWAY_PASSWORD, autoReconnect: false });
  client.on("error", (error) => faults.push(String(error)));
  const hello = await client.connect();
  const health = await client.health();
  const chunks = [];
  for await (const chunk of client.chat(text)) chunks.push([chunk.type, chunk.text]);
  const sessions = await client.sessions.list({ limit: 5 });
  const history = await client.sessions.history("main", { limit: 50 });
  answers.push({ hello, health, chunks, sessions, history });
  await client.disconnect();
}
console.log(JSON.stringify({ answers, faults }));
