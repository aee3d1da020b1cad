# shellcheck shell=bash
# Finding or bringing a Python that Home Assistant runs on. Sourced after tools.sh.

# True when $1 is an interpreter of ours: new enough, and complete.
python_fits() {
  "$1" -c 'import sys, ssl, sqlite3, ctypes, lzma, bz2; sys.exit(sys.version_info[:2] != (3, 14) or sys.version_info < (3, 14, 2))' 2>/dev/null
}

# Set PYTHON to a Python >= 3.14.2: an installed one, uv's, or Debian's unpacked into .python/.
ensure_python() {
  local candidate
  for candidate in "$(command -v python3.14 || true)" .python/uv/*/bin/python3.14 .python/debian/usr/bin/python3.14; do
    if [[ -x $candidate ]] && python_fits "$candidate"; then
      PYTHON=$(cd "$(dirname "$candidate")" && pwd)/python3.14
      return 0
    fi
  done
  say "No Python 3.14 here: asking uv for one"
  if UV_HTTP_RETRIES=0 UV_HTTP_TIMEOUT=20 "$UV" python install --quiet --install-dir .python/uv --no-bin 3.14 2>/dev/null; then
    for candidate in "$PWD"/.python/uv/*/bin/python3.14; do
      if python_fits "$candidate"; then PYTHON=$candidate && return 0; fi
    done
  fi
  say "uv cannot download one: unpacking Debian's into .python/ (nothing on the system changes)"
  PYTHON=$PWD/.python/debian/usr/bin/python3.14
  script/python "$PWD/.python/debian" && python_fits "$PYTHON" || fail "there is no Python 3.14.2 or newer, and none could be brought" \
    "Install one by hand (python.org, pyenv, your distribution), have it on PATH as python3.14, and run this again."
}
