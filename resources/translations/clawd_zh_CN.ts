<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>clawd</name>
    <message>
        <source>, {n} waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>12 or 24 hours.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A message can carry {count} pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A personal assistant that lives on your computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A small model that runs on this computer answers now, without a key and without a network. It is good for a first try and not very clever. For real work choose a bigger one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A turn that takes longer is stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>API key of {name}; it goes into the keyring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Clawd Desktop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address to listen on when bind is custom.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Addresses of proxies whose headers are believed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After silence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After silence of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alerts &amp; quiet hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow sign-in over plain HTTP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An address of your own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An error that was not expected: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answering {n} message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answering {n} messages.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answering…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As provider/model. Empty: the small built-in model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask a question or give a task. The answer is written here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask: {question}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attach a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attach pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backup &amp; restore</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Built-in, small</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Channels &amp; pairing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clients</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closing the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Configuration as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connected to a gateway that another program runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connected to another program's</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conversation actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy gateway password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cut off at the model's length limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data folder: {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deleted “{title}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Detail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter starts a new line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter the key of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Errors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Esc stops; a message sent now waits its turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every day, or after a silence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything is fine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explain how a heat pump works, in five sentences.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a page or command (Ctrl+K)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder that the assistant works in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For 1 hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For 30 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For each connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forward</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forward (Alt+Right)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free software under the MIT licence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From the environment: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Further clients are turned away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get a key from {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Handshake limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide rarely needed settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Highest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hour of the day.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many sessions are answered at the same time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much the model reasons.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Idle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If it fails</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the keyring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the system keyring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In your Tailscale network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Incomplete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is made when the gateway first starts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jump to newest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep running in the background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the assistant running?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeps the assistant running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in the keyring: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LM Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Least important entry that is written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let in people whom Tailscale vouches for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the page in without a device key. Only for a trusted network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light, dark, or whatever the desktop uses now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limit requests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>List conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Load older messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Logs &amp; diagnostics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longer frames close the connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for Ollama and LM Studio…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Low</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the picture smaller and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Medium</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message Clawd</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minimal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models &amp; keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models of {server}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move to keyring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move {name} to the keyring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Much</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs attention: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neither Ollama nor LM Studio is running on this computer. Start one, then open this page again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat (Ctrl+N)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New value; it goes into the keyring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No conversation fits the search.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No keyring on this system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not sent. {why} Your text is back in the box.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing waits for you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notifications come in a later version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OK</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of windows and menus; the assistant answers in the language you write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Older form of reset.idleMinutes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Older logs are removed; 0: never.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ollama</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only crashes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open to the internet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open {host}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open {host}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other models, tried in this order.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PNG, JPEG, WebP and GIF can be sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page or command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password or token; without a choice, whichever of the two is set.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passwords and keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the beginning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted text, {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path in front of the page, such as /clawd, behind a proxy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause assistant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plain text in the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plan a calm weekend for two in the countryside.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Providers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxies and Tailscale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit when idle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reachable from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refresh (F5)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename the conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Request limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Requests per minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume ({time} left)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume assistant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running with the last good settings, because the newest could not be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running {tool}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running — {sessions}, {clients}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running, with one thing to look at: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save although much would be lost?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save drafts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save it again and retry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scroll messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scroll sideways</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send a message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Separated by commas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Serve the control page at the gateway's address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show more of this message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide what the tool did</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show rarely needed settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown in chat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign-in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slow down clients that ask too often.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting and closing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped before an answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TCP port of the gateway. CLAWDBOT_GATEWAY_PORT wins over it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tailscale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Tailscale network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The assistant is paused until you resume it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The assistant is paused until {time}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The claw appears in the tray when you log in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gateway does not run: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gateway has no password yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gateway is stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gateway password, best as a reference into the keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gateway token, best as a reference into the keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key of {name} is kept in the keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring does not answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring does not keep what it is given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring is broken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring is locked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The local network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings cannot be shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tray of your desktop is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The window stays open until the tray is back; the assistant goes on as before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinking… {minutes} min {seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinking… {seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This conversation could not be opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This text has {size}; a message can have {limit}. Name a file instead, or paste only the beginning.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time for a client to sign in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time for one request.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trust Tailscale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trusted proxies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the small one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turns at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlocking was refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until then Overview shows memory and tokens, and `clawd-desktop status` the rest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until then `clawd-desktop call logs.tail` shows the log, and `clawd-desktop status` what is wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until then everything lies in one folder, which Overview names: copy it while Clawd Desktop is closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until then the assistant runs no commands and opens no files of yours.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until then the assistant runs no commands, so there is nothing to approve.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until then what needs you stands on Overview and in the tray menu, and makes no noise.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until then you talk to the assistant here in Chat, with `clawd-desktop chat`, or from any Clawdbot client on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until tomorrow morning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use {model} from {server}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used {tool}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version {version}, up for {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Way of signing in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Web page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Welcome. You can begin right away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What can you do for me on this computer?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What shall we do?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When there is no tray, closing the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the desktop has a tray, the window only hides.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working — {runs}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write to {address}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your desktop has no tray in which Clawd Desktop could stay. It can go on answering in the background; start it again to see its window. This is asked once; Settings can change it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your time zone, such as Europe/Berlin.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>just now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loopback: this computer only. Anything else needs a password or token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no reason was given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>serve: for your own devices; funnel: for the whole internet, password needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{d} d {h} h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{group}, rarely needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{h} h {m} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} answers from now on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} answers: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{m} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is damaged or has too many pixels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is larger than 5 MB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is no file of at most 5 MB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is not a picture that can be sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} client</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} clients</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} connected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} in, {m} out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{page} comes in a later version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{s} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title}, and {n} more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title}, answering now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{tool} failed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
