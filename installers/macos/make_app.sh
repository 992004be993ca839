#!/bin/sh
# Makes ~/Applications/Clawd Desktop.app, a bundle that starts the installed command. LSUIElement: menu bar, no Dock icon.
set -eu
home="$HOME/Library/Application Support/clawd-desktop-app"
app="$HOME/Applications/Clawd Desktop.app"
[ -x "$home/bin/clawd-desktop-gui" ] || { echo "Install first: see installers/macos/README.md" >&2; exit 1; }
version=$("$home/bin/clawd-desktop" version)
mkdir -p "$app/Contents/MacOS"
printf '#!/bin/sh\nexec "%s/bin/clawd-desktop-gui" "$@"\n' "$home" >"$app/Contents/MacOS/clawd-desktop"
chmod +x "$app/Contents/MacOS/clawd-desktop"
cat >"$app/Contents/Info.plist" <<PLIST
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>CFBundleName</key><string>Clawd Desktop</string>
  <key>CFBundleIdentifier</key><string>io.github.clawd_desktop</string>
  <key>CFBundleExecutable</key><string>clawd-desktop</string>
  <key>CFBundleShortVersionString</key><string>${version#clawd-desktop }</string>
  <key>CFBundlePackageType</key><string>APPL</string>
  <key>LSMinimumSystemVersion</key><string>13.0</string>
  <key>LSUIElement</key><true/>
  <key>NSHighResolutionCapable</key><true/>
</dict>
</plist>
PLIST
echo "Made $app"
