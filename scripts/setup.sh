#!/usr/bin/env bash
# Gets everything that a build and a local run need, and is quick when nothing is missing.
#
# It takes the ordinary road first. Where a machine cannot download what rustup wants, Debian's own
# compiler takes its place, with a standard library built here; `.tools/env` then says so to every
# later call (scripts/with.sh, xtask).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/say.sh

target=wasm32-unknown-unknown
oldest_rust=1.95
oldest_node=22.12

if [ -f .tools/env ]; then
  set -a
  . .tools/env
  set +a
fi
PATH="$PWD/node_modules/.bin:$PWD/.tools/bin:$HOME/.cargo/bin:$PATH"

# at_least WANTED FOUND: compares versions.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

rust_version() { rustc --version 2>/dev/null | cut -d ' ' -f 2; }

# The compiler in use is new enough, and has a standard library for the target.
has_target() {
  local sysroot
  sysroot=$(rustc --print sysroot 2>/dev/null) || return 1
  at_least "$oldest_rust" "$(rust_version)" &&
    compgen -G "$sysroot/lib/rustlib/$target/lib/libstd-*.rlib" >/dev/null
}

from_rustup() {
  has rustup || return 1
  if ! at_least "$oldest_rust" "$(rust_version)"; then
    step "updating Rust" bounded 600 rustup update stable || return 1
    [ -n "$(rust_version)" ] || rustup default stable >/dev/null 2>&1 || return 1
  fi
  step "adding Rust's $target" bounded 300 rustup target add "$target" || return 1
  bounded 300 rustup component add clippy rustfmt >/dev/null 2>&1 || true
  has_target
}

# Builds std for the target once, with Debian's compiler: its package has the source only.
# Without the bitcode, a crate could not be optimised together with it.
build_std() {
  local crate=.tools/std into=/usr/lib/rustlib/$target/lib
  rm -rf "$crate"
  mkdir -p "$crate/src"
  printf '#![no_std]\n' >"$crate/src/lib.rs"
  cat >"$crate/Cargo.toml" <<'END'
[package]
name = "empty"
edition = "2021"
[workspace]
[profile.release]
lto = "fat"
codegen-units = 1
END
  (
    cd "$crate"
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR=target \
      bounded 900 cargo build --release --target "$target" \
      -Zbuild-std=std,panic_abort,proc_macro,test
  ) || return 1
  rm -f "$crate/target/$target/release/deps/"libempty-*
  $as_root mkdir -p "$into"
  $as_root cp "$crate/target/$target/release/deps/"*.rlib "$into/" || return 1
  rm -rf "$crate"
}

from_debian() {
  install_packages rustc-web cargo-web rust-web-src rust-web-llvm lld-22 \
    rust-web-clippy rustfmt-web || return 1
  if has rustup; then
    rustup toolchain link web /usr
    export RUSTUP_TOOLCHAIN=web
  fi
  if ! has_target; then
    step "building Rust's standard library for $target (a minute)" build_std || return 1
    has_target || return 1
  fi
  mkdir -p .tools
  if has rustup; then echo RUSTUP_TOOLCHAIN=web >.tools/env; fi
}

set_up_rust() {
  ! { has cargo && has_target; } || return 0
  if ! has cargo && ! may_install; then
    give_up "Rust is not installed: get it from https://rustup.rs, then run this again"
  fi
  from_rustup || from_debian || give_up \
    "no Rust $oldest_rust or later with $target: neither rustup nor Debian's packages have it here"
}

# xtask is a native program.
set_up_linker() {
  ! has cc || return 0
  install_packages gcc libc6-dev || give_up "no C compiler (cc) to link with: install gcc or clang"
}

# What the project's programs in node_modules were installed from.
npm_stamp() { cat package.json package-lock.json .npmrc | cksum; }

# `npm ci` refuses a lock file without entries for the platforms that a registry does not carry;
# this takes the same versions with the same hashes, and leaves the file as it is.
npm_install() {
  bounded 900 npm install --no-save --no-fund --no-audit && npm_stamp >node_modules/.made-from
}

set_up_node() {
  if [ "$(cat node_modules/.made-from 2>/dev/null)" != "$(npm_stamp)" ]; then
    if ! has npm; then
      install_packages nodejs npm || give_up "Node is not installed: get it from https://nodejs.org"
    fi
    step "installing wrangler and its companions from npm" npm_install ||
      give_up "npm cannot install what package.json lists (see above)"
  fi
  local found
  found=$(node --version 2>/dev/null) || found=v0
  at_least "v$oldest_node" "$found" ||
    give_up "wrangler needs Node $oldest_node or later, and this is $found: see https://nodejs.org"
}

# The demo images are published by a client that anybody could use. Without one, all else works.
set_up_client() {
  ! has skopeo && ! has crane || return 0
  install_packages skopeo && return 0
  local crane=github.com/google/go-containerregistry/cmd/crane@v0.20.6
  if has go; then
    GOBIN="$PWD/.tools/bin" step "compiling crane" bounded 600 go install "$crane" && return 0
  fi
  say "neither skopeo nor crane can be had here: the demo images will not be published"
}

set_up_linker
set_up_rust
set_up_node
set_up_client
