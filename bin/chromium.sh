# Sourced by bin/test: names the system's Chromium in CHROMIUM, installing Debian's package when root.
find_chromium() {
  for name in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
    if CHROMIUM=$(command -v "$name"); then return; fi
  done
}
find_chromium
if [ -z "$CHROMIUM" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo 'Installing Chromium for the browser tests:'
  apt-get -q update || true
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends chromium || true
  find_chromium
fi
if [ -z "$CHROMIUM" ]; then
  echo "No Chromium, so no browser tests: run 'apt install chromium' as root to have them." >&2
fi
export CHROMIUM
