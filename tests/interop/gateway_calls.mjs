// Calls gateway methods with the code behind `clawdbot gateway call`; prints {method: {ok}|{error}} for each.
// Arguments: the folder of the packages, the port (both set by the environment's CLAWDBOT_*), [[method, params], ...].
import { pathToFileURL } from "node:url";

const [root, , calls] = process.argv.slice(2);
const { callGateway } = await import(pathToFileURL(`${root}/node_modules/clawdbot/dist/gateway/call.js`));

const answers = [];
for (const [method, params] of JSON.parse(calls)) {
  try {
    answers.push({ ok: await callGateway({ method, params }) });
  } catch (error) {
    answers.push({ error: error.message });
  }
}
console.log(JSON.stringify(answers));
