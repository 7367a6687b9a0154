# What the set-up scripts share: words, limits and packages. It is sourced, never run.

# Says what is being done, before something that may take a while.
say() { printf 'setup: %s\n' "$*" >&2; }

# Says what is missing and how to get it, and gives up.
give_up() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# bounded SECONDS PROGRAM…: nothing that talks to a network may hang for ever.
bounded() {
  local seconds=$1
  shift
  if has timeout; then timeout "$seconds" "$@"; else "$@"; fi
}

# step TEXT PROGRAM…: does it quietly, tells how long it took, and shows its last words if it
# fails.
step() {
  local text=$1 began=$SECONDS log status=0
  shift
  mkdir -p .tools
  log=$(mktemp .tools/step.XXXXXX)
  say "$text"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -eq 0 ]; then
    say "  done in $((SECONDS - began)) s"
  else
    say "  failed after $((SECONDS - began)) s:"
    tail -n 8 "$log" | sed 's/^/setup:   | /' >&2
  fi
  rm -f "$log"
  return "$status"
}

# What comes before a program that changes the system: nothing for root.
as_root=
[ "$(id -u)" -eq 0 ] || as_root="sudo -n"

# Whether packages can be installed here without asking anybody.
may_install() { has apt-get && { [ -z "$as_root" ] || $as_root true 2>/dev/null; }; }

# A machine's lists of packages may be missing or old: they are fetched once in a run.
refreshed=
refresh_packages() {
  [ -z "$refreshed" ] || return 0
  refreshed=yes
  step "fetching Debian's lists of packages" bounded 300 $as_root apt-get update -qq || true
}

# install_packages NAME…: all or nothing.
install_packages() {
  may_install || return 1
  refresh_packages
  step "installing $*" bounded 900 $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq --yes --no-install-recommends "$@"
}
