<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>clawd</name>
    <message>
        <source>, {n} waiting</source>
        <translation>，{n} 条等待中</translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation>12 小时制</translation>
    </message>
    <message>
        <source>12 or 24 hours.</source>
        <translation>12 或 24 小时制。</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 小时制</translation>
    </message>
    <message>
        <source>A message can carry {count} pictures.</source>
        <translation>一条消息最多可带 {count} 张图片。</translation>
    </message>
    <message>
        <source>A personal assistant that lives on your computer.</source>
        <translation>住在你电脑里的个人助手。</translation>
    </message>
    <message>
        <source>A small model that runs on this computer answers now, without a key and without a network. It is good for a first try and not very clever. For real work choose a bigger one.</source>
        <translation>现在由一个在本机运行的小模型回答，不需要密钥，也不需要网络。它适合初次试用，但不太聪明。要认真使用，请选择更大的模型。</translation>
    </message>
    <message>
        <source>A turn that takes longer is stopped.</source>
        <translation>超过这个时间的回合会被停止。</translation>
    </message>
    <message>
        <source>API key of {name}; it goes into the keyring</source>
        <translation>{name} 的 API 密钥；会存入密钥环</translation>
    </message>
    <message>
        <source>About Clawd Desktop</source>
        <translation>关于 Clawd Desktop</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Address to listen on besides this computer's own when bind is custom.</source>
        <translation>“可访问范围”选择自定义地址时，除本机地址外还要监听的地址。</translation>
    </message>
    <message>
        <source>Addresses or networks (10.0.0.0/24) of proxies whose headers are believed.</source>
        <translation>信任其请求头的代理地址或网段（如 10.0.0.0/24）。</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>After silence</source>
        <translation>静默之后</translation>
    </message>
    <message>
        <source>After silence of</source>
        <translation>静默多久之后</translation>
    </message>
    <message>
        <source>Alerts &amp; quiet hours</source>
        <translation>告警与免打扰</translation>
    </message>
    <message>
        <source>Allow sign-in over plain HTTP</source>
        <translation>允许通过明文 HTTP 登录</translation>
    </message>
    <message>
        <source>An address of your own</source>
        <translation>自定义地址</translation>
    </message>
    <message>
        <source>An error that was not expected: {error}</source>
        <translation>意外错误：{error}</translation>
    </message>
    <message>
        <source>Answered by {model} because: {reason}</source>
        <translation>由 {model} 回答，原因：{reason}</translation>
    </message>
    <message>
        <source>Answering {n} message.</source>
        <translation>正在回答 {n} 条消息。</translation>
    </message>
    <message>
        <source>Answering {n} messages.</source>
        <translation>正在回答 {n} 条消息。</translation>
    </message>
    <message>
        <source>Answering…</source>
        <translation>正在回答…</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>As provider/model. Empty: the small built-in model.</source>
        <translation>格式为 提供商/模型。留空则使用内置小模型。</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>跟随桌面</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Ask a question or give a task. The answer is written here.</source>
        <translation>提一个问题或交代一项任务，回答会写在这里。</translation>
    </message>
    <message>
        <source>Ask: {question}</source>
        <translation>提问：{question}</translation>
    </message>
    <message>
        <source>Asks</source>
        <translation>询问</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>At</source>
        <translation>时刻</translation>
    </message>
    <message>
        <source>Attach a picture</source>
        <translation>附加图片</translation>
    </message>
    <message>
        <source>Attach pictures</source>
        <translation>附加图片</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>后退</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>后退 (Alt+Left)</translation>
    </message>
    <message>
        <source>Backup &amp; restore</source>
        <translation>备份与恢复</translation>
    </message>
    <message>
        <source>Base path</source>
        <translation>基础路径</translation>
    </message>
    <message>
        <source>Built-in, small</source>
        <translation>内置小模型</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Change model</source>
        <translation>更换模型</translation>
    </message>
    <message>
        <source>Change {name}</source>
        <translation>更改{name}</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Channels &amp; pairing</source>
        <translation>渠道与配对</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>时钟</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Closing the window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Configuration as text</source>
        <translation>配置文本</translation>
    </message>
    <message>
        <source>Connected to a gateway that another program runs.</source>
        <translation>已连接到由另一个程序运行的网关。</translation>
    </message>
    <message>
        <source>Connected to another program's</source>
        <translation>已连接到其他程序的网关</translation>
    </message>
    <message>
        <source>Conversation actions</source>
        <translation>会话操作</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Copy gateway password</source>
        <translation>复制网关密码</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Copy password</source>
        <translation>复制密码</translation>
    </message>
    <message>
        <source>Cut off at the model's length limit</source>
        <translation>已达到模型的长度上限而截断</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>数据文件夹</translation>
    </message>
    <message>
        <source>Data folder: {folder}</source>
        <translation>数据文件夹：{folder}</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete the conversation</source>
        <translation>删除会话</translation>
    </message>
    <message>
        <source>Deleted “{title}”</source>
        <translation>已删除“{title}”</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>详细程度</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>放弃更改</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation>编辑后重新发送</translation>
    </message>
    <message>
        <source>Encrypted file for passwords and keys</source>
        <translation>存放密码和密钥的加密文件</translation>
    </message>
    <message>
        <source>Enter key…</source>
        <translation>输入密钥…</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter starts a new line</source>
        <translation>Enter 发送，Shift+Enter 换行</translation>
    </message>
    <message>
        <source>Enter the key of {name}</source>
        <translation>输入 {name} 的密钥</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Esc stops; a message sent now waits its turn</source>
        <translation>Esc 停止；现在发送的消息会排队等候</translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>Every day, or after a silence.</source>
        <translation>每天，或在静默一段时间之后。</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Everything is fine.</source>
        <translation>一切正常。</translation>
    </message>
    <message>
        <source>Explain how a heat pump works, in five sentences.</source>
        <translation>用五句话解释热泵的工作原理。</translation>
    </message>
    <message>
        <source>Find a page or command (Ctrl+K)</source>
        <translation>查找页面或命令 (Ctrl+K)</translation>
    </message>
    <message>
        <source>Folder that the assistant works in.</source>
        <translation>助手工作所在的文件夹。</translation>
    </message>
    <message>
        <source>For 1 hour</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>For 30 minutes</source>
        <translation>30 分钟</translation>
    </message>
    <message>
        <source>For each device, and for each address of another computer.</source>
        <translation>按每台设备，以及其他电脑的每个地址计。</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>前进</translation>
    </message>
    <message>
        <source>Forward (Alt+Right)</source>
        <translation>前进 (Alt+Right)</translation>
    </message>
    <message>
        <source>Free software under the MIT licence.</source>
        <translation>自由软件，采用 MIT 许可证。</translation>
    </message>
    <message>
        <source>From the environment: {name}</source>
        <translation>来自环境变量：{name}</translation>
    </message>
    <message>
        <source>Further clients are turned away; one of this computer's owner always has a place.</source>
        <translation>超出的客户端会被拒绝；本机主人始终保留一个位置。</translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Get a key from {name}</source>
        <translation>从 {name} 获取密钥</translation>
    </message>
    <message>
        <source>Get one</source>
        <translation>获取</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>前往</translation>
    </message>
    <message>
        <source>Handshake limit</source>
        <translation>握手时限</translation>
    </message>
    <message>
        <source>Hide rarely needed settings</source>
        <translation>隐藏不常用的设置</translation>
    </message>
    <message>
        <source>High</source>
        <translation>高</translation>
    </message>
    <message>
        <source>Highest</source>
        <translation>最高</translation>
    </message>
    <message>
        <source>Hour of the day.</source>
        <translation>一天中的几点。</translation>
    </message>
    <message>
        <source>How many sessions are answered at the same time.</source>
        <translation>同时回答多少个会话。</translation>
    </message>
    <message>
        <source>How much the model reasons.</source>
        <translation>模型思考的深度。</translation>
    </message>
    <message>
        <source>Idle</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>If it fails</source>
        <translation>失败时改用</translation>
    </message>
    <message>
        <source>In the keyring</source>
        <translation>在密钥环中</translation>
    </message>
    <message>
        <source>In the system keyring</source>
        <translation>在系统密钥环中</translation>
    </message>
    <message>
        <source>In your Tailscale network</source>
        <translation>在你的 Tailscale 网络中</translation>
    </message>
    <message>
        <source>Incomplete</source>
        <translation>不完整</translation>
    </message>
    <message>
        <source>It goes on by itself as soon as the folder can be used. Nothing is lost meanwhile.</source>
        <translation>文件夹一可用就会自动继续，其间不会丢失任何内容。</translation>
    </message>
    <message>
        <source>It is made when the gateway first starts.</source>
        <translation>它会在网关首次启动时生成。</translation>
    </message>
    <message>
        <source>Jump to newest</source>
        <translation>跳到最新</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep running in the background</source>
        <translation>继续在后台运行</translation>
    </message>
    <message>
        <source>Keep the assistant running?</source>
        <translation>让助手继续运行吗？</translation>
    </message>
    <message>
        <source>Keeps the assistant running</source>
        <translation>让助手继续运行</translation>
    </message>
    <message>
        <source>Kept in</source>
        <translation>存放于</translation>
    </message>
    <message>
        <source>Kept in the keyring: {name}</source>
        <translation>已存入密钥环：{name}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>LM Studio</source>
        <translation>LM Studio</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Largest frame</source>
        <translation>最大帧</translation>
    </message>
    <message>
        <source>Least important entry that is written.</source>
        <translation>写入日志的最低重要级别。</translation>
    </message>
    <message>
        <source>Let in people whom Tailscale vouches for.</source>
        <translation>允许 Tailscale 担保的人进入。</translation>
    </message>
    <message>
        <source>Let the page in without a device key. Only for a trusted network.</source>
        <translation>允许网页不带设备密钥登录。仅限可信网络。</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Light, dark, or whatever the desktop uses now.</source>
        <translation>浅色、深色，或与桌面一致。</translation>
    </message>
    <message>
        <source>Limit requests</source>
        <translation>限制请求</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>List conversations</source>
        <translation>列出会话</translation>
    </message>
    <message>
        <source>Load older messages</source>
        <translation>加载更早的消息</translation>
    </message>
    <message>
        <source>Loading messages</source>
        <translation>正在加载消息</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Logs &amp; diagnostics</source>
        <translation>日志与诊断</translation>
    </message>
    <message>
        <source>Longer frames close the connection.</source>
        <translation>更长的帧会导致连接关闭。</translation>
    </message>
    <message>
        <source>Longest turn</source>
        <translation>最长回合</translation>
    </message>
    <message>
        <source>Looking for Ollama and LM Studio…</source>
        <translation>正在查找 Ollama 和 LM Studio…</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>Main chat</source>
        <translation>主会话</translation>
    </message>
    <message>
        <source>Make the picture smaller and try again.</source>
        <translation>请缩小图片后重试。</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>中</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Message Clawd</source>
        <translation>给 Clawd 发消息</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Minimal</source>
        <translation>最少</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Models &amp; keys</source>
        <translation>模型与密钥</translation>
    </message>
    <message>
        <source>Models of {server}</source>
        <translation>{server} 的模型</translation>
    </message>
    <message>
        <source>Most connections</source>
        <translation>最大连接数</translation>
    </message>
    <message>
        <source>Move to keyring</source>
        <translation>移入密钥环</translation>
    </message>
    <message>
        <source>Move {name} to the keyring</source>
        <translation>将{name}移入密钥环</translation>
    </message>
    <message>
        <source>Much</source>
        <translation>较多</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>需要处理</translation>
    </message>
    <message>
        <source>Needs attention: {title}</source>
        <translation>需要处理：{title}</translation>
    </message>
    <message>
        <source>Neither Ollama nor LM Studio is running on this computer. Start one, then open this page again.</source>
        <translation>本机没有运行 Ollama 或 LM Studio。请启动其中一个，然后重新打开此页。</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新会话</translation>
    </message>
    <message>
        <source>New chat (Ctrl+N)</source>
        <translation>新会话 (Ctrl+N)</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新会话</translation>
    </message>
    <message>
        <source>New value; it goes into the keyring</source>
        <translation>新值；会存入密钥环</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>没有回答</translation>
    </message>
    <message>
        <source>No conversation fits the search.</source>
        <translation>没有符合搜索的会话。</translation>
    </message>
    <message>
        <source>No keyring on this system</source>
        <translation>此系统没有密钥环</translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation>未选择</translation>
    </message>
    <message>
        <source>Not asked yet</source>
        <translation>尚未询问</translation>
    </message>
    <message>
        <source>Not running</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>Not sent. {why} Your text is back in the box.</source>
        <translation>未发送。{why} 你的文字已放回输入框。</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>未设置</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>不记录</translation>
    </message>
    <message>
        <source>Nothing waits for you.</source>
        <translation>没有需要你处理的事。</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>没有任何改动。</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Notifications come in a later version.</source>
        <translation>通知功能将在以后的版本中提供。</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Of windows and menus; the assistant answers in yours anyway.</source>
        <translation>窗口和菜单的语言；助手总会用你的语言回答。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Older form of reset.idleMinutes.</source>
        <translation>reset.idleMinutes 的旧写法。</translation>
    </message>
    <message>
        <source>Older logs are removed; 0: never.</source>
        <translation>更早的日志会被删除；0 表示从不删除。</translation>
    </message>
    <message>
        <source>Ollama</source>
        <translation>Ollama</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>在本机</translation>
    </message>
    <message>
        <source>Only a hash of the password is kept here.</source>
        <translation>这里只保存了密码的哈希。</translation>
    </message>
    <message>
        <source>Only crashes</source>
        <translation>仅崩溃</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open Chat</source>
        <translation>打开聊天</translation>
    </message>
    <message>
        <source>Open a conversation</source>
        <translation>打开会话</translation>
    </message>
    <message>
        <source>Open a link</source>
        <translation>打开链接</translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation>打开聊天</translation>
    </message>
    <message>
        <source>Open to the internet</source>
        <translation>向互联网开放</translation>
    </message>
    <message>
        <source>Open {host}</source>
        <translation>打开 {host}</translation>
    </message>
    <message>
        <source>Open {host}?</source>
        <translation>打开 {host}？</translation>
    </message>
    <message>
        <source>Other models, tried in this order.</source>
        <translation>其他模型，按此顺序尝试。</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
    <message>
        <source>Own address</source>
        <translation>自定义地址</translation>
    </message>
    <message>
        <source>PNG, JPEG, WebP and GIF can be sent.</source>
        <translation>可以发送 PNG、JPEG、WebP 和 GIF。</translation>
    </message>
    <message>
        <source>Page or command</source>
        <translation>页面或命令</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Passphrase. Nobody can recover it: write it down.</source>
        <translation>密码短语。任何人都无法找回，请记下来。</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Password or token; without a choice, whichever of the two is set.</source>
        <translation>密码或令牌；未选择时，使用已设置的那一个。</translation>
    </message>
    <message>
        <source>Passwords and keys</source>
        <translation>密码与密钥</translation>
    </message>
    <message>
        <source>Paste the beginning</source>
        <translation>粘贴开头部分</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>Pasted text, {size}</source>
        <translation>粘贴的文字，{size}</translation>
    </message>
    <message>
        <source>Path in front of the page, such as /clawd, behind a proxy.</source>
        <translation>网页在代理之后的前缀路径，例如 /clawd。</translation>
    </message>
    <message>
        <source>Pause assistant</source>
        <translation>暂停助手</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Plain text in the file</source>
        <translation>明文存于文件中</translation>
    </message>
    <message>
        <source>Plan a calm weekend for two in the countryside.</source>
        <translation>为两个人安排一个安静的乡间周末。</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>提供商</translation>
    </message>
    <message>
        <source>Proxies and Tailscale</source>
        <translation>代理与 Tailscale</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Quit now</source>
        <translation>立即退出</translation>
    </message>
    <message>
        <source>Quit when idle</source>
        <translation>空闲时退出</translation>
    </message>
    <message>
        <source>Quits</source>
        <translation>退出程序</translation>
    </message>
    <message>
        <source>Reachable from</source>
        <translation>可访问范围</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Refresh (F5)</source>
        <translation>刷新 (F5)</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>Rename the conversation</source>
        <translation>重命名会话</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Request limit</source>
        <translation>请求时限</translation>
    </message>
    <message>
        <source>Requests per minute</source>
        <translation>每分钟请求数</translation>
    </message>
    <message>
        <source>Resources</source>
        <translation>资源</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Resume ({time} left)</source>
        <translation>继续（剩余 {time}）</translation>
    </message>
    <message>
        <source>Resume assistant</source>
        <translation>让助手继续</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Running with the last good settings, because the newest could not be read.</source>
        <translation>最新设置无法读取，正以上一份有效设置运行。</translation>
    </message>
    <message>
        <source>Running {tool}…</source>
        <translation>正在运行 {tool}…</translation>
    </message>
    <message>
        <source>Running — {sessions}, {clients}</source>
        <translation>运行中 — {sessions}，{clients}</translation>
    </message>
    <message>
        <source>Running, with one thing to look at: {title}</source>
        <translation>运行中，有一件事值得留意：{title}</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>沙箱</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save although much would be lost?</source>
        <translation>会丢失很多内容，仍要保存吗？</translation>
    </message>
    <message>
        <source>Save drafts</source>
        <translation>保存草稿</translation>
    </message>
    <message>
        <source>Save it again and retry.</source>
        <translation>请重新保存后再试。</translation>
    </message>
    <message>
        <source>Saved: {name}</source>
        <translation>已保存：{name}</translation>
    </message>
    <message>
        <source>Scroll messages</source>
        <translation>滚动消息</translation>
    </message>
    <message>
        <source>Scroll sideways</source>
        <translation>左右滚动</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>搜索会话</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Send a message</source>
        <translation>发送消息</translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation>正在发送…</translation>
    </message>
    <message>
        <source>Separated by commas</source>
        <translation>用逗号分隔</translation>
    </message>
    <message>
        <source>Serve the control page at the gateway's address.</source>
        <translation>在网关地址上提供控制网页。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Show a picture</source>
        <translation>显示图片</translation>
    </message>
    <message>
        <source>Show more of this message</source>
        <translation>显示此消息的更多内容</translation>
    </message>
    <message>
        <source>Show or hide conversations</source>
        <translation>显示或隐藏会话</translation>
    </message>
    <message>
        <source>Show or hide what the tool did</source>
        <translation>显示或隐藏工具做了什么</translation>
    </message>
    <message>
        <source>Show rarely needed settings</source>
        <translation>显示不常用的设置</translation>
    </message>
    <message>
        <source>Shown in chat.</source>
        <translation>显示在聊天中。</translation>
    </message>
    <message>
        <source>Sign-in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Slow down clients that ask too often.</source>
        <translation>让请求过于频繁的客户端慢下来。</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>登录时启动</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Starting and closing</source>
        <translation>启动与关闭</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Stopped before an answer.</source>
        <translation>在回答之前已停止。</translation>
    </message>
    <message>
        <source>TCP port of the gateway. CLAWDBOT_GATEWAY_PORT wins over it.</source>
        <translation>网关的 TCP 端口。环境变量 CLAWDBOT_GATEWAY_PORT 优先。</translation>
    </message>
    <message>
        <source>Tailscale</source>
        <translation>Tailscale</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>已撤销。</translation>
    </message>
    <message>
        <source>The Tailscale network</source>
        <translation>Tailscale 网络</translation>
    </message>
    <message>
        <source>The assistant is paused until you resume it.</source>
        <translation>助手已暂停，直到你让它继续。</translation>
    </message>
    <message>
        <source>The assistant is paused until {time}.</source>
        <translation>助手已暂停，直到 {time}。</translation>
    </message>
    <message>
        <source>The claw appears in the tray when you log in.</source>
        <translation>登录后，钳子图标会出现在托盘中。</translation>
    </message>
    <message>
        <source>The folder for your data cannot be used</source>
        <translation>无法使用存放数据的文件夹</translation>
    </message>
    <message>
        <source>The gateway does not run: {reason}</source>
        <translation>网关没有运行：{reason}</translation>
    </message>
    <message>
        <source>The gateway has no password yet.</source>
        <translation>网关还没有密码。</translation>
    </message>
    <message>
        <source>The gateway is stopped.</source>
        <translation>网关已停止。</translation>
    </message>
    <message>
        <source>The gateway password, best as a reference into the keyring, or its Argon2id hash.</source>
        <translation>网关密码，最好存为指向密钥环的引用，也可以是它的 Argon2id 哈希。</translation>
    </message>
    <message>
        <source>The gateway token, best as a reference into the keyring, or its Argon2id hash.</source>
        <translation>网关令牌，最好存为指向密钥环的引用，也可以是它的 Argon2id 哈希。</translation>
    </message>
    <message>
        <source>The key of {name} is kept in the keyring.</source>
        <translation>{name} 的密钥已存入密钥环。</translation>
    </message>
    <message>
        <source>The keyring does not answer</source>
        <translation>密钥环没有响应</translation>
    </message>
    <message>
        <source>The keyring does not keep what it is given</source>
        <translation>密钥环没有保存交给它的内容</translation>
    </message>
    <message>
        <source>The keyring is broken</source>
        <translation>密钥环已损坏</translation>
    </message>
    <message>
        <source>The keyring is locked</source>
        <translation>密钥环已锁定</translation>
    </message>
    <message>
        <source>The local network</source>
        <translation>本地网络</translation>
    </message>
    <message>
        <source>The passphrase needs at least {n} characters.</source>
        <translation>密码短语至少需要 {n} 个字符。</translation>
    </message>
    <message>
        <source>The passphrase of the file</source>
        <translation>该文件的密码短语</translation>
    </message>
    <message>
        <source>The same passphrase once more</source>
        <translation>再输入一次相同的密码短语</translation>
    </message>
    <message>
        <source>The settings cannot be shown.</source>
        <translation>无法显示设置。</translation>
    </message>
    <message>
        <source>The tray of your desktop is gone</source>
        <translation>桌面的托盘不见了</translation>
    </message>
    <message>
        <source>The two passphrases differ.</source>
        <translation>两次输入的密码短语不同。</translation>
    </message>
    <message>
        <source>The window stays open until the tray is back; the assistant goes on as before.</source>
        <translation>托盘恢复之前窗口会保持打开；助手照常工作。</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>正在思考…</translation>
    </message>
    <message>
        <source>Thinking… {minutes} min {seconds} s</source>
        <translation>正在思考… {minutes} 分 {seconds} 秒</translation>
    </message>
    <message>
        <source>Thinking… {seconds} s</source>
        <translation>正在思考… {seconds} 秒</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>This computer only</source>
        <translation>仅本机</translation>
    </message>
    <message>
        <source>This conversation could not be opened</source>
        <translation>无法打开此会话</translation>
    </message>
    <message>
        <source>This text has {size}; a message can have {limit}. Name a file instead, or paste only the beginning.</source>
        <translation>这段文字有 {size}；一条消息最多 {limit}。请改为给出文件名，或只粘贴开头部分。</translation>
    </message>
    <message>
        <source>Time for a client to sign in.</source>
        <translation>客户端登录的时限。</translation>
    </message>
    <message>
        <source>Time for one request, 0 for any. What waits by its nature is not cut off.</source>
        <translation>单个请求的时限，0 表示不限。本来就需要等待的请求不会被中断。</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>Tokens today</source>
        <translation>今日词元数</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Trust Tailscale</source>
        <translation>信任 Tailscale</translation>
    </message>
    <message>
        <source>Trusted proxies</source>
        <translation>可信代理</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Try the small one</source>
        <translation>试试小模型</translation>
    </message>
    <message>
        <source>Turns at once</source>
        <translation>同时进行的回合</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Unlocking was refused</source>
        <translation>解锁被拒绝</translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation>直到我让它继续</translation>
    </message>
    <message>
        <source>Until then Overview shows memory and tokens, and clawd-desktop status the rest.</source>
        <translation>在此之前，概览显示内存和词元数，其余可用 clawd-desktop status 查看。</translation>
    </message>
    <message>
        <source>Until then clawd-desktop call logs.tail shows the log, and clawd-desktop status what is wrong.</source>
        <translation>在此之前，clawd-desktop call logs.tail 显示日志，clawd-desktop status 显示哪里有问题。</translation>
    </message>
    <message>
        <source>Until then everything lies in one folder, which Overview names: copy it while Clawd Desktop is closed.</source>
        <translation>在此之前，所有内容都在概览所示的一个文件夹中：请在 Clawd Desktop 关闭时复制它。</translation>
    </message>
    <message>
        <source>Until then the assistant runs no commands and opens no files of yours.</source>
        <translation>在此之前，助手不运行命令，也不打开你的文件。</translation>
    </message>
    <message>
        <source>Until then the assistant runs no commands, so there is nothing to approve.</source>
        <translation>在此之前，助手不运行命令，因此没有需要审批的内容。</translation>
    </message>
    <message>
        <source>Until then what needs you stands on Overview, in the tray menu and in a notification of your desktop.</source>
        <translation>在此之前，需要您处理的事项会显示在概览、托盘菜单和桌面通知中。</translation>
    </message>
    <message>
        <source>Until then you talk to the assistant here in Chat, with clawd-desktop chat, or from any Clawdbot client on this computer.</source>
        <translation>在此之前，你可以在“聊天”页、用 clawd-desktop chat，或从本机任何 Clawdbot 客户端与助手对话。</translation>
    </message>
    <message>
        <source>Until tomorrow morning</source>
        <translation>直到明天早上</translation>
    </message>
    <message>
        <source>Up for</source>
        <translation>已运行</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use {model} from {server}</source>
        <translation>使用 {server} 的 {model}</translation>
    </message>
    <message>
        <source>Used {tool}</source>
        <translation>使用了 {tool}</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>Version {version}, up for {time}</source>
        <translation>版本 {version}，已运行 {time}</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Way of signing in</source>
        <translation>登录方式</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Welcome. You can begin right away.</source>
        <translation>欢迎。你可以马上开始。</translation>
    </message>
    <message>
        <source>What can you do for me on this computer?</source>
        <translation>你能在这台电脑上为我做什么？</translation>
    </message>
    <message>
        <source>What shall we do?</source>
        <translation>我们来做点什么？</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>查找结果</translation>
    </message>
    <message>
        <source>What would change</source>
        <translation>将会改变的内容</translation>
    </message>
    <message>
        <source>When there is no tray, closing the window</source>
        <translation>没有托盘时，关闭窗口</translation>
    </message>
    <message>
        <source>Where the desktop has a tray, the window only hides.</source>
        <translation>桌面有托盘时，窗口只会隐藏。</translation>
    </message>
    <message>
        <source>Who answers</source>
        <translation>由谁回答</translation>
    </message>
    <message>
        <source>Whoever chose it knows it.</source>
        <translation>设定它的人知道密码。</translation>
    </message>
    <message>
        <source>Working — {runs}</source>
        <translation>工作中 — {runs}</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>工作区</translation>
    </message>
    <message>
        <source>Write to {address}?</source>
        <translation>给 {address} 写信？</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Your desktop has no tray in which Clawd Desktop could stay. It can go on answering in the background; start it again to see its window. This is asked once; Settings can change it.</source>
        <translation>你的桌面没有可供 Clawd Desktop 驻留的托盘。它可以在后台继续回答；再次启动即可看到窗口。此问题只问一次，可在设置中更改。</translation>
    </message>
    <message>
        <source>Your time zone, such as Europe/Berlin.</source>
        <translation>你的时区，例如 Asia/Shanghai。</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>d</source>
        <translation>天</translation>
    </message>
    <message>
        <source>h</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>loopback: this computer only. Anything else needs TLS or a trusted proxy, and a strong password.</source>
        <translation>默认仅本机可访问。其他选择都需要 TLS 或可信代理，以及足够强的密码。</translation>
    </message>
    <message>
        <source>min</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>no reason was given</source>
        <translation>没有给出原因</translation>
    </message>
    <message>
        <source>s</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>serve: for your own devices; funnel: for the whole internet, password needed.</source>
        <translation>可供你自己的设备使用，或向整个互联网开放（需要密码）。</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>明天 {time}</translation>
    </message>
    <message>
        <source>{d} d {h} h</source>
        <translation>{d} 天 {h} 小时</translation>
    </message>
    <message>
        <source>{group}, rarely needed</source>
        <translation>{group}（不常用）</translation>
    </message>
    <message>
        <source>{h} h {m} min</source>
        <translation>{h} 小时 {m} 分</translation>
    </message>
    <message>
        <source>{model} answers from now on.</source>
        <translation>从现在起由 {model} 回答。</translation>
    </message>
    <message>
        <source>{m} min</source>
        <translation>{m} 分钟</translation>
    </message>
    <message>
        <source>{name} is damaged or has too many pixels.</source>
        <translation>{name} 已损坏或像素过多。</translation>
    </message>
    <message>
        <source>{name} is larger than 5 MB.</source>
        <translation>{name} 大于 5 MB。</translation>
    </message>
    <message>
        <source>{name} is no file of at most 5 MB.</source>
        <translation>{name} 不是不超过 5 MB 的文件。</translation>
    </message>
    <message>
        <source>{name} is not a picture that can be sent.</source>
        <translation>{name} 不是可以发送的图片。</translation>
    </message>
    <message>
        <source>{n} answer</source>
        <translation>{n} 个回答</translation>
    </message>
    <message>
        <source>{n} answers</source>
        <translation>{n} 个回答</translation>
    </message>
    <message>
        <source>{n} client</source>
        <translation>{n} 个客户端</translation>
    </message>
    <message>
        <source>{n} clients</source>
        <translation>{n} 个客户端</translation>
    </message>
    <message>
        <source>{n} connected</source>
        <translation>已连接 {n} 个</translation>
    </message>
    <message>
        <source>{n} conversation</source>
        <translation>{n} 个会话</translation>
    </message>
    <message>
        <source>{n} conversations</source>
        <translation>{n} 个会话</translation>
    </message>
    <message>
        <source>{n} in, {m} out</source>
        <translation>输入 {n}，输出 {m}</translation>
    </message>
    <message>
        <source>{page} comes in a later version.</source>
        <translation>“{page}”将在以后的版本中提供。</translation>
    </message>
    <message>
        <source>{s} s</source>
        <translation>{s} 秒</translation>
    </message>
    <message>
        <source>{text} ({unit})</source>
        <translation>{text}（{unit}）</translation>
    </message>
    <message>
        <source>{time} ago</source>
        <translation>{time}前</translation>
    </message>
    <message>
        <source>{title}, and {n} more.</source>
        <translation>{title}，另有 {n} 件事。</translation>
    </message>
    <message>
        <source>{title}, answering now</source>
        <translation>{title}，正在回答</translation>
    </message>
    <message>
        <source>{tool} failed</source>
        <translation>{tool} 失败</translation>
    </message>
</context>
</TS>
