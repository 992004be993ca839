# Installs Clawd Desktop for this user and adds it to the Start menu.
$ErrorActionPreference = "Stop"
$project = Resolve-Path (Join-Path $PSScriptRoot "..\..")
$home_folder = Join-Path $env:LOCALAPPDATA "ClawdDesktop"
$python = Join-Path $home_folder "Scripts\python.exe"
if (-not (Test-Path $python)) { py -3 -m venv $home_folder }
if ($LASTEXITCODE) { throw "Python 3.11 or newer is needed: winget install Python.Python.3.12" }
& $python -m pip install --disable-pip-version-check "$project"
if ($LASTEXITCODE) { throw "The installation failed; what pip said stands above." }
$menu = [Environment]::GetFolderPath("Programs")
$shortcut = (New-Object -ComObject WScript.Shell).CreateShortcut((Join-Path $menu "Clawd Desktop.lnk"))
$shortcut.TargetPath = Join-Path $home_folder "Scripts\clawd-desktop-gui.exe"
$shortcut.Description = "A personal assistant that lives in the system tray"
$shortcut.Save()
Write-Host "Clawd Desktop is in the Start menu."
