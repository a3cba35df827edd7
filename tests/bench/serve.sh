#!/usr/bin/env bash
# How fast is `cargo mirror serve`, beside nginx serving the same files, and how much does it cost to build through an empty
# one? A Markdown table on stdout, the runs as they happen on stderr.
#
# Needs wrk, nginx, curl; `cargo install --path .` or MIRROR. The first run fetches one closure, once, and keeps it.
set -euo pipefail

MIRROR=${MIRROR:-cargo-mirror}                       # the program
BENCH_HOME=${BENCH_HOME:-$HOME/.cache/cargo-mirror-bench}
WORK=${WORK:-/dev/shm/cargo-mirror-serve}            # what is written while measuring
PROGRAM=${PROGRAM:-nu@0.115.1}                       # its packaged lockfile is the closure: some 900 crates
ROUNDS=${ROUNDS:-3}
SECONDS_EACH=${SECONDS_EACH:-8}
CONNECTIONS=${CONNECTIONS:-64}
THREADS=${THREADS:-2}
LOAD_SECONDS=${LOAD_SECONDS:-60}                     # of steady load, for memory; 600 is the long form
COLD_ROUNDS=${COLD_ROUNDS:-3}

NGINX=127.0.0.1:18180
OURS=127.0.0.1:18181
COLD=127.0.0.1:18182
ORIGIN=$BENCH_HOME/serve/origin
name=${PROGRAM%@*} version=${PROGRAM#*@}

say() { echo "$@" >&2; }
started=()
clean() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$WORK"
}
trap clean EXIT
rm -rf "$WORK"
mkdir -p "$WORK" "$ORIGIN"

# The closure, once: a mirror with a config.json is a registry that any static server can serve.
if [ ! -e "$ORIGIN/done" ]; then
  say "fetching the closure of $PROGRAM"
  CARGO_HOME=$WORK/home "$MIRROR" mirror prefetch -m "$ORIGIN/mirror" "$name=$version" >&2
  tar -xzf "$ORIGIN/mirror/crates-io/$name-$version.crate" -C "$ORIGIN"
  mv "$ORIGIN/$name-$version" "$ORIGIN/project"
  touch "$ORIGIN/done"
fi
crates=$ORIGIN/mirror/crates-io
echo "{\"dl\":\"http://$NGINX/{crate}-{version}.crate\"}" >"$crates/index/config.json"

# One worker for each core, as ours has; open files kept, no log: nginx at its best.
cat >"$WORK/nginx.conf" <<END
user $(id -un) $(id -gn); daemon off; pid $WORK/nginx.pid; error_log $WORK/error.log; worker_processes auto; worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000;
  open_file_cache max=10000 inactive=60s; open_file_cache_valid 30s;
  client_body_temp_path $WORK/b; proxy_temp_path $WORK/p; fastcgi_temp_path $WORK/f; uwsgi_temp_path $WORK/u; scgi_temp_path $WORK/s;
  default_type application/octet-stream;
  server { listen $NGINX backlog=4096; root $crates; }
}
END
nginx -c "$WORK/nginx.conf" -e "$WORK/error.log" &
started+=($!)

# The crate of a common size, and a middling index file.
krate=$(find "$crates" -maxdepth 1 -name '*.crate' -size +55k -size -65k -printf '%f\n' | sort | head -1)
krate_name=$(echo "$krate" | sed -E 's/-[0-9]+\.[0-9]+\..*//') krate_version=${krate#"$krate_name-"}
krate_version=${krate_version%.crate}
index=se/rd/serde

"$MIRROR" mirror serve -m "$ORIGIN/mirror" --offline --listen "$OURS" >"$WORK/serve.out" 2>&1 &
ours=$!
started+=($ours)
for address in "$NGINX/index/config.json" "$OURS/healthz"; do
  for _ in $(seq 100); do curl -sfo /dev/null "http://$address" && break; sleep 0.1; done
done

declare -A rate late
# wrk <what> <who> <url> [header]: requests a second and p99 in milliseconds, added to the lists.
measure() {
  local what=$1 who=$2 url=$3 out
  shift 3
  out=$(wrk -t"$THREADS" -c"$CONNECTIONS" -d"${SECONDS_EACH}s" --latency "$@" "$url")
  local per p99
  per=$(echo "$out" | awk '/Requests\/sec/ {print $2}')
  p99=$(echo "$out" | awk '$1 == "99%" {v = $2; if (v ~ /us$/) v = v / 1000; else if (v ~ /[0-9]s$/ && v !~ /ms$/) v = v * 1000; print v + 0}')
  if echo "$out" | grep -q 'Non-2xx' && [ "$what" != 304 ]; then say "$out"; exit 1; fi
  say "$what $who: $per/s, p99 $p99 ms"
  rate[$what,$who]+="$per " late[$what,$who]+="$p99 "
}
median() { tr ' ' '\n' <<<"$1" | grep . | sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }

tag() { curl -sI "$1" | tr -d '\r' | awk 'tolower($1) == "etag:" {print $2}'; }
for round in $(seq "$ROUNDS"); do
  say "round $round, load $(cut -d' ' -f1-3 /proc/loadavg)"
  measure index nginx "http://$NGINX/index/$index"
  measure index ours "http://$OURS/crates-io/index/$index"
  measure crate nginx "http://$NGINX/$krate"
  measure crate ours "http://$OURS/crates-io/dl/$krate_name/$krate_version/download"
  measure 304 nginx "http://$NGINX/index/$index" -H "If-None-Match: $(tag "http://$NGINX/index/$index")"
  measure 304 ours "http://$OURS/crates-io/index/$index" -H "If-None-Match: $(tag "http://$OURS/crates-io/index/$index")"
done

echo "| what | nginx req/s | ours req/s | ours / nginx | nginx p99 ms | ours p99 ms |"
echo "|---|---|---|---|---|---|"
for what in index crate 304; do
  n=$(median "${rate[$what,nginx]}") o=$(median "${rate[$what,ours]}")
  echo "| $what | $n | $o | $(awk "BEGIN {printf \"%.2f\", $o / $n}") | $(median "${late[$what,nginx]}") | $(median "${late[$what,ours]}") |"
done

# Memory under steady load.
rss() { awk '/VmRSS/ {print $2}' "/proc/$ours/status"; }
before=$(rss)
find "$crates" -maxdepth 1 -name '*.crate' -printf '%f\n' | sed -E 's/^(.*)-([0-9]+\.[0-9]+\..*)\.crate$/\/crates-io\/dl\/\1\/\2\/download/' >"$WORK/paths"
cat >"$WORK/all.lua" <<END
local paths = {}
for line in io.lines("$WORK/paths") do paths[#paths + 1] = line end
local at = 0
request = function() at = at % #paths + 1 return wrk.format("GET", paths[at]) end
END
wrk -t"$THREADS" -c"$CONNECTIONS" -d"$((LOAD_SECONDS / 2))s" -s "$WORK/all.lua" "http://$OURS" >/dev/null
middle=$(rss)
wrk -t"$THREADS" -c"$CONNECTIONS" -d"$((LOAD_SECONDS / 2))s" -s "$WORK/all.lua" "http://$OURS" >/dev/null
echo
echo "Memory, all $(wc -l <"$WORK/paths") crates again and again for $LOAD_SECONDS s: $((before / 1024)) MB before, $((middle / 1024)) MB half-way, $(($(rss) / 1024)) MB after."

# A cold closure: cargo itself, straight from upstream and through an empty server.
fetch() { # <index> -> seconds
  rm -rf "$WORK/client"
  local since
  since=$(date +%s.%N)
  (cd "$ORIGIN/project" && CARGO_HOME=$WORK/client cargo --config 'source.crates-io.replace-with="bench"' \
    --config "registries.bench.index='sparse+$1'" fetch --locked --quiet >&2)
  awk "BEGIN {printf \"%.2f\n\", $(date +%s.%N) - $since}"
}
if [ "$COLD_ROUNDS" -gt 0 ]; then
  direct="" through="" warm=""
  for round in $(seq "$COLD_ROUNDS"); do
    direct+="$(fetch "http://$NGINX/index/") "
    CARGO_HOME=$WORK/home "$MIRROR" mirror serve -m "$WORK/empty$round" --upstream "sparse+http://$NGINX/index/" --listen "$COLD" >"$WORK/cold.out" 2>&1 &
    pid=$!
    started+=($pid)
    for _ in $(seq 100); do curl -sfo /dev/null "http://$COLD/healthz" && break; sleep 0.1; done
    through+="$(fetch "http://$COLD/crates-io/index/") "
    warm+="$(fetch "http://$COLD/crates-io/index/") "
    kill -TERM $pid && wait $pid || true
    say "cold: direct $direct, through $through, warm $warm"
    rm -rf "$WORK/empty$round"
  done
  d=$(median "$direct") t=$(median "$through") w=$(median "$warm")
  echo
  echo "\`cargo fetch\` of $(grep -c '^name' "$ORIGIN/project/Cargo.lock") packages: $d s straight from upstream, $t s through an empty server ($(awk "BEGIN {printf \"%.2f\", $t / $d}")), $w s through a warm one."
fi
