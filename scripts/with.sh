#!/usr/bin/env bash
# Calls a program the way set-up left this machine: with its settings, from the project's folder,
# and with the project's own tools first on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -f .tools/env ]; then
  set -a
  . .tools/env
  set +a
fi
PATH="$PWD/node_modules/.bin:$PWD/.tools/bin:$PATH" exec "$@"
