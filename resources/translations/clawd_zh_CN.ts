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
        <source>1 h</source>
        <translation>1 小时</translation>
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
        <source>24 h</source>
        <translation>24 小时</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 小时制</translation>
    </message>
    <message>
        <source>30 d</source>
        <translation>30 天</translation>
    </message>
    <message>
        <source>30 min</source>
        <translation>30 分钟</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 分钟</translation>
    </message>
    <message>
        <source>8 h</source>
        <translation>8 小时</translation>
    </message>
    <message>
        <source>99 of 100</source>
        <translation>百分之九十九</translation>
    </message>
    <message>
        <source>A backup is being made.</source>
        <translation>正在备份。</translation>
    </message>
    <message>
        <source>A backup of what is here now is made first. Then Clawd Desktop starts again, which takes a moment. For {n} days all of it can be taken back.</source>
        <translation>会先备份现有的全部内容，然后重新启动 Clawd Desktop，需要片刻。{n} 天内都可以全部撤回。</translation>
    </message>
    <message>
        <source>A backup that you make is one file, which age, zstd and tar open too. Planned ones keep equal files once.</source>
        <translation>手动备份是一个文件，age、zstd 和 tar 也能打开；计划备份中相同的文件只保存一次。</translation>
    </message>
    <message>
        <source>A channel is not connected</source>
        <translation>有频道未连接</translation>
    </message>
    <message>
        <source>A channel's login expires soon</source>
        <translation>频道登录即将过期</translation>
    </message>
    <message>
        <source>A message can carry {count} pictures.</source>
        <translation>一条消息最多可带 {count} 张图片。</translation>
    </message>
    <message>
        <source>A part of Clawd Desktop does not run</source>
        <translation>Clawd Desktop 的一部分没有运行</translation>
    </message>
    <message>
        <source>A personal assistant that lives on your computer.</source>
        <translation>住在你电脑里的个人助手。</translation>
    </message>
    <message>
        <source>A place for backups cannot be used</source>
        <translation>有一个备份位置无法使用</translation>
    </message>
    <message>
        <source>A restore was taken back, {when}</source>
        <translation>撤回了一次恢复，{when}</translation>
    </message>
    <message>
        <source>A rule tells when it is passed; 0: no limit.</source>
        <translation>超过时由规则告知；0：不限。</translation>
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
        <source>A turn without a sign of life for so long is stopped.</source>
        <translation>这么久没有动静的轮次会被停止。</translation>
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
        <source>Acknowledge</source>
        <translation>我来处理</translation>
    </message>
    <message>
        <source>Active conversations</source>
        <translation>活跃对话</translation>
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
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>After each planned one, when one failed or is missing, or never.</source>
        <translation>每次计划备份之后、失败或缺失时，或从不。</translation>
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
        <source>Age of the backup</source>
        <translation>备份时间</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Alerts &amp; quiet hours</source>
        <translation>告警与免打扰</translation>
    </message>
    <message>
        <source>All backups of one place, such as 20GB; the oldest go first.</source>
        <translation>一个位置的全部备份，例如 20GB；最旧的先删除。</translation>
    </message>
    <message>
        <source>All graphs</source>
        <translation>所有图表</translation>
    </message>
    <message>
        <source>All is as it was before.</source>
        <translation>一切都和之前一样。</translation>
    </message>
    <message>
        <source>All logs together.</source>
        <translation>所有日志合计。</translation>
    </message>
    <message>
        <source>All measurements together.</source>
        <translation>所有测量数据合计。</translation>
    </message>
    <message>
        <source>All of it is read and checked before anything is changed.</source>
        <translation>在更改任何内容之前，会先完整读取并检查它。</translation>
    </message>
    <message>
        <source>All of the last {n} days are kept.</source>
        <translation>最近 {n} 天的全部保留。</translation>
    </message>
    <message>
        <source>All of them stay.</source>
        <translation>全部保留。</translation>
    </message>
    <message>
        <source>All parts</source>
        <translation>所有部分</translation>
    </message>
    <message>
        <source>All that was chosen is as it is in {file}.</source>
        <translation>所选内容已与 {file} 中的一致。</translation>
    </message>
    <message>
        <source>All together would take more room than the limit allows:</source>
        <translation>合计占用会超过上限：</translation>
    </message>
    <message>
        <source>Allow once</source>
        <translation>允许一次</translation>
    </message>
    <message>
        <source>Allow sign-in over plain HTTP</source>
        <translation>允许通过明文 HTTP 登录</translation>
    </message>
    <message>
        <source>Also hide</source>
        <translation>也隐藏</translation>
    </message>
    <message>
        <source>Also on a removable disk or a network share.</source>
        <translation>也可以在移动磁盘或网络共享上。</translation>
    </message>
    <message>
        <source>Also to</source>
        <translation>也写到</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>总是允许</translation>
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
        <source>And {n} more.</source>
        <translation>还有 {n} 项。</translation>
    </message>
    <message>
        <source>Answer /metrics, to whoever has the password or token.</source>
        <translation>向持有密码或令牌者应答 /metrics。</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>已应答</translation>
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
        <source>Answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Answers fail</source>
        <translation>回答失败</translation>
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
        <source>Approvals and pairings go back: what you allowed since is asked again, and what you took back since is allowed again. Look through them afterwards.</source>
        <translation>审批与配对会回到从前：之后允许的会再次询问，之后收回的会再次被允许。恢复后请检查一遍。</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>April</source>
        <translation>4月</translation>
    </message>
    <message>
        <source>Areas such as workspace-main or measurements.</source>
        <translation>例如 workspace-main 或 measurements 等区域。</translation>
    </message>
    <message>
        <source>As keyring:&lt;name&gt;; it opens a backup on any computer.</source>
        <translation>写作 keyring:&lt;名称&gt;；可在任何电脑上打开备份。</translation>
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
        <source>At least</source>
        <translation>至少</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>At most.</source>
        <translation>最多。</translation>
    </message>
    <message>
        <source>At most; 0: none.</source>
        <translation>最多；0：不使用。</translation>
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
        <source>August</source>
        <translation>8月</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Automation</source>
        <translation>自动化</translation>
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
        <source>Back to now</source>
        <translation>回到现在</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>立即备份</translation>
    </message>
    <message>
        <source>Backing up</source>
        <translation>正在备份</translation>
    </message>
    <message>
        <source>Backing up…</source>
        <translation>正在备份…</translation>
    </message>
    <message>
        <source>Backup &amp; restore</source>
        <translation>备份与恢复</translation>
    </message>
    <message>
        <source>Backup and data</source>
        <translation>备份与数据</translation>
    </message>
    <message>
        <source>Backup of an earlier computer</source>
        <translation>以前那台电脑的备份</translation>
    </message>
    <message>
        <source>Backup of what is here now</source>
        <translation>正在备份现有内容</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Backups and archives</source>
        <translation>备份与归档文件</translation>
    </message>
    <message>
        <source>Backups are locked from now on. Only the public part of the key is kept here.</source>
        <translation>从现在起备份会加锁。这里只保存密钥的公开部分。</translation>
    </message>
    <message>
        <source>Backups are locked from now on. Write the passphrase on the recovery sheet.</source>
        <translation>从现在起备份会加锁。请把口令写在恢复表上。</translation>
    </message>
    <message>
        <source>Backups are not locked any more.</source>
        <translation>备份不再加锁。</translation>
    </message>
    <message>
        <source>Backups removed: {count}. That frees {size}.</source>
        <translation>已删除 {count} 个备份，释放 {size}。</translation>
    </message>
    <message>
        <source>Backups: when, what, where to, how long, and whether they work.</source>
        <translation>备份：何时、备份什么、存到哪里、保留多久，以及是否可用。</translation>
    </message>
    <message>
        <source>Base path</source>
        <translation>基础路径</translation>
    </message>
    <message>
        <source>Be quiet while its Do Not Disturb is on.</source>
        <translation>系统开启勿扰时保持安静。</translation>
    </message>
    <message>
        <source>Be quiet while the system's Do Not Disturb is on</source>
        <translation>系统处于勿扰模式时保持安静</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>以往</translation>
    </message>
    <message>
        <source>Before a migration</source>
        <translation>迁移之前</translation>
    </message>
    <message>
        <source>Before a restore</source>
        <translation>恢复之前</translation>
    </message>
    <message>
        <source>Before an update</source>
        <translation>更新之前</translation>
    </message>
    <message>
        <source>Begin, such as 22:00.</source>
        <translation>开始时间，如 22:00。</translation>
    </message>
    <message>
        <source>Being written</source>
        <translation>正在写</translation>
    </message>
    <message>
        <source>Besides</source>
        <translation>此外</translation>
    </message>
    <message>
        <source>Bring this backup back?</source>
        <translation>要恢复这个备份吗？</translation>
    </message>
    <message>
        <source>Browsers</source>
        <translation>浏览器</translation>
    </message>
    <message>
        <source>Built-in models</source>
        <translation>内置模型</translation>
    </message>
    <message>
        <source>Built-in, small</source>
        <translation>内置小模型</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>手动</translation>
    </message>
    <message>
        <source>By id: default rules that are changed, and new ones.</source>
        <translation>按标识：更改过的默认规则和新规则。</translation>
    </message>
    <message>
        <source>By name: further ways to tell somebody.</source>
        <translation>按名称：其他告知方式。</translation>
    </message>
    <message>
        <source>By subsystem</source>
        <translation>按子系统</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>CPU of Clawd Desktop</source>
        <translation>Clawd Desktop 的处理器占用</translation>
    </message>
    <message>
        <source>CPU of this computer</source>
        <translation>本机 CPU</translation>
    </message>
    <message>
        <source>CPU, critical</source>
        <translation>CPU，严重</translation>
    </message>
    <message>
        <source>CPU, warning</source>
        <translation>CPU，警告</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>Cache hits</source>
        <translation>缓存命中</translation>
    </message>
    <message>
        <source>Cache in memory</source>
        <translation>内存中的缓存</translation>
    </message>
    <message>
        <source>Cache misses</source>
        <translation>缓存未命中</translation>
    </message>
    <message>
        <source>Cache trace</source>
        <translation>缓存跟踪</translation>
    </message>
    <message>
        <source>Caches</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>Calendar of backups</source>
        <translation>备份日历</translation>
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
        <source>Change the port</source>
        <translation>更改端口</translation>
    </message>
    <message>
        <source>Change {name}</source>
        <translation>更改{name}</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>已更改</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>渠道</translation>
    </message>
    <message>
        <source>Channel connected</source>
        <translation>频道已连接</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>渠道</translation>
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
        <source>Chat channels</source>
        <translation>聊天渠道</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Check every</source>
        <translation>检查间隔</translation>
    </message>
    <message>
        <source>Check one of them, or make a new one: it is read back at once.</source>
        <translation>请检查其中一个，或新建一个：新备份会立即回读检查。</translation>
    </message>
    <message>
        <source>Check the backup of {when}</source>
        <translation>检查 {when} 的备份</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>上次检查</translation>
    </message>
    <message>
        <source>Child processes</source>
        <translation>子进程</translation>
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
        <source>Choose another end.</source>
        <translation>请选择另一个结束值。</translation>
    </message>
    <message>
        <source>Choose something that the backup has: only taking files away is no restore.</source>
        <translation>请选择备份中有的内容：只移除文件不算恢复。</translation>
    </message>
    <message>
        <source>Choose what the report is to hold.</source>
        <translation>请选择报告应包含的内容。</translation>
    </message>
    <message>
        <source>Clawd Desktop</source>
        <translation>Clawd Desktop</translation>
    </message>
    <message>
        <source>Clawd Desktop answers late</source>
        <translation>Clawd Desktop 响应迟缓</translation>
    </message>
    <message>
        <source>Clawd Desktop is there again in a moment.</source>
        <translation>Clawd Desktop 马上就回来。</translation>
    </message>
    <message>
        <source>Clawd Desktop needs much memory</source>
        <translation>Clawd Desktop 占用大量内存</translation>
    </message>
    <message>
        <source>Clawd Desktop starts again meanwhile. What is here now is kept for seven days.</source>
        <translation>期间 Clawd Desktop 会重新启动。现有的内容会保留七天。</translation>
    </message>
    <message>
        <source>Clawd Desktop starts again.</source>
        <translation>Clawd Desktop 会重新启动。</translation>
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
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Compare with before</source>
        <translation>与之前比较</translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>配置</translation>
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
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>会话</translation>
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
        <source>Conversations go back: what was said since stands only in the undo folder.</source>
        <translation>对话会回到从前：之后说的话只保留在撤销文件夹里。</translation>
    </message>
    <message>
        <source>Conversation…</source>
        <translation>会话…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation>复制为 JSON</translation>
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
        <source>Copy the chosen lines</source>
        <translation>复制所选行</translation>
    </message>
    <message>
        <source>Copy the new password</source>
        <translation>复制新密码</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>Cost a day</source>
        <translation>每日费用</translation>
    </message>
    <message>
        <source>Cost today</source>
        <translation>今日费用</translation>
    </message>
    <message>
        <source>Counts what lives in memory by its type. Texts and numbers belong to what holds them.</source>
        <translation>按类型统计内存中的对象。文本和数字归于持有它们的对象。</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>严重</translation>
    </message>
    <message>
        <source>Critical alerts break through</source>
        <translation>严重警报可以打断</translation>
    </message>
    <message>
        <source>Cut off at the model's length limit</source>
        <translation>已达到模型的长度上限而截断</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>已损坏</translation>
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
        <source>Day of the week.</source>
        <translation>星期几。</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>星期</translation>
    </message>
    <message>
        <source>December</source>
        <translation>12月</translation>
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
        <source>Deny</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Depend on the kind.</source>
        <translation>取决于种类。</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>详细程度</translation>
    </message>
    <message>
        <source>Detail of one part, such as gateway or agent.</source>
        <translation>某一部分的详细程度，如 gateway 或 agent。</translation>
    </message>
    <message>
        <source>Detail there.</source>
        <translation>那里的详细程度。</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>放弃更改</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>Disturb me again</source>
        <translation>恢复通知</translation>
    </message>
    <message>
        <source>Does not run</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
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
        <source>End</source>
        <translation>结束方式</translation>
    </message>
    <message>
        <source>End not seen</source>
        <translation>未看到结束</translation>
    </message>
    <message>
        <source>End process</source>
        <translation>结束进程</translation>
    </message>
    <message>
        <source>End the snooze</source>
        <translation>结束暂停</translation>
    </message>
    <message>
        <source>End {name} (process {pid})</source>
        <translation>结束 {name}（进程 {pid}）</translation>
    </message>
    <message>
        <source>End {name}?</source>
        <translation>结束 {name}？</translation>
    </message>
    <message>
        <source>End; before the begin: on the next day.</source>
        <translation>结束时间；早于开始时间则为第二天。</translation>
    </message>
    <message>
        <source>End…</source>
        <translation>结束…</translation>
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
        <source>Enter them in Settings</source>
        <translation>到设置中输入</translation>
    </message>
    <message>
        <source>Enter these again, the backup does not have them:</source>
        <translation>请重新输入以下内容，备份中没有：</translation>
    </message>
    <message>
        <source>Entries</source>
        <translation>条目</translation>
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
        <source>Errors a minute</source>
        <translation>每分钟错误</translation>
    </message>
    <message>
        <source>Errors only</source>
        <translation>仅错误</translation>
    </message>
    <message>
        <source>Errors, critical</source>
        <translation>错误，严重</translation>
    </message>
    <message>
        <source>Esc stops; a message sent now waits its turn</source>
        <translation>Esc 停止；现在发送的消息会排队等候</translation>
    </message>
    <message>
        <source>Escalation</source>
        <translation>升级</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>间隔</translation>
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
        <source>Everything comes back as it was before that restore.</source>
        <translation>一切会恢复到那次恢复之前的样子。</translation>
    </message>
    <message>
        <source>Everything is fine.</source>
        <translation>一切正常。</translation>
    </message>
    <message>
        <source>Everything is in order.</source>
        <translation>一切正常。</translation>
    </message>
    <message>
        <source>Everything that is younger; 0: only what the other rules keep.</source>
        <translation>比这更新的全部保留；0：只保留其他规则所保留的。</translation>
    </message>
    <message>
        <source>Everything was put back as it was: {why}</source>
        <translation>一切已放回原样：{why}</translation>
    </message>
    <message>
        <source>Except</source>
        <translation>例外</translation>
    </message>
    <message>
        <source>Exchanging files</source>
        <translation>正在替换文件</translation>
    </message>
    <message>
        <source>Exists</source>
        <translation>存在</translation>
    </message>
    <message>
        <source>Explain how a heat pump works, in five sentences.</source>
        <translation>用五句话解释热泵的工作原理。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Failed turns</source>
        <translation>失败的回合</translation>
    </message>
    <message>
        <source>Failovers</source>
        <translation>切换模型</translation>
    </message>
    <message>
        <source>Failures by model</source>
        <translation>各模型失败</translation>
    </message>
    <message>
        <source>Fair: one or two words more would make it good.</source>
        <translation>一般：再加一两个词就够好了。</translation>
    </message>
    <message>
        <source>February</source>
        <translation>2月</translation>
    </message>
    <message>
        <source>Fetched regularly, such as one of healthchecks.io.</source>
        <translation>定期访问，例如 healthchecks.io 的地址。</translation>
    </message>
    <message>
        <source>Fetching</source>
        <translation>正在取回</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Files that were written since: {count}. They are kept for {n} days.</source>
        <translation>之后写入的文件：{count} 个，会保留 {n} 天。</translation>
    </message>
    <message>
        <source>Files: {what}</source>
        <translation>文件：{what}</translation>
    </message>
    <message>
        <source>Filter by words</source>
        <translation>按文字筛选</translation>
    </message>
    <message>
        <source>Find a page or command (Ctrl+K)</source>
        <translation>查找页面或命令 (Ctrl+K)</translation>
    </message>
    <message>
        <source>First word</source>
        <translation>首词</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>标志</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folder that the assistant works in.</source>
        <translation>助手工作所在的文件夹。</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>For</source>
        <translation>持续</translation>
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
        <source>For 8 hours</source>
        <translation>8 小时</translation>
    </message>
    <message>
        <source>For at least</source>
        <translation>至少持续</translation>
    </message>
    <message>
        <source>For each device, and for each address of another computer.</source>
        <translation>按每台设备，以及其他电脑的每个地址计。</translation>
    </message>
    <message>
        <source>For every few hours: how many; counted from the time of day.</source>
        <translation>每隔几小时备份时：隔几小时；从上面的时刻算起。</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>格式</translation>
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
        <source>Found</source>
        <translation>命中</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>Free disk</source>
        <translation>可用磁盘</translation>
    </message>
    <message>
        <source>Free memory</source>
        <translation>可用内存</translation>
    </message>
    <message>
        <source>Free software under the MIT licence.</source>
        <translation>自由软件，采用 MIT 许可证。</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>周五</translation>
    </message>
    <message>
        <source>Friday</source>
        <translation>星期五</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>From the environment: {name}</source>
        <translation>来自环境变量：{name}</translation>
    </message>
    <message>
        <source>Functions by their time</source>
        <translation>按耗时排列的函数</translation>
    </message>
    <message>
        <source>Further clients are turned away; one of this computer's owner always has a place.</source>
        <translation>超出的客户端会被拒绝；本机主人始终保留一个位置。</translation>
    </message>
    <message>
        <source>Further places.</source>
        <translation>其他去处。</translation>
    </message>
    <message>
        <source>Further work is refused at once.</source>
        <translation>更多的工作立即被拒绝。</translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>Gateway settings</source>
        <translation>网关设置</translation>
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
        <source>Give memory back above agents.gcThreshold.</source>
        <translation>超过 agents.gcThreshold 时释放内存。</translation>
    </message>
    <message>
        <source>Go back to the last good one</source>
        <translation>恢复到上一个可用的配置</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>前往</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>完好</translation>
    </message>
    <message>
        <source>Good to know:</source>
        <translation>请注意：</translation>
    </message>
    <message>
        <source>Good.</source>
        <translation>良好。</translation>
    </message>
    <message>
        <source>Graph: {title}</source>
        <translation>图表：{title}</translation>
    </message>
    <message>
        <source>Half of them</source>
        <translation>其中一半</translation>
    </message>
    <message>
        <source>Handshake limit</source>
        <translation>握手时限</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>请求头</translation>
    </message>
    <message>
        <source>Hide rarely needed settings</source>
        <translation>隐藏不常用的设置</translation>
    </message>
    <message>
        <source>Hide secrets</source>
        <translation>隐藏机密</translation>
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
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Hour of the day.</source>
        <translation>一天中的几点。</translation>
    </message>
    <message>
        <source>How far it is</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>How it is told.</source>
        <translation>告知方式。</translation>
    </message>
    <message>
        <source>How it looks there.</source>
        <translation>那里的样式。</translation>
    </message>
    <message>
        <source>How long each kind is kept, by its name.</source>
        <translation>每一类保存多久，按名称。</translation>
    </message>
    <message>
        <source>How long it must last.</source>
        <translation>必须持续多久。</translation>
    </message>
    <message>
        <source>How long logs are kept.</source>
        <translation>日志保存多久。</translation>
    </message>
    <message>
        <source>How long measurements are kept.</source>
        <translation>测量数据保存多久。</translation>
    </message>
    <message>
        <source>How long they are kept.</source>
        <translation>保留多久。</translation>
    </message>
    <message>
        <source>How long to measure</source>
        <translation>测量时长</translation>
    </message>
    <message>
        <source>How long what a restore replaced can be brought back.</source>
        <translation>恢复所替换的内容在多长时间内可以找回。</translation>
    </message>
    <message>
        <source>How long, where nothing else is said.</source>
        <translation>没有另行说明时保存多久。</translation>
    </message>
    <message>
        <source>How many run at once.</source>
        <translation>同时运行多少个。</translation>
    </message>
    <message>
        <source>How many sessions are answered at the same time.</source>
        <translation>同时回答多少个会话。</translation>
    </message>
    <message>
        <source>How many turns.</source>
        <translation>多少轮。</translation>
    </message>
    <message>
        <source>How much it matters.</source>
        <translation>重要程度。</translation>
    </message>
    <message>
        <source>How much of the time has passed</source>
        <translation>已过去的时间</translation>
    </message>
    <message>
        <source>How much the model reasons.</source>
        <translation>模型思考的深度。</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>频率</translation>
    </message>
    <message>
        <source>I have a backup of an earlier computer…</source>
        <translation>我有以前那台电脑的备份…</translation>
    </message>
    <message>
        <source>I have kept it where neither this computer nor the backups are</source>
        <translation>我已把它保存在既非本机、也非备份所在的地方</translation>
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
        <source>In memory</source>
        <translation>内存中</translation>
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
        <source>In tool calls.</source>
        <translation>在工具调用中。</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>In which restarts are counted.</source>
        <translation>在此时间内计算重启次数。</translation>
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
        <source>Information</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>Information and above</source>
        <translation>信息及以上</translation>
    </message>
    <message>
        <source>Is being started</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Is started again soon</source>
        <translation>即将重新启动</translation>
    </message>
    <message>
        <source>It alone opens the backups: lock it away.</source>
        <translation>单凭它就能打开备份：请把它锁好。</translation>
    </message>
    <message>
        <source>It begins.</source>
        <translation>即将开始。</translation>
    </message>
    <message>
        <source>It can be stopped until the files are exchanged; then Clawd Desktop starts again.</source>
        <translation>替换文件之前都可以停止；之后 Clawd Desktop 会重新启动。</translation>
    </message>
    <message>
        <source>It cannot be reached: {why}.</source>
        <translation>无法访问：{why}。</translation>
    </message>
    <message>
        <source>It goes on by itself as soon as the folder can be used. Nothing is lost meanwhile.</source>
        <translation>文件夹一可用就会自动继续，其间不会丢失任何内容。</translation>
    </message>
    <message>
        <source>It got no time, because the computer or another thread was busy. It waited in:</source>
        <translation>没有分到时间，因为计算机或其他线程正忙。当时等待在：</translation>
    </message>
    <message>
        <source>It had answered by then; what it did next need not be the cause:</source>
        <translation>那时已恢复响应；之后所做的事不一定是原因：</translation>
    </message>
    <message>
        <source>It has not stood still since the start.</source>
        <translation>启动以来没有停顿过。</translation>
    </message>
    <message>
        <source>It is being stopped.</source>
        <translation>正在停止。</translation>
    </message>
    <message>
        <source>It is made when the gateway first starts.</source>
        <translation>它会在网关首次启动时生成。</translation>
    </message>
    <message>
        <source>It is no text, or too large to be shown line by line.</source>
        <translation>它不是文本，或者太大，无法逐行显示。</translation>
    </message>
    <message>
        <source>It opens your backups on any computer. Nobody can recover it: write it down, on the recovery sheet.</source>
        <translation>它能在任何电脑上打开您的备份。没有人能找回它：请写在恢复表上。</translation>
    </message>
    <message>
        <source>It stands, and could not be put back by itself: {why}</source>
        <translation>恢复的内容仍在，且无法自动放回原样：{why}</translation>
    </message>
    <message>
        <source>It was busy in:</source>
        <translation>当时忙于：</translation>
    </message>
    <message>
        <source>It was made {time} ago. Make a new one now, and have a look at the disk.</source>
        <translation>它是 {time}前做的。请立即新建一个，并检查磁盘。</translation>
    </message>
    <message>
        <source>It was stopped; nothing of it is left.</source>
        <translation>已停止，没有留下任何痕迹。</translation>
    </message>
    <message>
        <source>It was stopped; nothing was changed.</source>
        <translation>已停止，没有任何更改。</translation>
    </message>
    <message>
        <source>It would be over while it is still wrong.</source>
        <translation>它会在仍然异常时就结束。</translation>
    </message>
    <message>
        <source>Its passphrase, or the key that opens it:</source>
        <translation>口令，或能打开它的密钥：</translation>
    </message>
    <message>
        <source>JSON lines, or text.</source>
        <translation>JSON 行或文本。</translation>
    </message>
    <message>
        <source>January</source>
        <translation>1月</translation>
    </message>
    <message>
        <source>Jobs go back with the time of their last run: one that ran since may run again.</source>
        <translation>任务及其上次运行时间会回到从前：之后运行过的任务可能会再运行一次。</translation>
    </message>
    <message>
        <source>July</source>
        <translation>7月</translation>
    </message>
    <message>
        <source>Jump to newest</source>
        <translation>跳到最新</translation>
    </message>
    <message>
        <source>June</source>
        <translation>6月</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep all</source>
        <translation>全部保留</translation>
    </message>
    <message>
        <source>Keep how long each step of a turn took, and what it used.</source>
        <translation>保存每一轮各步骤的耗时和用量。</translation>
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
        <source>Keep this computer's passwords in it too</source>
        <translation>也把本机的密码放进去</translation>
    </message>
    <message>
        <source>Keep this computer's passwords in locked backups.</source>
        <translation>在加锁的备份中保存本机的密码。</translation>
    </message>
    <message>
        <source>Keep what was asked and answered too, so that a turn can be replayed.</source>
        <translation>也保存提问和回答，以便重放一轮。</translation>
    </message>
    <message>
        <source>Keeping</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Keeps the assistant running</source>
        <translation>让助手继续运行</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>缓存内容</translation>
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
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>Kinds</source>
        <translation>种类</translation>
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
        <source>Large jobs</source>
        <translation>大型任务</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>Largest frame</source>
        <translation>最大帧</translation>
    </message>
    <message>
        <source>Largest messages</source>
        <translation>最大的消息</translation>
    </message>
    <message>
        <source>Last 30 minutes</source>
        <translation>最近 30 分钟</translation>
    </message>
    <message>
        <source>Last change</source>
        <translation>最后更改</translation>
    </message>
    <message>
        <source>Last drill</source>
        <translation>上次演练</translation>
    </message>
    <message>
        <source>Last trial of a backup</source>
        <translation>上次试用备份</translation>
    </message>
    <message>
        <source>Last turns</source>
        <translation>最近的轮次</translation>
    </message>
    <message>
        <source>Last verified backup</source>
        <translation>最近一次验证过的备份</translation>
    </message>
    <message>
        <source>Least important entry that is written.</source>
        <translation>写入日志的最低重要级别。</translation>
    </message>
    <message>
        <source>Least level</source>
        <translation>最低级别</translation>
    </message>
    <message>
        <source>Least severity that is told.</source>
        <translation>告知的最低严重程度。</translation>
    </message>
    <message>
        <source>Leave backups open?</source>
        <translation>不再给备份加锁？</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>不包含</translation>
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
        <source>Level</source>
        <translation>级别</translation>
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
        <source>Limit</source>
        <translation>时限</translation>
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
        <source>Lines that cannot be read</source>
        <translation>无法读取的行</translation>
    </message>
    <message>
        <source>Lines with - are here now, lines with + are in the backup. Secrets are not shown.</source>
        <translation>带 - 的行是现在的，带 + 的行是备份中的。不显示机密。</translation>
    </message>
    <message>
        <source>Link previews</source>
        <translation>链接预览</translation>
    </message>
    <message>
        <source>List conversations</source>
        <translation>列出会话</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>负载</translation>
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
        <source>Lock</source>
        <translation>加锁</translation>
    </message>
    <message>
        <source>Lock and recovery sheet</source>
        <translation>加锁与恢复表</translation>
    </message>
    <message>
        <source>Lock with it</source>
        <translation>用它加锁</translation>
    </message>
    <message>
        <source>Locked with a key</source>
        <translation>已用密钥加锁</translation>
    </message>
    <message>
        <source>Locked with a passphrase</source>
        <translation>已用口令加锁</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Log lines dropped</source>
        <translation>丢弃的日志行</translation>
    </message>
    <message>
        <source>Logging</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Login ends in</source>
        <translation>登录剩余时间</translation>
    </message>
    <message>
        <source>Logs</source>
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
        <source>Longest wait</source>
        <translation>最长等待</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再看一次</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Looking for Ollama and LM Studio…</source>
        <translation>正在查找 Ollama 和 LM Studio…</translation>
    </message>
    <message>
        <source>Looking for faults.</source>
        <translation>查找故障。</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Loop lag</source>
        <translation>事件循环延迟</translation>
    </message>
    <message>
        <source>Loop lag, p95</source>
        <translation>循环延迟 p95</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Made before a change whose days are over:</source>
        <translation>在某次更改之前所做，保留期已过：</translation>
    </message>
    <message>
        <source>Made {when} on {host}.</source>
        <translation>{when} 在 {host} 上创建。</translation>
    </message>
    <message>
        <source>Made {when}.</source>
        <translation>{when} 创建。</translation>
    </message>
    <message>
        <source>Main chat</source>
        <translation>主会话</translation>
    </message>
    <message>
        <source>Main process</source>
        <translation>主进程</translation>
    </message>
    <message>
        <source>Make a report</source>
        <translation>制作报告</translation>
    </message>
    <message>
        <source>Make the picture smaller and try again.</source>
        <translation>请缩小图片后重试。</translation>
    </message>
    <message>
        <source>Make them by themselves.</source>
        <translation>自动进行备份。</translation>
    </message>
    <message>
        <source>Many requests fail</source>
        <translation>许多请求失败</translation>
    </message>
    <message>
        <source>March</source>
        <translation>3月</translation>
    </message>
    <message>
        <source>May</source>
        <translation>5月</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Measured every 2 seconds.</source>
        <translation>每 2 秒测量一次。</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>测量数据</translation>
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
        <source>Memory guard</source>
        <translation>内存守护</translation>
    </message>
    <message>
        <source>Memory index</source>
        <translation>记忆索引</translation>
    </message>
    <message>
        <source>Memory of Clawd Desktop</source>
        <translation>Clawd Desktop 的内存</translation>
    </message>
    <message>
        <source>Memory of the main process</source>
        <translation>主进程内存</translation>
    </message>
    <message>
        <source>Memory of this computer</source>
        <translation>本机内存</translation>
    </message>
    <message>
        <source>Memory runs out</source>
        <translation>内存即将耗尽</translation>
    </message>
    <message>
        <source>Memory, critical</source>
        <translation>内存，严重</translation>
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
        <source>Messages by channel</source>
        <translation>各频道消息</translation>
    </message>
    <message>
        <source>Metered network</source>
        <translation>按流量计费的网络</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Metrics</source>
        <translation>指标</translation>
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
        <source>Model answers</source>
        <translation>模型回答</translation>
    </message>
    <message>
        <source>Models &amp; keys</source>
        <translation>模型与密钥</translation>
    </message>
    <message>
        <source>Models of providers</source>
        <translation>服务商的模型</translation>
    </message>
    <message>
        <source>Models of {server}</source>
        <translation>{server} 的模型</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>本机的模型</translation>
    </message>
    <message>
        <source>Mon</source>
        <translation>周一</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>星期一</translation>
    </message>
    <message>
        <source>Monday to Friday</source>
        <translation>周一至周五</translation>
    </message>
    <message>
        <source>Monitoring</source>
        <translation>监控</translation>
    </message>
    <message>
        <source>Months</source>
        <translation>月</translation>
    </message>
    <message>
        <source>More than ten errors a minute</source>
        <translation>每分钟超过十个错误</translation>
    </message>
    <message>
        <source>Most connections</source>
        <translation>最大连接数</translation>
    </message>
    <message>
        <source>Most that wait</source>
        <translation>最多等待数</translation>
    </message>
    <message>
        <source>Move to keyring</source>
        <translation>移入密钥环</translation>
    </message>
    <message>
        <source>Move to the keyring</source>
        <translation>移到密钥环</translation>
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
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Mute for</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Mute for {time}</source>
        <translation>静音 {time}</translation>
    </message>
    <message>
        <source>Mute notifications</source>
        <translation>通知静音</translation>
    </message>
    <message>
        <source>Muted until {time}.</source>
        <translation>静音至 {time}。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Names of sinks; none: nobody.</source>
        <translation>告知方式的名称；没有：不告知任何人。</translation>
    </message>
    <message>
        <source>Names of sinks; without: those for its severity.</source>
        <translation>告知方式的名称；不填：按严重程度的默认方式。</translation>
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
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Network in</source>
        <translation>网络接收</translation>
    </message>
    <message>
        <source>Network out</source>
        <translation>网络发送</translation>
    </message>
    <message>
        <source>Never tried out</source>
        <translation>从未演练</translation>
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
        <source>New key for backups</source>
        <translation>新的备份密钥</translation>
    </message>
    <message>
        <source>New key…</source>
        <translation>新密钥…</translation>
    </message>
    <message>
        <source>New value; it goes into the keyring</source>
        <translation>新值；会存入密钥环</translation>
    </message>
    <message>
        <source>New work waits while less is free.</source>
        <translation>可用量低于此值时新工作等待。</translation>
    </message>
    <message>
        <source>New work waits while more of it is used.</source>
        <translation>使用量高于此值时新工作等待。</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>Next planned backup: in a moment.</source>
        <translation>下一次计划备份：马上开始。</translation>
    </message>
    <message>
        <source>Next planned backup: {time}.</source>
        <translation>下一次计划备份：{time}。</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>没有回答</translation>
    </message>
    <message>
        <source>No backup has been checked yet.</source>
        <translation>还没有检查过任何备份。</translation>
    </message>
    <message>
        <source>No backup was tried out yet: once a week the newest is restored aside, started and compared.</source>
        <translation>还没有试用过备份：每周会把最新的备份恢复到单独的位置，启动并比较。</translation>
    </message>
    <message>
        <source>No backup yet</source>
        <translation>还没有备份</translation>
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
        <source>No other process runs for Clawd Desktop now.</source>
        <translation>Clawd Desktop 现在没有其他进程在运行。</translation>
    </message>
    <message>
        <source>No turn was traced yet. Each answer of the assistant is shown here with all its steps.</source>
        <translation>还没有记录任何回合。助手的每个回答都会连同所有步骤显示在这里。</translation>
    </message>
    <message>
        <source>Nobody was told.</source>
        <translation>没有通知任何人。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>None checked yet</source>
        <translation>还没有检查过的</translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation>未选择</translation>
    </message>
    <message>
        <source>None connected</source>
        <translation>没有已连接的渠道</translation>
    </message>
    <message>
        <source>None: damaged</source>
        <translation>没有：已损坏</translation>
    </message>
    <message>
        <source>None: the gateway is down</source>
        <translation>没有：网关未运行</translation>
    </message>
    <message>
        <source>None: the last attempt failed</source>
        <translation>没有：上次尝试失败</translation>
    </message>
    <message>
        <source>Not again for</source>
        <translation>不再重复</translation>
    </message>
    <message>
        <source>Not asked yet</source>
        <translation>尚未询问</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>未检查</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>未命中</translation>
    </message>
    <message>
        <source>Not locked</source>
        <translation>未加锁</translation>
    </message>
    <message>
        <source>Not looked at yet</source>
        <translation>尚未检查</translation>
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
        <source>Not yet</source>
        <translation>尚未</translation>
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
        <source>Nothing is chosen.</source>
        <translation>没有选择任何内容。</translation>
    </message>
    <message>
        <source>Nothing is removed for its age.</source>
        <translation>不会因为时间久而删除。</translation>
    </message>
    <message>
        <source>Nothing is wrong: all rules hold.</source>
        <translation>没有异常：所有规则都正常。</translation>
    </message>
    <message>
        <source>Nothing measured yet. The first values come within a few seconds.</source>
        <translation>还没有测量数据。几秒钟内就会有第一批数值。</translation>
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
        <source>Nothing was written yet.</source>
        <translation>还没有写入任何内容。</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Notifications are on.</source>
        <translation>通知已开启。</translation>
    </message>
    <message>
        <source>Notifications come in a later version.</source>
        <translation>通知功能将在以后的版本中提供。</translation>
    </message>
    <message>
        <source>November</source>
        <translation>11月</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Number, or text with a unit.</source>
        <translation>数字，或带单位的文本。</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>对象数</translation>
    </message>
    <message>
        <source>October</source>
        <translation>10月</translation>
    </message>
    <message>
        <source>Of a restic repository, or of rclone's configuration.</source>
        <translation>restic 仓库的密码，或 rclone 配置的密码。</translation>
    </message>
    <message>
        <source>Of a webhook; may hold a token.</source>
        <translation>Webhook 的地址；可能含令牌。</translation>
    </message>
    <message>
        <source>Of one service within the window; then it stays down.</source>
        <translation>一个服务在时间窗内的次数；之后保持停止。</translation>
    </message>
    <message>
        <source>Of restic, or remote:path of rclone.</source>
        <translation>restic 的仓库，或 rclone 的 remote:path。</translation>
    </message>
    <message>
        <source>Of so many days, the newest of each.</source>
        <translation>这么多天中，每天最新的一份。</translation>
    </message>
    <message>
        <source>Of so many months, the newest of each.</source>
        <translation>这么多个月中，每月最新的一份。</translation>
    </message>
    <message>
        <source>Of so many weeks, the newest of each.</source>
        <translation>这么多周中，每周最新的一份。</translation>
    </message>
    <message>
        <source>Of the collector, such as http://127.0.0.1:4318.</source>
        <translation>收集器的地址，如 http://127.0.0.1:4318。</translation>
    </message>
    <message>
        <source>Of the turns that are sent.</source>
        <translation>发送的轮次所占比例。</translation>
    </message>
    <message>
        <source>Of weekly backups.</source>
        <translation>每周备份的日子。</translation>
    </message>
    <message>
        <source>Of windows and menus; the assistant answers in yours anyway.</source>
        <translation>窗口和菜单的语言；助手总会用你的语言回答。</translation>
    </message>
    <message>
        <source>Of {spans}, the newest of each is kept.</source>
        <translation>另外按 {spans}，各保留其中最新的一个。</translation>
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
        <source>Older measurements are removed; 0: only what is too much.</source>
        <translation>更早的测量会被删除；0：仅删除超出大小的部分。</translation>
    </message>
    <message>
        <source>Older than what is kept, and no day, week or month needs them:</source>
        <translation>早于保留期限，且没有任何一天、一周或一月需要它们：</translation>
    </message>
    <message>
        <source>Ollama</source>
        <translation>Ollama</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开启</translation>
    </message>
    <message>
        <source>On battery</source>
        <translation>使用电池时</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>磁盘上</translation>
    </message>
    <message>
        <source>On the terminal</source>
        <translation>在终端上</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>在本机</translation>
    </message>
    <message>
        <source>Once a week, without anybody's help.</source>
        <translation>每周一次，无需人工参与。</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再输入一次</translation>
    </message>
    <message>
        <source>One would go now, which frees {size}.</source>
        <translation>现在会删除 1 个，释放 {size}。</translation>
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
        <source>Only http/protobuf is spoken.</source>
        <translation>只支持 http/protobuf。</translation>
    </message>
    <message>
        <source>Only in backup</source>
        <translation>仅在备份中</translation>
    </message>
    <message>
        <source>Only the secret part of {key} opens them.</source>
        <translation>只有 {key} 的私密部分能打开它们。</translation>
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
        <source>Open alerts</source>
        <translation>未结束的警报</translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation>打开聊天</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>打开的文件</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open now</source>
        <translation>现在可用</translation>
    </message>
    <message>
        <source>Open the folder of the log</source>
        <translation>打开日志文件夹</translation>
    </message>
    <message>
        <source>Open the folder {name}</source>
        <translation>打开文件夹 {name}</translation>
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
        <source>OpenTelemetry</source>
        <translation>OpenTelemetry</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Other models, tried in this order.</source>
        <translation>其他模型，按此顺序尝试。</translation>
    </message>
    <message>
        <source>Our data</source>
        <translation>我们的数据</translation>
    </message>
    <message>
        <source>Over at</source>
        <translation>结束于</translation>
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
        <source>Part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Partial</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Passphrase for backups</source>
        <translation>备份口令</translation>
    </message>
    <message>
        <source>Passphrase. Nobody can recover it: write it down.</source>
        <translation>密码短语。任何人都无法找回，请记下来。</translation>
    </message>
    <message>
        <source>Passphrase…</source>
        <translation>口令…</translation>
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
        <source>Passwords too</source>
        <translation>也包含密码</translation>
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
        <source>Path; without: one file a day in the log folder.</source>
        <translation>路径；不填：日志文件夹中每天一个文件。</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
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
        <source>Pictures of agents</source>
        <translation>助手头像</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Places for work</source>
        <translation>工作名额</translation>
    </message>
    <message>
        <source>Places in use</source>
        <translation>使用中的位置</translation>
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
        <source>Planned</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Planned backups</source>
        <translation>计划备份</translation>
    </message>
    <message>
        <source>Planned backups are paused until you resume them.</source>
        <translation>计划备份已暂停，直到您恢复。</translation>
    </message>
    <message>
        <source>Planned backups are paused until {time}.</source>
        <translation>计划备份已暂停至 {time}。</translation>
    </message>
    <message>
        <source>Planned backups are switched off.</source>
        <translation>计划备份已关闭。</translation>
    </message>
    <message>
        <source>Planned ones: always, not while it is low, or never.</source>
        <translation>计划备份：始终进行、电量低时不进行，或从不进行。</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>进程</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>性能剖析</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Prometheus</source>
        <translation>Prometheus</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
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
        <source>Public keys of age (age1...); who has one of theirs can open it.</source>
        <translation>age 的公钥（age1...）；持有对应私钥的人可以打开。</translation>
    </message>
    <message>
        <source>Puts the question together</source>
        <translation>整理问题</translation>
    </message>
    <message>
        <source>Putting it together…</source>
        <translation>正在汇总…</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>Quiet hours</source>
        <translation>安静时段</translation>
    </message>
    <message>
        <source>Quiet hours until {time}.</source>
        <translation>免打扰至 {time}。</translation>
    </message>
    <message>
        <source>Quiet: the system's Do Not Disturb is on.</source>
        <translation>安静：系统勿扰模式已开启。</translation>
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
        <source>Read</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>Read back {when}</source>
        <translation>{when} 读回核对</translation>
    </message>
    <message>
        <source>Read it whole and compare everything in it</source>
        <translation>完整读取并逐一比对</translation>
    </message>
    <message>
        <source>Reading a backup back</source>
        <translation>正在读回备份</translation>
    </message>
    <message>
        <source>Reading and checking</source>
        <translation>正在读取并检查</translation>
    </message>
    <message>
        <source>Reading back</source>
        <translation>正在回读</translation>
    </message>
    <message>
        <source>Reading the backup</source>
        <translation>正在读取备份</translation>
    </message>
    <message>
        <source>Reads databases whole and asks your model provider; takes longer.</source>
        <translation>完整读取数据库并询问模型提供商；需要更长时间。</translation>
    </message>
    <message>
        <source>Reads the conversation</source>
        <translation>读取对话</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>接收</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Record more.</source>
        <translation>记录更多。</translation>
    </message>
    <message>
        <source>Recording prompts.</source>
        <translation>记录提示词。</translation>
    </message>
    <message>
        <source>Recovery sheet</source>
        <translation>恢复表</translation>
    </message>
    <message>
        <source>Recovery sheet…</source>
        <translation>恢复表…</translation>
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
        <source>Regular expressions.</source>
        <translation>正则表达式。</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Remove these backups?</source>
        <translation>删除这些备份？</translation>
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
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Repair: {title}</source>
        <translation>修复：{title}</translation>
    </message>
    <message>
        <source>Repair…</source>
        <translation>修复…</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>仓库</translation>
    </message>
    <message>
        <source>Request latency</source>
        <translation>请求延迟</translation>
    </message>
    <message>
        <source>Request latency, p50</source>
        <translation>请求延迟 p50</translation>
    </message>
    <message>
        <source>Request latency, p99</source>
        <translation>请求延迟 p99</translation>
    </message>
    <message>
        <source>Request limit</source>
        <translation>请求时限</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
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
        <source>Response time</source>
        <translation>响应时间</translation>
    </message>
    <message>
        <source>Response time by model</source>
        <translation>各模型响应时间</translation>
    </message>
    <message>
        <source>Restart the gateway</source>
        <translation>重启网关</translation>
    </message>
    <message>
        <source>Restarts</source>
        <translation>重启</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>Restore a file…</source>
        <translation>恢复文件…</translation>
    </message>
    <message>
        <source>Restore it into a folder of its own, start it there, and compare</source>
        <translation>恢复到单独的文件夹，在那里启动并比较</translation>
    </message>
    <message>
        <source>Restore the backup of {name}</source>
        <translation>恢复备份：{name}</translation>
    </message>
    <message>
        <source>Restore the backup of {when}</source>
        <translation>恢复 {when} 的备份</translation>
    </message>
    <message>
        <source>Restored, {when}</source>
        <translation>已恢复，{when}</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
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
        <source>Rule: {title}</source>
        <translation>规则：{title}</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Run a gateway here</source>
        <translation>在这里运行网关</translation>
    </message>
    <message>
        <source>Run again: not the same. {difference}</source>
        <translation>再次运行：结果不同。{difference}</translation>
    </message>
    <message>
        <source>Run again: the same answer after {count} questions to the model.</source>
        <translation>再次运行：向模型提问 {count} 次后得到相同的回答。</translation>
    </message>
    <message>
        <source>Run it again</source>
        <translation>再次运行</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Running for</source>
        <translation>已运行</translation>
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
        <source>Runs</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Same</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>沙箱</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>周六</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>星期六</translation>
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
        <source>Save as CSV…</source>
        <translation>另存为 CSV…</translation>
    </message>
    <message>
        <source>Save drafts</source>
        <translation>保存草稿</translation>
    </message>
    <message>
        <source>Save for speedscope</source>
        <translation>保存为 speedscope 文件</translation>
    </message>
    <message>
        <source>Save for speedscope…</source>
        <translation>保存为 speedscope 文件…</translation>
    </message>
    <message>
        <source>Save it again and retry.</source>
        <translation>请重新保存后再试。</translation>
    </message>
    <message>
        <source>Save recovery sheet…</source>
        <translation>保存恢复表…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Saved: {name}</source>
        <translation>已保存：{name}</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
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
        <source>Secret key</source>
        <translation>私钥</translation>
    </message>
    <message>
        <source>Secrets</source>
        <translation>密码与密钥</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>Security check</source>
        <translation>安全检查</translation>
    </message>
    <message>
        <source>Security check: nothing to worry about</source>
        <translation>安全检查：一切正常</translation>
    </message>
    <message>
        <source>Security check: {count} warnings</source>
        <translation>安全检查：{count} 个警告</translation>
    </message>
    <message>
        <source>Security check: {errors} errors, {warnings} warnings</source>
        <translation>安全检查：{errors} 个错误，{warnings} 个警告</translation>
    </message>
    <message>
        <source>See what it would bring back, and choose</source>
        <translation>查看它会带回什么，并进行选择</translation>
    </message>
    <message>
        <source>Self-repair</source>
        <translation>自我修复</translation>
    </message>
    <message>
        <source>Self-test</source>
        <translation>自检</translation>
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
        <source>Send each turn as a tree of spans.</source>
        <translation>把每一轮作为 span 树发送。</translation>
    </message>
    <message>
        <source>Send planned ones over a network that costs by volume.</source>
        <translation>通过按流量计费的网络发送计划备份。</translation>
    </message>
    <message>
        <source>Send the log.</source>
        <translation>发送日志。</translation>
    </message>
    <message>
        <source>Send to a collector.</source>
        <translation>发送到收集器。</translation>
    </message>
    <message>
        <source>Send what is measured.</source>
        <translation>发送测量数据。</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>正在发送</translation>
    </message>
    <message>
        <source>Sending traces, metrics and logs.</source>
        <translation>发送跟踪、指标和日志。</translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation>正在发送…</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Sent with a webhook.</source>
        <translation>随 Webhook 发送。</translation>
    </message>
    <message>
        <source>Sent with each request.</source>
        <translation>随每个请求发送。</translation>
    </message>
    <message>
        <source>Separated by commas</source>
        <translation>用逗号分隔</translation>
    </message>
    <message>
        <source>September</source>
        <translation>9月</translation>
    </message>
    <message>
        <source>Serve the control page at the gateway's address.</source>
        <translation>在网关地址上提供控制网页。</translation>
    </message>
    <message>
        <source>Service runs</source>
        <translation>服务运行</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>服务</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Settings of the log</source>
        <translation>日志设置</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>严重程度</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>比例</translation>
    </message>
    <message>
        <source>Share of all cores.</source>
        <translation>占所有核心的比例。</translation>
    </message>
    <message>
        <source>Share of the battery below which it is low.</source>
        <translation>低于电量的这一比例即为电量低。</translation>
    </message>
    <message>
        <source>Share of the memory.</source>
        <translation>占内存的比例。</translation>
    </message>
    <message>
        <source>Share of the requests that fail.</source>
        <translation>失败请求的比例。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show a picture</source>
        <translation>显示图片</translation>
    </message>
    <message>
        <source>Show all days</source>
        <translation>显示所有日期</translation>
    </message>
    <message>
        <source>Show all {count}</source>
        <translation>显示全部 {count} 个</translation>
    </message>
    <message>
        <source>Show also what stays the same</source>
        <translation>也显示不变的内容</translation>
    </message>
    <message>
        <source>Show as a table</source>
        <translation>显示为表格</translation>
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
        <source>Show the difference</source>
        <translation>显示差异</translation>
    </message>
    <message>
        <source>Show the last {time}</source>
        <translation>显示最近 {time}</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>显示日志</translation>
    </message>
    <message>
        <source>Show {n} more of {count}</source>
        <translation>再显示 {n} 个（还有 {count} 个）</translation>
    </message>
    <message>
        <source>Shown in chat.</source>
        <translation>显示在聊天中。</translation>
    </message>
    <message>
        <source>Sign of life</source>
        <translation>存活信号</translation>
    </message>
    <message>
        <source>Sign-in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Since midnight</source>
        <translation>从零点起</translation>
    </message>
    <message>
        <source>Since {time}: {size} in all, {count} objects</source>
        <translation>{time} 以来：总计 {size}，对象 {count} 个</translation>
    </message>
    <message>
        <source>Sinks</source>
        <translation>告知方式</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Size of the data</source>
        <translation>数据大小</translation>
    </message>
    <message>
        <source>Skills</source>
        <translation>技能</translation>
    </message>
    <message>
        <source>Slow down clients that ask too often.</source>
        <translation>让请求过于频繁的客户端慢下来。</translation>
    </message>
    <message>
        <source>Snooze 1 h</source>
        <translation>推迟 1 小时</translation>
    </message>
    <message>
        <source>Snooze for 1 hour</source>
        <translation>暂停 1 小时</translation>
    </message>
    <message>
        <source>So that others notice when it stops.</source>
        <translation>以便停止时有人注意到。</translation>
    </message>
    <message>
        <source>Speaks</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <source>Start again: {title}</source>
        <translation>重新启动：{title}</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>登录时启动</translation>
    </message>
    <message>
        <source>Start normally</source>
        <translation>正常启动</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Starting a gateway on the copy</source>
        <translation>正在副本上启动网关</translation>
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
        <source>Steps of the turn</source>
        <translation>回合的步骤</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop that program</source>
        <translation>停止那个程序</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Stop the backup</source>
        <translation>停止备份</translation>
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
        <source>Stopped; nothing was measured.</source>
        <translation>已停止；没有测量结果。</translation>
    </message>
    <message>
        <source>Stores</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Stuck after</source>
        <translation>卡住时限</translation>
    </message>
    <message>
        <source>Such as Europe/Berlin; without: this computer's.</source>
        <translation>如 Europe/Berlin；不填：本机的时区。</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>周日</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>星期日</translation>
    </message>
    <message>
        <source>Switch it all off here.</source>
        <translation>在这里全部关闭。</translation>
    </message>
    <message>
        <source>TCP port of the gateway. CLAWDBOT_GATEWAY_PORT wins over it.</source>
        <translation>网关的 TCP 端口。环境变量 CLAWDBOT_GATEWAY_PORT 优先。</translation>
    </message>
    <message>
        <source>Table: {title}</source>
        <translation>表格：{title}</translation>
    </message>
    <message>
        <source>Tailscale</source>
        <translation>Tailscale</translation>
    </message>
    <message>
        <source>Take back: {what}</source>
        <translation>撤回：{what}</translation>
    </message>
    <message>
        <source>Take this restore back?</source>
        <translation>撤回这次恢复？</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>已撤销。</translation>
    </message>
    <message>
        <source>Tell</source>
        <translation>告知</translation>
    </message>
    <message>
        <source>Tell afterwards what was held back</source>
        <translation>之后告知被拦下的内容</translation>
    </message>
    <message>
        <source>Tell afterwards what was held back.</source>
        <translation>之后告知被暂缓的内容。</translation>
    </message>
    <message>
        <source>Terminal style</source>
        <translation>终端样式</translation>
    </message>
    <message>
        <source>Test of “{title}”.</source>
        <translation>测试“{title}”。</translation>
    </message>
    <message>
        <source>Test: tell this alert now, marked as a test</source>
        <translation>测试：立即发出此警报，并标明为测试</translation>
    </message>
    <message>
        <source>That does not open it.</source>
        <translation>这打不开它。</translation>
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
        <source>The backup is being read and checked.</source>
        <translation>正在读取并检查备份。</translation>
    </message>
    <message>
        <source>The backup is old</source>
        <translation>备份已过时</translation>
    </message>
    <message>
        <source>The backup of {made} could not be tried out: {why}</source>
        <translation>无法试用 {made} 的备份：{why}</translation>
    </message>
    <message>
        <source>The backup of {when} is whole: {count} files were read and compared.</source>
        <translation>{when} 的备份完好：已读取并比对 {count} 个文件。</translation>
    </message>
    <message>
        <source>The claw appears in the tray when you log in.</source>
        <translation>登录后，钳子图标会出现在托盘中。</translation>
    </message>
    <message>
        <source>The configuration could not be checked.</source>
        <translation>无法检查配置。</translation>
    </message>
    <message>
        <source>The disk is nearly full</source>
        <translation>磁盘快满了</translation>
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
        <source>The gateway was started again and again</source>
        <translation>网关被反复启动</translation>
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
        <source>The keys of chat channels go back to an older state: WhatsApp and Signal may have to be linked again, and a message that came since may be answered twice or not at all.</source>
        <translation>聊天频道的密钥会回到较早的状态：WhatsApp 和 Signal 可能需要重新关联，之后收到的消息可能被回复两次或得不到回复。</translation>
    </message>
    <message>
        <source>The last 30 minutes of {title}</source>
        <translation>{title}的最近 30 分钟</translation>
    </message>
    <message>
        <source>The last backup failed</source>
        <translation>上次备份失败</translation>
    </message>
    <message>
        <source>The last backup failed, {when}.</source>
        <translation>上一次备份失败了（{when}）。</translation>
    </message>
    <message>
        <source>The local network</source>
        <translation>本地网络</translation>
    </message>
    <message>
        <source>The log cannot be read.</source>
        <translation>无法读取日志。</translation>
    </message>
    <message>
        <source>The log.</source>
        <translation>日志。</translation>
    </message>
    <message>
        <source>The month after</source>
        <translation>下个月</translation>
    </message>
    <message>
        <source>The month before</source>
        <translation>上个月</translation>
    </message>
    <message>
        <source>The newest backup is damaged</source>
        <translation>最新的备份已损坏</translation>
    </message>
    <message>
        <source>The newest good backup is {time} old.</source>
        <translation>最新的完好备份是 {time}前的。</translation>
    </message>
    <message>
        <source>The newest good backup lies before a damaged one.</source>
        <translation>最新的完好备份之后，有一个备份已损坏。</translation>
    </message>
    <message>
        <source>The newest good backup was made {when}.</source>
        <translation>最新的完好备份创建于 {when}。</translation>
    </message>
    <message>
        <source>The newest good one always stays.</source>
        <translation>最新的完好备份始终保留。</translation>
    </message>
    <message>
        <source>The oldest has waited for {time}. {why}</source>
        <translation>最早的已等待 {time}。{why}</translation>
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
        <source>The planned backup failed; it is tried again: {time}.</source>
        <translation>计划备份失败；将重试：{time}。</translation>
    </message>
    <message>
        <source>The planned backup is being made.</source>
        <translation>正在进行计划备份。</translation>
    </message>
    <message>
        <source>The planned backup waits for a network that does not cost by volume. Next look: {time}.</source>
        <translation>计划备份正在等待不按流量计费的网络。下次检查：{time}。</translation>
    </message>
    <message>
        <source>The planned backup waits for a network. Next look: {time}.</source>
        <translation>计划备份正在等待网络。下次检查：{time}。</translation>
    </message>
    <message>
        <source>The planned backup waits for power. Next look: {time}.</source>
        <translation>计划备份正在等待电源。下次检查：{time}。</translation>
    </message>
    <message>
        <source>The processor is busy</source>
        <translation>处理器繁忙</translation>
    </message>
    <message>
        <source>The processor is overloaded</source>
        <translation>处理器过载</translation>
    </message>
    <message>
        <source>The restore did not happen.</source>
        <translation>没有进行恢复。</translation>
    </message>
    <message>
        <source>The restore did not work.</source>
        <translation>恢复没有成功。</translation>
    </message>
    <message>
        <source>The restore is being taken back.</source>
        <translation>正在撤回恢复。</translation>
    </message>
    <message>
        <source>The restore was taken back.</source>
        <translation>恢复已撤回。</translation>
    </message>
    <message>
        <source>The same passphrase once more</source>
        <translation>再输入一次相同的密码短语</translation>
    </message>
    <message>
        <source>The secret part of {key} opens them, or one of {n} others.</source>
        <translation>{key} 或另外 {n} 个密钥之一的私密部分能打开它们。</translation>
    </message>
    <message>
        <source>The self-test did not come to an end.</source>
        <translation>自检未能完成。</translation>
    </message>
    <message>
        <source>The settings cannot be shown.</source>
        <translation>无法显示设置。</translation>
    </message>
    <message>
        <source>The sheet is in {file}. Print it, and remove the file.</source>
        <translation>恢复表在 {file}。请打印，然后删除该文件。</translation>
    </message>
    <message>
        <source>The tray of your desktop is gone</source>
        <translation>桌面的托盘不见了</translation>
    </message>
    <message>
        <source>The trial of a backup failed</source>
        <translation>备份演练失败</translation>
    </message>
    <message>
        <source>The two passphrases differ.</source>
        <translation>两次输入的密码短语不同。</translation>
    </message>
    <message>
        <source>The whole line</source>
        <translation>完整的行</translation>
    </message>
    <message>
        <source>The window stays open until the tray is back; the assistant goes on as before.</source>
        <translation>托盘恢复之前窗口会保持打开；助手照常工作。</translation>
    </message>
    <message>
        <source>Then the work is refused, with the reason.</source>
        <translation>之后工作被拒绝，并说明原因。</translation>
    </message>
    <message>
        <source>There is a good backup, made {when}.</source>
        <translation>有完好的备份，做于{when}。</translation>
    </message>
    <message>
        <source>There is no backup of everything yet.</source>
        <translation>还没有完整的备份。</translation>
    </message>
    <message>
        <source>There is no backup yet.</source>
        <translation>还没有备份。</translation>
    </message>
    <message>
        <source>There is no backup: the last attempt failed.</source>
        <translation>没有备份：上一次尝试失败了。</translation>
    </message>
    <message>
        <source>There is no good backup.</source>
        <translation>没有完好的备份。</translation>
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
        <source>This backup cannot be restored.</source>
        <translation>无法恢复这个备份。</translation>
    </message>
    <message>
        <source>This backup is locked.</source>
        <translation>这个备份已加锁。</translation>
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
        <source>This is all that leaves when you hand the report on, without passwords and keys. Nothing is sent.</source>
        <translation>这就是您转交报告时会离开的全部内容，不含密码和密钥。不会发送任何东西。</translation>
    </message>
    <message>
        <source>This secret key opens the backups that are made from now on. It is shown this once and not kept here: whoever loses it loses them.</source>
        <translation>这个私钥能打开从现在起创建的备份。它只显示这一次，这里不会保存：丢了它就丢了备份。</translation>
    </message>
    <message>
        <source>This system does not say whether its Do Not Disturb is on.</source>
        <translation>此系统不提供勿扰模式的状态。</translation>
    </message>
    <message>
        <source>This text has {size}; a message can have {limit}. Name a file instead, or paste only the beginning.</source>
        <translation>这段文字有 {size}；一条消息最多 {limit}。请改为给出文件名，或只粘贴开头部分。</translation>
    </message>
    <message>
        <source>This version has no such work yet.</source>
        <translation>这个版本还没有这类工作。</translation>
    </message>
    <message>
        <source>This version opens none for the assistant</source>
        <translation>这个版本不为助手打开文件</translation>
    </message>
    <message>
        <source>This version runs none</source>
        <translation>这个版本不运行命令</translation>
    </message>
    <message>
        <source>This window and Clawdbot clients</source>
        <translation>此窗口和 Clawdbot 客户端</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>彻底检查</translation>
    </message>
    <message>
        <source>Those that are there are damaged, or nobody has checked them. Make a new one now.</source>
        <translation>现有的备份已损坏，或从未检查过。请立即新建一个。</translation>
    </message>
    <message>
        <source>Those that are there hold some areas only. Make one of all.</source>
        <translation>现有备份只包含部分内容。请做一次完整备份。</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source>Threads and open files</source>
        <translation>线程与打开的文件</translation>
    </message>
    <message>
        <source>Thresholds</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>周四</translation>
    </message>
    <message>
        <source>Thursday</source>
        <translation>星期四</translation>
    </message>
    <message>
        <source>Tidy up</source>
        <translation>清理</translation>
    </message>
    <message>
        <source>Tidy up…</source>
        <translation>清理…</translation>
    </message>
    <message>
        <source>Tidying up</source>
        <translation>正在清理</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Time between two checks of all rules.</source>
        <translation>两次检查所有规则之间的时间。</translation>
    </message>
    <message>
        <source>Time between two messages of this rule.</source>
        <translation>此规则两次消息之间的时间。</translation>
    </message>
    <message>
        <source>Time between two restarts.</source>
        <translation>两次重启之间的时间。</translation>
    </message>
    <message>
        <source>Time between two sendings of metrics.</source>
        <translation>两次发送指标之间的时间。</translation>
    </message>
    <message>
        <source>Time between two signs.</source>
        <translation>两次信号之间的时间。</translation>
    </message>
    <message>
        <source>Time for a client to sign in.</source>
        <translation>客户端登录的时限。</translation>
    </message>
    <message>
        <source>Time for one message.</source>
        <translation>一条消息的时限。</translation>
    </message>
    <message>
        <source>Time for one request, 0 for any. What waits by its nature is not cut off.</source>
        <translation>单个请求的时限，0 表示不限。本来就需要等待的请求不会被中断。</translation>
    </message>
    <message>
        <source>Time of day; what is missed is caught up.</source>
        <translation>一天中的时刻；错过的会补上。</translation>
    </message>
    <message>
        <source>Time without acknowledgement.</source>
        <translation>无人处理的时间。</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Today's costs are over your limit</source>
        <translation>今日费用超出限额</translation>
    </message>
    <message>
        <source>Together they take at most {size} in one place.</source>
        <translation>同一位置的备份合计最多占用 {size}。</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>Tokens by model</source>
        <translation>各模型令牌</translation>
    </message>
    <message>
        <source>Tokens in</source>
        <translation>输入令牌</translation>
    </message>
    <message>
        <source>Tokens out</source>
        <translation>输出令牌</translation>
    </message>
    <message>
        <source>Tokens today</source>
        <translation>今日词元数</translation>
    </message>
    <message>
        <source>Tokens, estimated</source>
        <translation>词元（估算）</translation>
    </message>
    <message>
        <source>Told by {sinks}.</source>
        <translation>已通过 {sinks} 通知。</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Tool results</source>
        <translation>工具结果</translation>
    </message>
    <message>
        <source>Tool runs</source>
        <translation>工具调用</translation>
    </message>
    <message>
        <source>Traces</source>
        <translation>跟踪</translation>
    </message>
    <message>
        <source>Trial</source>
        <translation>演练</translation>
    </message>
    <message>
        <source>Tried out {when}: the backup of {made} comes back whole.</source>
        <translation>已于 {when} 试用：{made} 的备份可以完整恢复。</translation>
    </message>
    <message>
        <source>Tried out {when}: the backup of {made} does not come back. {why}</source>
        <translation>已于 {when} 试用：{made} 的备份无法恢复。{why}</translation>
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
        <source>Try it out</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Try out</source>
        <translation>试恢复</translation>
    </message>
    <message>
        <source>Try out the backup of {when}</source>
        <translation>试用 {when} 的备份</translation>
    </message>
    <message>
        <source>Try the small one</source>
        <translation>试试小模型</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>周二</translation>
    </message>
    <message>
        <source>Tuesday</source>
        <translation>星期二</translation>
    </message>
    <message>
        <source>Turn</source>
        <translation>回合</translation>
    </message>
    <message>
        <source>Turn off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Turn off…</source>
        <translation>关闭…</translation>
    </message>
    <message>
        <source>Turns</source>
        <translation>回合</translation>
    </message>
    <message>
        <source>Turns at once</source>
        <translation>同时进行的回合</translation>
    </message>
    <message>
        <source>Turns ended</source>
        <translation>已结束的回合</translation>
    </message>
    <message>
        <source>Turns failed</source>
        <translation>失败的回合</translation>
    </message>
    <message>
        <source>Turns of conversations</source>
        <translation>对话轮次</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Types of object</source>
        <translation>对象类型</translation>
    </message>
    <message>
        <source>USD</source>
        <translation>美元</translation>
    </message>
    <message>
        <source>Unanswered tool calls</source>
        <translation>未得到结果的工具调用</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo a restore</source>
        <translation>撤销恢复</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>撤销…</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Unknown: a place is away</source>
        <translation>未知：有位置不可用</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Unlocking was refused</source>
        <translation>解锁被拒绝</translation>
    </message>
    <message>
        <source>Unmute notifications</source>
        <translation>取消通知静音</translation>
    </message>
    <message>
        <source>Unpacking</source>
        <translation>正在解包</translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation>直到我让它继续</translation>
    </message>
    <message>
        <source>Until its first word</source>
        <translation>到第一个词</translation>
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
        <source>Uptime</source>
        <translation>运行时间</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use an encrypted file</source>
        <translation>使用加密文件</translation>
    </message>
    <message>
        <source>Use that gateway</source>
        <translation>使用那个网关</translation>
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
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Vectors of texts</source>
        <translation>文本向量</translation>
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
        <source>Very good.</source>
        <translation>很好。</translation>
    </message>
    <message>
        <source>Wait</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Waiting for a place</source>
        <translation>等待位置</translation>
    </message>
    <message>
        <source>Waiting turns</source>
        <translation>等待的回合</translation>
    </message>
    <message>
        <source>Waits for its place</source>
        <translation>等待位置</translation>
    </message>
    <message>
        <source>Waits for something</source>
        <translation>正在等待</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>警告和错误</translation>
    </message>
    <message>
        <source>Watches the thread that does the work. What you want to know about should happen meanwhile.</source>
        <translation>观察执行工作的线程。想了解的操作应在此期间进行。</translation>
    </message>
    <message>
        <source>Way of signing in</source>
        <translation>登录方式</translation>
    </message>
    <message>
        <source>Weak: a program guesses it.</source>
        <translation>太弱：程序就能猜出来。</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Web pages</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Web searches</source>
        <translation>网页搜索</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>周三</translation>
    </message>
    <message>
        <source>Wednesday</source>
        <translation>星期三</translation>
    </message>
    <message>
        <source>Weeks</source>
        <translation>周</translation>
    </message>
    <message>
        <source>Welcome. You can begin right away.</source>
        <translation>欢迎。你可以马上开始。</translation>
    </message>
    <message>
        <source>What a restore would do</source>
        <translation>恢复会做什么</translation>
    </message>
    <message>
        <source>What can you do for me on this computer?</source>
        <translation>你能在这台电脑上为我做什么？</translation>
    </message>
    <message>
        <source>What exactly.</source>
        <translation>具体内容。</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>保留规则</translation>
    </message>
    <message>
        <source>What is kept so that it need not be fetched again.</source>
        <translation>保存下来以免再次获取的内容。</translation>
    </message>
    <message>
        <source>What is left to the computer, and how long work waits for its turn.</source>
        <translation>留给本机多少，以及工作等待多久。</translation>
    </message>
    <message>
        <source>What is looked at, such as system.cpuUsage.</source>
        <translation>观察的内容，如 system.cpuUsage。</translation>
    </message>
    <message>
        <source>What is measured, told and repaired.</source>
        <translation>测量、告知和修复的内容。</translation>
    </message>
    <message>
        <source>What is remembered of each turn.</source>
        <translation>每一轮记住的内容。</translation>
    </message>
    <message>
        <source>What is repaired without asking.</source>
        <translation>无需询问即修复的内容。</translation>
    </message>
    <message>
        <source>What it is called in messages.</source>
        <translation>在消息中的名称。</translation>
    </message>
    <message>
        <source>What it is called; without: its folder or repository.</source>
        <translation>名称；不填则用其文件夹或仓库。</translation>
    </message>
    <message>
        <source>What its model said was not recorded.</source>
        <translation>没有记录其模型的回答。</translation>
    </message>
    <message>
        <source>What process {pid} is doing now fails. Clawd Desktop starts it again when it is needed.</source>
        <translation>进程 {pid} 正在做的事会失败。需要时 Clawd Desktop 会重新启动它。</translation>
    </message>
    <message>
        <source>What shall we do?</source>
        <translation>我们来做点什么？</translation>
    </message>
    <message>
        <source>What stops is started again by itself, a few times at most; what then stays down is told to you.</source>
        <translation>停止的部分会自动重新启动，但次数有限；之后仍未恢复的会告诉您。</translation>
    </message>
    <message>
        <source>What the conversation consists of</source>
        <translation>会话的组成</translation>
    </message>
    <message>
        <source>What the report holds</source>
        <translation>报告内容</translation>
    </message>
    <message>
        <source>What the restore had brought comes again.</source>
        <translation>那次恢复带来的内容会再次出现。</translation>
    </message>
    <message>
        <source>What this program is called there.</source>
        <translation>本程序在那里的名称。</translation>
    </message>
    <message>
        <source>What was changed since is in none. Make one now.</source>
        <translation>此后的改动还没有备份。请立即备份。</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>查找结果</translation>
    </message>
    <message>
        <source>What was measured is shown here, the costliest first.</source>
        <translation>测量结果显示在这里，耗时最多的在前。</translation>
    </message>
    <message>
        <source>What was there before is also in the backup {file}.</source>
        <translation>之前的内容也在备份 {file} 中。</translation>
    </message>
    <message>
        <source>What would change</source>
        <translation>将会改变的内容</translation>
    </message>
    <message>
        <source>When</source>
        <translation>条件</translation>
    </message>
    <message>
        <source>When it begins.</source>
        <translation>何时开始。</translation>
    </message>
    <message>
        <source>When it stood still</source>
        <translation>何时停顿</translation>
    </message>
    <message>
        <source>When made</source>
        <translation>创建时</translation>
    </message>
    <message>
        <source>When not to disturb.</source>
        <translation>何时不打扰。</translation>
    </message>
    <message>
        <source>When only exceptions are told.</source>
        <translation>只告知例外情况的时段。</translation>
    </message>
    <message>
        <source>When there is no tray, closing the window</source>
        <translation>没有托盘时，关闭窗口</translation>
    </message>
    <message>
        <source>When they are made.</source>
        <translation>何时进行。</translation>
    </message>
    <message>
        <source>Where it ends; without: at the value.</source>
        <translation>在哪里结束；不填：在该值处。</translation>
    </message>
    <message>
        <source>Where it goes.</source>
        <translation>写到哪里。</translation>
    </message>
    <message>
        <source>Where the default rules begin.</source>
        <translation>默认规则的起点。</translation>
    </message>
    <message>
        <source>Where the desktop has a tray, the window only hides.</source>
        <translation>桌面有托盘时，窗口只会隐藏。</translation>
    </message>
    <message>
        <source>Where the memory is</source>
        <translation>内存用在哪里</translation>
    </message>
    <message>
        <source>Where the time goes</source>
        <translation>时间花在哪里</translation>
    </message>
    <message>
        <source>Where they go</source>
        <translation>存放位置</translation>
    </message>
    <message>
        <source>Where they go, all of them; none: the folder that this program has for them.</source>
        <translation>备份存放的位置，全部使用；不填则用本程序自己的备份文件夹。</translation>
    </message>
    <message>
        <source>Whether backups go there.</source>
        <translation>是否备份到那里。</translation>
    </message>
    <message>
        <source>Whether it is checked.</source>
        <translation>是否检查。</translation>
    </message>
    <message>
        <source>Whether it is used.</source>
        <translation>是否使用。</translation>
    </message>
    <message>
        <source>Whether the newest one can be restored, weekly.</source>
        <translation>每周检查最新的备份能否恢复。</translation>
    </message>
    <message>
        <source>Who answers</source>
        <translation>由谁回答</translation>
    </message>
    <message>
        <source>Who can read them.</source>
        <translation>谁可以读取。</translation>
    </message>
    <message>
        <source>Whoever chose it knows it.</source>
        <translation>设定它的人知道密码。</translation>
    </message>
    <message>
        <source>Whoever gets hold of a backup that is made from now on can read it. Those that are locked stay locked: keep what opens them.</source>
        <translation>谁拿到从现在起创建的备份都能读取。已加锁的仍然加锁：请保管好打开它们的东西。</translation>
    </message>
    <message>
        <source>Whoever has a backup can read your conversations in it. Passwords are left out of it.</source>
        <translation>谁拿到备份就能读到其中的对话。密码不会放进去。</translation>
    </message>
    <message>
        <source>Whom in that channel.</source>
        <translation>该渠道中的谁。</translation>
    </message>
    <message>
        <source>Whom to tell when nobody reacts.</source>
        <translation>无人反应时告知谁。</translation>
    </message>
    <message>
        <source>Why did this fire?</source>
        <translation>为什么触发？</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>为什么？</translation>
    </message>
    <message>
        <source>With child processes</source>
        <translation>含子进程</translation>
    </message>
    <message>
        <source>With its arguments; the alert comes as JSON on standard input.</source>
        <translation>连同参数；告警以 JSON 形式从标准输入传入。</translation>
    </message>
    <message>
        <source>Within</source>
        <translation>时间窗</translation>
    </message>
    <message>
        <source>Without the passphrase nobody can open them, also not on another computer.</source>
        <translation>没有口令谁也打不开，在别的电脑上也一样。</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>工作</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>正在处理</translation>
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
        <source>Would be lost</source>
        <translation>将会失去</translation>
    </message>
    <message>
        <source>Write to {address}?</source>
        <translation>给 {address} 写信？</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>正在写入</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>写出</translation>
    </message>
    <message>
        <source>Wrong above</source>
        <translation>高于此值为异常</translation>
    </message>
    <message>
        <source>Wrong below</source>
        <translation>低于此值为异常</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
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
        <source>Your data is back.</source>
        <translation>你的数据回来了。</translation>
    </message>
    <message>
        <source>Your data is being brought back.</source>
        <translation>正在找回你的数据。</translation>
    </message>
    <message>
        <source>Your data is being brought back…</source>
        <translation>正在找回你的数据…</translation>
    </message>
    <message>
        <source>Your desktop has no tray in which Clawd Desktop could stay. It can go on answering in the background; start it again to see its window. This is asked once; Settings can change it.</source>
        <translation>你的桌面没有可供 Clawd Desktop 驻留的托盘。它可以在后台继续回答；再次启动即可看到窗口。此问题只问一次，可在设置中更改。</translation>
    </message>
    <message>
        <source>Your files</source>
        <translation>您的文件</translation>
    </message>
    <message>
        <source>Your time zone, such as Europe/Berlin.</source>
        <translation>你的时区，例如 Asia/Shanghai。</translation>
    </message>
    <message>
        <source>above or below the value.</source>
        <translation>高于（above）或低于（below）该值。</translation>
    </message>
    <message>
        <source>acknowledged by {who}</source>
        <translation>已由 {who} 确认</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>以及另外 {count} 个</translation>
    </message>
    <message>
        <source>and {count} more stretches in the configuration</source>
        <translation>配置中还有 {count} 个时段</translation>
    </message>
    <message>
        <source>approvals, security, critical, or ids of rules.</source>
        <translation>approvals、security、critical 或规则的标识。</translation>
    </message>
    <message>
        <source>by version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>can be taken back until {when}</source>
        <translation>{when} 之前可以撤回</translation>
    </message>
    <message>
        <source>chat for the main conversation, or a chat channel.</source>
        <translation>chat 表示主对话，或某个聊天渠道。</translation>
    </message>
    <message>
        <source>d</source>
        <translation>天</translation>
    </message>
    <message>
        <source>daily, weekly, or every few hours.</source>
        <translation>每天、每周，或每隔几小时。</translation>
    </message>
    <message>
        <source>every day</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>failed or damaged: {n}</source>
        <translation>失败或损坏：{n}</translation>
    </message>
    <message>
        <source>first word after {time}</source>
        <translation>{time} 后出现第一个词</translation>
    </message>
    <message>
        <source>folder: each is one file; store: a folder in which they share what is equal; or a program.</source>
        <translation>folder：每个备份一个文件；store：文件夹，相同内容只存一份；或一个程序。</translation>
    </message>
    <message>
        <source>good: {n}</source>
        <translation>完好：{n}</translation>
    </message>
    <message>
        <source>h</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>it was not measured any more</source>
        <translation>不再被测量</translation>
    </message>
    <message>
        <source>its rule was changed or switched off</source>
        <translation>其规则已更改或关闭</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>已加锁</translation>
    </message>
    <message>
        <source>loopback: this computer only. Anything else needs TLS or a trusted proxy, and a strong password.</source>
        <translation>默认仅本机可访问。其他选择都需要 TLS 或可信代理，以及足够强的密码。</translation>
    </message>
    <message>
        <source>made on {host}</source>
        <translation>来自 {host}</translation>
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
        <source>no backup</source>
        <translation>没有备份</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>无限制</translation>
    </message>
    <message>
        <source>no reason was given</source>
        <translation>没有给出原因</translation>
    </message>
    <message>
        <source>not checked: {n}</source>
        <translation>未检查：{n}</translation>
    </message>
    <message>
        <source>not looked into yet</source>
        <translation>尚未查看内容</translation>
    </message>
    <message>
        <source>of some areas: {n}</source>
        <translation>仅部分区域：{n}</translation>
    </message>
    <message>
        <source>p95 of a minute</source>
        <translation>一分钟内 p95</translation>
    </message>
    <message>
        <source>passed on</source>
        <translation>已升级通知</translation>
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
        <source>since {time}</source>
        <translation>自 {time}</translation>
    </message>
    <message>
        <source>snoozed until {time}</source>
        <translation>暂停至 {time}</translation>
    </message>
    <message>
        <source>started again once</source>
        <translation>重新启动过一次</translation>
    </message>
    <message>
        <source>started again {n} times</source>
        <translation>重新启动过 {n} 次</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>the last line has no end</source>
        <translation>最后一行没有结尾</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>明天 {time}</translation>
    </message>
    <message>
        <source>with secrets</source>
        <translation>含机密</translation>
    </message>
    <message>
        <source>without secrets</source>
        <translation>不含机密</translation>
    </message>
    <message>
        <source>worst {value}</source>
        <translation>最差 {value}</translation>
    </message>
    <message>
        <source>{age}: failed</source>
        <translation>{age}：失败</translation>
    </message>
    <message>
        <source>{age}: old</source>
        <translation>{age}：太旧</translation>
    </message>
    <message>
        <source>{age}; a newer one is damaged</source>
        <translation>{age}；更新的一个已损坏</translation>
    </message>
    <message>
        <source>{age}; a place is away</source>
        <translation>{age}；有位置不可用</translation>
    </message>
    <message>
        <source>{age}; the last attempt failed</source>
        <translation>{age}；上次尝试失败</translation>
    </message>
    <message>
        <source>{areas} and {count} more</source>
        <translation>{areas}等，另有 {count} 项</translation>
    </message>
    <message>
        <source>{area} ({agent})</source>
        <translation>{area}（{agent}）</translation>
    </message>
    <message>
        <source>{area}: {text}</source>
        <translation>{area}：{text}</translation>
    </message>
    <message>
        <source>{cause} · failed: {why}</source>
        <translation>{cause} · 失败：{why}</translation>
    </message>
    <message>
        <source>{condition} for {time}</source>
        <translation>{condition}，持续 {time}</translation>
    </message>
    <message>
        <source>{count} checks are fine</source>
        <translation>{count} 项检查正常</translation>
    </message>
    <message>
        <source>{count} files that are here now are not in it and go.</source>
        <translation>现有的 {count} 个文件不在其中，将被移走。</translation>
    </message>
    <message>
        <source>{count} files were brought back from {file}.</source>
        <translation>已从 {file} 找回 {count} 个文件。</translation>
    </message>
    <message>
        <source>{count} files, {size}: {areas}.</source>
        <translation>{count} 个文件，{size}：{areas}。</translation>
    </message>
    <message>
        <source>{count} lines</source>
        <translation>{count} 行</translation>
    </message>
    <message>
        <source>{count} to look at, nothing broken.</source>
        <translation>有 {count} 项需要查看，没有损坏。</translation>
    </message>
    <message>
        <source>{day}: nothing was made.</source>
        <translation>{day}：没有创建。</translation>
    </message>
    <message>
        <source>{day}: {count}</source>
        <translation>{day}：{count} 个</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done}，共 {total}</translation>
    </message>
    <message>
        <source>{d} d {h} h</source>
        <translation>{d} 天 {h} 小时</translation>
    </message>
    <message>
        <source>{errors} broken, {warnings} more to look at.</source>
        <translation>{errors} 项损坏，另有 {warnings} 项需要查看。</translation>
    </message>
    <message>
        <source>{free} free of {total}</source>
        <translation>可用 {free}，共 {total}</translation>
    </message>
    <message>
        <source>{free}: too little for another backup.</source>
        <translation>{free}：不够再做一个备份。</translation>
    </message>
    <message>
        <source>{free}; the folder is made with the first backup.</source>
        <translation>{free}；首次备份时会创建该文件夹。</translation>
    </message>
    <message>
        <source>{from_} to {to}, {days}</source>
        <translation>{from_} 至 {to}，{days}</translation>
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
        <source>{metric} above {value}</source>
        <translation>{metric} 高于 {value}</translation>
    </message>
    <message>
        <source>{metric} below {value}</source>
        <translation>{metric} 低于 {value}</translation>
    </message>
    <message>
        <source>{model} answers from now on.</source>
        <translation>从现在起由 {model} 回答。</translation>
    </message>
    <message>
        <source>{model} is chosen</source>
        <translation>已选 {model}</translation>
    </message>
    <message>
        <source>{model}: {answers}</source>
        <translation>{model}：{answers}</translation>
    </message>
    <message>
        <source>{month} {year}</source>
        <translation>{year}年{month}</translation>
    </message>
    <message>
        <source>{m} min</source>
        <translation>{m} 分钟</translation>
    </message>
    <message>
        <source>{named} and {n} more</source>
        <translation>{named}，另有 {n} 个</translation>
    </message>
    <message>
        <source>{name} (not connected)</source>
        <translation>{name}（未连接）</translation>
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
        <source>{n} answer failed</source>
        <translation>{n} 次回答失败</translation>
    </message>
    <message>
        <source>{n} answer was stopped</source>
        <translation>{n} 次回答被停止</translation>
    </message>
    <message>
        <source>{n} answers</source>
        <translation>{n} 个回答</translation>
    </message>
    <message>
        <source>{n} answers failed</source>
        <translation>{n} 次回答失败</translation>
    </message>
    <message>
        <source>{n} answers were stopped</source>
        <translation>{n} 次回答被停止</translation>
    </message>
    <message>
        <source>{n} change of model</source>
        <translation>更换模型 {n} 次</translation>
    </message>
    <message>
        <source>{n} changes of model</source>
        <translation>更换模型 {n} 次</translation>
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
        <source>{n} come back ({size})</source>
        <translation>{n} 个回来（{size}）</translation>
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
        <source>{n} days</source>
        <translation>{n} 天</translation>
    </message>
    <message>
        <source>{n} go ({size})</source>
        <translation>{n} 个移除（{size}）</translation>
    </message>
    <message>
        <source>{n} go back to how they were ({size})</source>
        <translation>{n} 个回到从前（{size}）</translation>
    </message>
    <message>
        <source>{n} in, {m} out</source>
        <translation>输入 {n}，输出 {m}</translation>
    </message>
    <message>
        <source>{n} line</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source>{n} lines</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source>{n} months</source>
        <translation>{n} 个月</translation>
    </message>
    <message>
        <source>{n} reported by models</source>
        <translation>模型报告 {n}</translation>
    </message>
    <message>
        <source>{n} stay</source>
        <translation>{n} 个不变</translation>
    </message>
    <message>
        <source>{n} summaries</source>
        <translation>{n} 次摘要</translation>
    </message>
    <message>
        <source>{n} summary</source>
        <translation>{n} 次摘要</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} 个词元</translation>
    </message>
    <message>
        <source>{n} tool</source>
        <translation>{n} 个工具</translation>
    </message>
    <message>
        <source>{n} tool result without a call</source>
        <translation>{n} 个没有调用的工具结果</translation>
    </message>
    <message>
        <source>{n} tool results without a call</source>
        <translation>{n} 个没有调用的工具结果</translation>
    </message>
    <message>
        <source>{n} tools</source>
        <translation>{n} 个工具</translation>
    </message>
    <message>
        <source>{n} weeks</source>
        <translation>{n} 周</translation>
    </message>
    <message>
        <source>{n} would go now, which frees {size}.</source>
        <translation>现在会删除 {n} 个，释放 {size}。</translation>
    </message>
    <message>
        <source>{n}, at byte {places}</source>
        <translation>{n} 处，位于字节 {places}</translation>
    </message>
    <message>
        <source>{page} comes in a later version.</source>
        <translation>“{page}”将在以后的版本中提供。</translation>
    </message>
    <message>
        <source>{read} tokens read, {written} written</source>
        <translation>读取 {read} 个令牌，写出 {written} 个</translation>
    </message>
    <message>
        <source>{since} to {until}</source>
        <translation>{since} 至 {until}</translation>
    </message>
    <message>
        <source>{size} for native libraries and large objects</source>
        <translation>原生库和大对象 {size}</translation>
    </message>
    <message>
        <source>{size} for small Python objects, {used} of it in use</source>
        <translation>Python 小对象 {size}，其中使用中 {used}</translation>
    </message>
    <message>
        <source>{size} in all</source>
        <translation>总计 {size}</translation>
    </message>
    <message>
        <source>{size} in {folder}, read back and found whole.</source>
        <translation>{size}，位于 {folder}，已回读，完好无损。</translation>
    </message>
    <message>
        <source>{size} in {folder}; what was new in it was read back and found whole.</source>
        <translation>{size}，位于 {folder}；其中新写入的内容已回读，完好无损。</translation>
    </message>
    <message>
        <source>{size}. Not in it: {what}</source>
        <translation>{size}。不包含：{what}</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/秒</translation>
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
        <source>{text} Files that were written since go with it and are kept for {n} days. Clawd Desktop starts again.</source>
        <translation>{text}之后写入的文件会一并移走，并保留 {n} 天。Clawd Desktop 会重新启动。</translation>
    </message>
    <message>
        <source>{time} ago</source>
        <translation>{time}前</translation>
    </message>
    <message>
        <source>{time} in all</source>
        <translation>共 {time}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>还剩 {time}</translation>
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
    <message>
        <source>{weekday}, {day} {month} {year}</source>
        <translation>{year}年{month}{day}日，{weekday}</translation>
    </message>
    <message>
        <source>{what}, {share} %</source>
        <translation>{what}，{share}%</translation>
    </message>
    <message>
        <source>{what}…</source>
        <translation>{what}…</translation>
    </message>
    <message>
        <source>{when}, for {time}</source>
        <translation>{when}，持续 {time}</translation>
    </message>
    <message>
        <source>{why} Nothing was changed.</source>
        <translation>{why} 没有任何更改。</translation>
    </message>
</context>
</TS>
