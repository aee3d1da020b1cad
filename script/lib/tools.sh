# shellcheck shell=bash
# What the scripts share: messages, and a uv to install with. Sourced from the repository's root.

UV_VERSION=0.13.8

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

fail() {
  printf '\033[1;31mError:\033[0m %s\n' "$1" >&2
  shift
  [[ $# -eq 0 ]] || printf '       %s\n' "$@" >&2
  exit 1
}

# Set UV to a uv that runs: the one on PATH, else our own in .uv/.
ensure_uv() {
  UV=$(command -v uv || true)
  [[ -z $UV ]] || return 0
  UV=$PWD/.uv/bin/uv
  [[ "$("$UV" --version 2>/dev/null)" != "uv $UV_VERSION"* ]] || return 0
  say "Installing uv $UV_VERSION into .uv/"
  command -v python3 >/dev/null || fail "neither uv nor python3 is on PATH" "apt-get install python3-venv, or install uv."
  rm -rf .uv
  if ! python3 -m venv .uv >/dev/null 2>&1; then
    rm -rf .uv
    fail "'$(command -v python3) -m venv' does not work here (Debian ships it apart from Python)" \
      "apt-get install python3-venv, or install uv, then run this again."
  fi
  .uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
}
