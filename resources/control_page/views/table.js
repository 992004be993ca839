// All views, one row each, in the order of the navigation. A view whose data the gateway does not have is not there.

import { alertsView } from "./alerts.js";
import { approvalsView } from "./approvals.js";
import { backupsView } from "./backups.js";
import { channelsView } from "./channels.js";
import { chatView } from "./chat.js";
import { configView } from "./config.js";
import { devicesView } from "./devices.js";
import { diagnosticsView } from "./diagnostics.js";
import { logsView } from "./logs.js";
import { overviewView } from "./overview.js";
import { resourcesView } from "./resources.js";
import { sessionsView } from "./sessions.js";

const always = () => true;

/** `mount(place, app, query)` shows the view and returns what ends it; `shown(hello, health)` says whether it is there. */
export const VIEWS = [
  { id: "overview", sign: "overview", mount: overviewView, shown: always, onPhone: true },
  { id: "chat", sign: "chat", mount: chatView, shown: always, onPhone: true },
  { id: "sessions", sign: "sessions", mount: sessionsView, shown: always },
  { id: "channels", sign: "channels", mount: channelsView, shown: (hello, health) => (health?.channelOrder ?? []).length > 0 },
  { id: "devices", sign: "device", mount: devicesView, shown: always },
  { id: "approvals", sign: "approvals", mount: approvalsView, shown: (hello) => hello.features.methods.includes("exec.approval.resolve") },
  { id: "alerts", sign: "alerts", mount: alertsView, shown: always, onPhone: true },
  { id: "resources", sign: "resources", mount: resourcesView, shown: always, onPhone: true },
  { id: "backups", sign: "backup", mount: backupsView, shown: always },
  { id: "logs", sign: "logs", mount: logsView, shown: always },
  { id: "diagnostics", sign: "tool", mount: diagnosticsView, shown: always },
  { id: "config", sign: "settings", mount: configView, shown: always },
];
