// Prints the methods and events that Clawdbot's own gateway lists.
// Arguments: the folder of the packages.
import { pathToFileURL } from "node:url";

const [root] = process.argv.slice(2);
const list = await import(pathToFileURL(`${root}/node_modules/clawdbot/dist/gateway/server-methods-list.js`));
console.log(JSON.stringify({ methods: list.listGatewayMethods(), events: list.GATEWAY_EVENTS }));
process.exit(0);
