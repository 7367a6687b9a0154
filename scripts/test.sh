#!/usr/bin/env bash
# Every check of the project, all of them even if an early one fails. The last line is the sum.
#
# What cargo's test runs say themselves is added up. A check that fails without such a line (the
# format, a lint, a build, a test that does not compile) counts as one failure, so that the sum
# never looks better than the exit code.
set -uo pipefail
cd "$(dirname "$0")/.."
with=scripts/with.sh
target=wasm32-unknown-unknown
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0 wrong=

# check NAME PROGRAM…
check() {
  local name=$1 began=$SECONDS status=0 counted
  shift
  printf '\n== %s\n' "$name"
  "$@" </dev/null 2>&1 | tee "$log" || status=$?
  counted=$(count <"$log")
  set -- $counted
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
  if [ "$status" -ne 0 ]; then
    [ "$2" -gt 0 ] || failed=$((failed + 1))
    wrong="$wrong, $name"
  fi
  printf '== %s: %s after %d s\n' "$name" "$([ "$status" -eq 0 ] && echo right || echo WRONG)" \
    $((SECONDS - began))
}

# Adds up lines such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`, coloured or not.
count() {
  sed -n 's/.*test result: .* \([0-9][0-9]*\) passed; \([0-9][0-9]*\) failed; \([0-9][0-9]*\) ignored;.*/\1 \2 \3/p' |
    awk '{ passed += $1; failed += $2; skipped += $3 } END { print passed + 0, failed + 0, skipped + 0 }'
}

lint() { check "lints of $1" $with cargo clippy --quiet --locked "${@:2}" -- --deny warnings; }
native() { check "tests of $1" $with cargo test --quiet --locked --no-fail-fast "${@:2}"; }

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}

check "format" $with cargo fmt --all --check
lint shared --package roadstead-shared --all-targets
lint worker --package roadstead-worker --all-targets
lint web --package roadstead-web --all-targets --features ssr
lint cli --package roadstead-cli --all-targets
lint tests --package roadstead-tests --all-targets
lint xtask --package xtask --all-targets
lint "shared for $target" --package roadstead-shared --target $target
lint "worker for $target" --package roadstead-worker --target $target
lint "web's pages for $target" --package roadstead-web --features ssr --target $target
lint "web's bundle for $target" --package roadstead-web --features hydrate --target $target
native shared --package roadstead-shared
native worker --package roadstead-worker
native web --package roadstead-web --features ssr
native cli --package roadstead-cli
native xtask --package xtask
check "build" $with cargo run --quiet --package xtask -- build
check "what would be deployed" $with cargo run --quiet --package xtask -- deploy --dry-run
check "demo images" $with cargo run --quiet --package xtask -- demo
native "the running edge" --package roadstead-tests

[ -z "$wrong" ] || printf '\nwrong: %s\n' "${wrong#, }"
# In CI nothing may be skipped: what is listed as skipped has then not been shown.
if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  printf '\nskipped with CI=true: that is a failure\n'
  failed=$((failed + skipped))
  skipped=0
fi
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] && [ -z "$wrong" ]
