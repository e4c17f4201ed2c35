# Install the system libraries that Qt's windows need, if they are missing and may be installed. Never fails:
# without them the tests of the viewer are skipped, with the reason.
python=${1:-python3}
works() { "$python" -c "import PySide6.QtWidgets" 2>/dev/null; }

works && exit 0
command -v apt-get >/dev/null || { echo "windows cannot be tested: Qt's libraries are missing, and there is no apt-get"; exit 0; }
[ "$(id -u)" = 0 ] && as_root= || as_root="sudo -n"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 fonts-dejavu-core >/dev/null
works || echo "windows cannot be tested: Qt does not load"
exit 0
