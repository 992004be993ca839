// Chats with Clawdbot's own GatewayClient, which checks every frame strictly, and prints what it accepted.
// Arguments: the folder of the packages, the port, the text.
import { pathToFileURL } from "node:url";

const [root, port, text] = process.argv.slice(2);
const { GatewayClient } = await import(pathToFileURL(`${root}/node_modules/clawdbot/dist/gateway/client.js`));

const events = [];
const gaps = [];
let ended;
const end = new Promise((resolve) => (ended = resolve));
const greeted = new Promise((resolve, reject) => {
  const client = new GatewayClient({
    url: `ws://127.0.0.1:${port}`,
    password: process.env.CLAWDBOT_GATEWAY_PASSWORD,
    onHelloOk: (payload) => resolve([client, payload]),
    onConnectError: reject,
    onGap: (gap) => gaps.push(gap),
    onEvent: (event) => {
      events.push(event);
      if (event.event === "chat" && event.payload.state !== "delta") ended();
    },
  });
  client.start();
});
const [client, payload] = await greeted;
const send = { sessionKey: "agent:main:main", message: text, idempotencyKey: "run-1" };
const acknowledged = await client.request("chat.send", send);
await end;
const again = await client.request("chat.send", send);
client.stop();
console.log(JSON.stringify({ hello: payload, acknowledged, again, events, gaps }));
