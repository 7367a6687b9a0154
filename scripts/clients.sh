#!/usr/bin/env bash
# Gets the clients, the browser and the registry that the tests drive, where Debian's packages can be
# had, and names what is missing. A missing one is no failure here: the tests skip what needs it, and
# say so (with CI=true a skip is a failure).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh
PATH="$PATH:/usr/sbin:/sbin"

# Formatting and lints are checked, too; a minimal toolchain has neither.
with() { scripts/with.sh "$@" >/dev/null 2>&1; }
if ! with cargo clippy --version || ! with cargo fmt --version; then
  { has rustup && step "adding rustfmt and clippy" bounded 300 rustup component add clippy rustfmt; } ||
    install_packages rust-web-clippy rustfmt-web || say "no rustfmt or clippy can be had here"
fi

# An identity provider to sign in with: real, and of npm's. Its lock file is like that of set-up.
provider_stamp() { (cd tests/provider && cat package.json package-lock.json .npmrc | cksum); }
provider_install() {
  (cd tests/provider && bounded 300 npm install --no-save --no-fund --no-audit) &&
    provider_stamp >tests/provider/node_modules/.made-from
}
if has npm && [ "$(cat tests/provider/node_modules/.made-from 2>/dev/null)" != "$(provider_stamp)" ]; then
  step "installing an identity provider from npm" provider_install ||
    say "not on this machine: the identity provider of the tests (tests/provider)"
fi

# program=package, in the order of how much depends on them.
clients="skopeo=skopeo podman=podman buildah=buildah dockerd=docker.io docker=docker.io containerd=containerd
  ctr=containerd chromium=chromium chromedriver=chromium-driver docker-registry=docker-registry
  openssl=openssl"

packages=
for client in $clients; do
  has "${client%%=*}" || packages="$packages ${client#*=}"
done
[ -n "$packages" ] || exit 0

# One by one where they do not go together: one that is missing must not keep the others away.
packages=$(printf '%s\n' $packages | sort -u)
if may_install && ! install_packages $packages; then
  for package in $packages; do
    install_packages "$package" || true
  done
fi

for client in $clients; do
  has "${client%%=*}" || say "not on this machine: ${client%%=*} (Debian's package ${client#*=})"
done
