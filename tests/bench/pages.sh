#!/usr/bin/env bash
# How long does a page take? Made for the first time, and asked for again; with readmes that want to take long.
# A Markdown table on stdout; exit status 1 where a page takes longer than it may.
#
# Needs curl, python3; `cargo install --path .` or MIRROR; the mirror that serve.sh fetches once, or any other as ORIGIN.
set -euo pipefail

MIRROR=${MIRROR:-cargo-mirror}                       # the program
BENCH_HOME=${BENCH_HOME:-$HOME/.cache/cargo-mirror-bench}
ORIGIN=${ORIGIN:-$BENCH_HOME/serve/origin/mirror}    # some hundred real crates
WORK=${WORK:-/dev/shm/cargo-mirror-pages}
PAGES=127.0.0.1:18195
HOSTILE=127.0.0.1:18196
ROUNDS=${ROUNDS:-20}
COLD_MS=${COLD_MS:-10}                               # at most, for the middle one
WARM_MS=${WARM_MS:-1}
HOSTILE_MS=${HOSTILE_MS:-50}                         # at most, for each

started=()
clean() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$WORK"
}
trap clean EXIT
rm -rf "$WORK"
mkdir -p "$WORK"
[ -d "$ORIGIN/crates-io/index" ] || { echo "no mirror at $ORIGIN: run serve.sh once, or name one as ORIGIN" >&2; exit 2; }

# Crates are linked, not copied: nothing is written to them. A link in the index is no index file.
mkdir -p "$WORK/mirror/crates-io"
cp -r "$ORIGIN/crates-io/index" "$WORK/mirror/crates-io/"
cp -s "$ORIGIN"/crates-io/*.crate "$WORK/mirror/crates-io/"
rm -f "$WORK/mirror/crates-io/index/config.json"
python3 "$(dirname "$0")/pages.py" make "$WORK/hostile"

serve() {
  "$MIRROR" mirror serve -m "$1" --offline --listen "$2" >"$WORK/$2.out" 2>&1 &
  started+=($!)
  for _ in $(seq 100); do curl -so /dev/null "http://$2/healthz" && return; sleep 0.1; done
  echo "nobody answers at $2" >&2
  return 1
}
serve "$WORK/mirror" "$PAGES"
serve "$WORK/hostile" "$HOSTILE"
python3 "$(dirname "$0")/pages.py" measure "$WORK/mirror" "$PAGES" "$HOSTILE" "$ROUNDS" "$COLD_MS" "$WARM_MS" "$HOSTILE_MS"
