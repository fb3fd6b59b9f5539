# Sourced by bin/test: sets $chromium to the system's Chromium, installing Debian's package when root.
chromium=''
find_chromium() {
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then chromium=$(command -v "$name") && return; fi
  done
}
find_chromium
if [ -z "$chromium" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo 'Installing Chromium for the browser tests:'
  apt-get -q update || true
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends chromium || true
  find_chromium
fi
if [ -z "$chromium" ]; then
  echo "No Chromium, so no browser tests: run 'apt install chromium' as root to have them." >&2
fi
