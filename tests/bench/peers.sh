#!/usr/bin/env bash
# Builds the peers that vendor.sh, serve.sh and sync.sh compare with, those that are not there yet, into $BENCH_HOME/peers/bin.
set -euo pipefail

BENCH_HOME=${BENCH_HOME:-$HOME/.cache/cargo-mirror-bench}
peers=$BENCH_HOME/peers
mkdir -p "$peers/bin"

[ -x "$peers/bin/cargo-local-registry" ] ||
  cargo install --locked --root "$peers" cargo-local-registry@0.2.12

for peer in crates-io-proxy@0.2.4 panamax@1.0.14; do
  [ -x "$peers/bin/${peer%@*}" ] || cargo install --locked --root "$peers" "$peer"
done

# cargo-cacher 1.2.5: the `traitobject` in its lockfile no longer compiles, its next patch does.
[ -x "$peers/bin/cargo-cacher" ] || {
  cd "$BENCH_HOME"
  cargo info --quiet cargo-cacher@1.2.5 >/dev/null # fetches and unpacks it
  rm -rf "$peers/cargo-cacher"
  cp -r "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/cargo-cacher-1.2.5 "$peers/cargo-cacher"
  cd "$peers/cargo-cacher"
  cargo update --quiet --package traitobject --precise 0.1.1
  cargo build --release
  mv target/release/cargo-cacher "$peers/bin/"
  rm -r target
}

# cargo-fetcher 0.14.6 needs two changes. The `time` in its lockfile no longer compiles. And it trusts only the
# certificates compiled into it, so it would not talk to the replica: it gets the system's instead.
[ -x "$peers/bin/cargo-fetcher" ] || {
  cd "$BENCH_HOME"
  cargo info --quiet cargo-fetcher@0.14.6 >/dev/null # fetches and unpacks it
  rm -rf "$peers/cargo-fetcher"
  cp -r "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/cargo-fetcher-0.14.6 "$peers/cargo-fetcher"
  cd "$peers/cargo-fetcher"
  cargo update --quiet --package time --precise 0.3.44
  sed -i 's/"rustls-tls"/"rustls-tls-native-roots"/' Cargo.toml
  cargo build --release
  mv target/release/cargo-fetcher "$peers/bin/"
  rm -r target
}

# get-all-crates 0.1.26 asks one host only: it gets the replica's address from its environment instead.
[ -x "$peers/bin/get-all-crates" ] || {
  cd "$BENCH_HOME"
  cargo info --quiet get-all-crates@0.1.26 >/dev/null # fetches and unpacks it
  rm -rf "$peers/get-all-crates"
  cp -r "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/get-all-crates-0.1.26 "$peers/get-all-crates"
  cd "$peers/get-all-crates"
  sed -i -E 's#"https:[^"]*/crates/(\{name\}/[^"]*)",#"{base}/\1", base = std::env::var("GET_ALL_BASE").unwrap(),#' src/main.rs
  cargo build --release --locked
  mv target/release/get-all-crates "$peers/bin/"
  rm -r target
}
