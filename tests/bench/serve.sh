#!/usr/bin/env bash
# How fast is `cargo mirror serve`, beside nginx and the peers serving the same files, and how much does it cost to build
# through an empty one? Markdown tables on stdout, the runs as they happen on stderr.
#
# Needs wrk, nginx, curl, git, openssl; `cargo install --path .` or MIRROR; the peers that peers.sh has built, or fewer: whoever is not
# there is left out. The first run fetches one closure, once, and keeps it.
set -euo pipefail

MIRROR=${MIRROR:-cargo-mirror}                       # the program
BENCH_HOME=${BENCH_HOME:-$HOME/.cache/cargo-mirror-bench}
PEERS=${PEERS:-$BENCH_HOME/peers/bin}
WORK=${WORK:-/dev/shm/cargo-mirror-serve}            # what is written while measuring
PROGRAM=${PROGRAM:-nu@0.115.1}                       # its packaged lockfile is the closure: some 900 crates
ROUNDS=${ROUNDS:-3}
SECONDS_EACH=${SECONDS_EACH:-8}
CONNECTIONS=${CONNECTIONS:-64}
TLS_CONNECTIONS=${TLS_CONNECTIONS:-32}               # kept open, as cargo does: what is measured is not the handshake
THREADS=${THREADS:-2}
LOAD_SECONDS=${LOAD_SECONDS:-60}                     # of steady load, for memory; 600 is the long form
COLD_ROUNDS=${COLD_ROUNDS:-3}

NGINX=127.0.0.1:18180
OURS=127.0.0.1:18181
NGINX_TLS=localhost:18186
OURS_TLS=localhost:18187
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

# One certificate for both.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout "$WORK/tls.key" -out "$WORK/tls.pem" 2>/dev/null

# One worker for each core, as ours has; open files kept, no log: nginx at its best.
cat >"$WORK/nginx.conf" <<END
user $(id -un) $(id -gn); daemon off; pid $WORK/nginx.pid; error_log $WORK/error.log; worker_processes auto; worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000;
  open_file_cache max=10000 inactive=60s; open_file_cache_valid 30s;
  client_body_temp_path $WORK/b; proxy_temp_path $WORK/p; fastcgi_temp_path $WORK/f; uwsgi_temp_path $WORK/u; scgi_temp_path $WORK/s;
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${NGINX_TLS#*:} ssl backlog=4096; root $crates;
    ssl_certificate $WORK/tls.pem; ssl_certificate_key $WORK/tls.key; ssl_protocols TLSv1.3 TLSv1.2;
  }
  server {
    listen $NGINX backlog=4096; root $crates;
    # Where the peers look for crates when they are to fetch them.
    rewrite ^/api/v1/crates/([^/]+)/([^/]+)/download$ /\$1-\$2.crate last;
    rewrite ^/crates/[^/]+/([^/]+\.crate)$ /\$1 last;
  }
}
END
nginx -c "$WORK/nginx.conf" -e "$WORK/error.log" &
started+=($!)

# The crate of a common size, and a middling index file.
krate=$(find "$crates" -maxdepth 1 -name '*.crate' -size +55k -size -65k -printf '%f\n' | sort | head -1)
krate_name=$(echo "$krate" | sed -E 's/-[0-9]+\.[0-9]+\..*//') krate_version=${krate#"$krate_name-"}
krate_version=${krate_version%.crate}
index=se/rd/serde

# Waits until somebody answers there, whatever it is.
up() {
  for _ in $(seq 100); do curl -sko /dev/null "${2:-http}://$1/" && return; sleep 0.1; done
  say "nobody answers at $1"
  return 1
}

# pull <who> <address> <folder>: starts a server with an empty cache in front of nginx, as `pulling`.
pull() {
  local who=$1 address=$2 folder=$3
  mkdir -p "$folder"
  case $who in
  ours)
    CARGO_HOME=$WORK/home exec "$MIRROR" mirror serve -m "$folder" --upstream "sparse+http://$NGINX/index/" --listen "$address" ;;
  crates-io-proxy)
    exec "$PEERS/$who" -L "$address" -C "$folder" -S "http://$address/" -I "http://$NGINX/index/" -U "http://$NGINX/" ;;
  cargo-cacher) # it knows indexes by git alone
    cd "$folder"
    HOME=$folder exec "$PEERS/$who" -p "${address#*:}" -e "http://$address" -i "$folder" -g "$WORK/index" -u "http://$NGINX/crates/" ;;
  esac >"$WORK/$who.out" 2>&1 &
  pulling=$!
  started+=($pulling)
  up "$address"
}

"$MIRROR" mirror serve -m "$ORIGIN/mirror" --offline --listen "$OURS" >"$WORK/serve.out" 2>&1 &
ours=$!
started+=($ours)
"$MIRROR" mirror serve -m "$ORIGIN/mirror" --offline --listen "127.0.0.1:${OURS_TLS#*:}" \
  --tls-cert "$WORK/tls.pem" --tls-key "$WORK/tls.key" >"$WORK/serve-tls.out" 2>&1 &
started+=($!)
up "$NGINX"
up "$OURS"
up "$OURS_TLS" https

# Who stands in the table, and where it has the files. What is not in `url` it does not have.
servers=(nginx ours)
declare -A url
url[index,nginx]=http://$NGINX/index/$index
url[crate,nginx]=http://$NGINX/$krate
url[index,ours]=http://$OURS/crates-io/index/$index
url[crate,ours]=http://$OURS/crates-io/dl/$krate_name/$krate_version/download
# Over TLS beside nginx alone; the peers leave it to a proxy.
url[index-tls,nginx]=https://$NGINX_TLS/index/$index
url[crate-tls,nginx]=https://$NGINX_TLS/$krate
url[index-tls,ours]=https://$OURS_TLS/crates-io/index/$index
url[crate-tls,ours]=https://$OURS_TLS/crates-io/dl/$krate_name/$krate_version/download
peer() { [ -x "$PEERS/$1" ] && servers+=("$1"); }
if peer crates-io-proxy; then
  address=127.0.0.1:18183
  pull crates-io-proxy $address "$WORK/crates-io-proxy"
  url[index,crates-io-proxy]=http://$address/index/$index
  url[crate,crates-io-proxy]=http://$address/api/v1/crates/$krate_name/$krate_version/download
fi
if peer cargo-cacher; then
  address=127.0.0.1:18184
  cp -r "$crates/index" "$WORK/index"
  git -C "$WORK/index" init --quiet
  git -C "$WORK/index" add .
  git -C "$WORK/index" -c user.name=bench -c user.email=bench@localhost commit --quiet -m index
  pull cargo-cacher $address "$WORK/cargo-cacher"
  url[crate,cargo-cacher]=http://$address/api/v1/crates/$krate_name/$krate_version/download
fi
if peer panamax; then
  # It serves a folder, and can be given one: the same files by other names.
  address=127.0.0.1:18185
  folder=$WORK/panamax
  of=$krate_name/$krate_version/$krate
  mkdir -p "$folder"
  ln -s "$crates/index" "$folder/crates.io-index"
  case ${#krate_name} in 1 | 2) of=${#krate_name}/$of ;; 3) of=3/${krate_name:0:1}/$of ;; *) of=${krate_name:0:2}/${krate_name:2:2}/$of ;; esac
  mkdir -p "$folder/crates/$(dirname "$of")"
  ln -s "$crates/$krate" "$folder/crates/$of"
  "$PEERS/panamax" serve --listen "${address%:*}" --port "${address#*:}" "$folder" >"$WORK/panamax.out" 2>&1 &
  started+=($!)
  up $address
  url[index,panamax]=http://$address/index/$index
  url[crate,panamax]=http://$address/crates/$krate_name/$krate_version/download
fi

# All have it in their caches, and all have the same.
for key in "${!url[@]}"; do
  case $key in index,* | index-tls,*) file=$crates/index/$index ;; *) file=$crates/$krate ;; esac
  curl -sf --cacert "$WORK/tls.pem" "${url[$key]}" | cmp - "$file" || { say "$key is not what it should be"; exit 1; }
done

# The header with which this server answers that nothing has changed; empty if it has none.
condition() {
  local head try
  head=$(curl -sD - -o /dev/null "$1" | tr -d '\r' |
    sed -nE 's/^etag: /If-None-Match: /ip; s/^last-modified: /If-Modified-Since: /ip' | sort -r)
  while read -r try; do
    [ "$(curl -so /dev/null -w '%{http_code}' -H "$try" "$1")" = 304 ] && { echo "$try"; return; }
  done <<<"$head"
}

declare -A rate late
# wrk <what> <who> <url> [-H header]: requests a second and p99 in milliseconds, added to the lists.
measure() {
  local what=$1 who=$2 url=$3 out connections=$CONNECTIONS
  case $what in *-tls) connections=$TLS_CONNECTIONS ;; esac
  shift 3
  out=$(wrk -t"$THREADS" -c"$connections" -d"${SECONDS_EACH}s" --latency "$@" "$url")
  local per p99
  per=$(echo "$out" | awk '/Requests\/sec/ {print $2}')
  p99=$(echo "$out" | awk '$1 == "99%" {v = $2; if (v ~ /us$/) v = v / 1000; else if (v ~ /[0-9]s$/ && v !~ /ms$/) v = v * 1000; print v + 0}')
  if grep -q 'Non-2xx' <<<"$out" && [ "$what" != 304 ]; then say "$out"; exit 1; fi
  ! grep 'Socket errors' <<<"$out" >&2 || say "$what $who: the figures leave out requests that failed"
  say "$what $who: $per/s, p99 $p99 ms"
  rate[$what,$who]+="$per " late[$what,$who]+="$p99 "
}
median() { tr ' ' '\n' <<<"$1" | grep . | sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }

declare -A unchanged
for who in "${servers[@]}"; do
  [ -z "${url[index,$who]:-}" ] || unchanged[$who]=$(condition "${url[index,$who]}")
done
for round in $(seq "$ROUNDS"); do
  say "round $round, load $(cut -d' ' -f1-3 /proc/loadavg)"
  for what in index crate 304 index-tls crate-tls; do
    for who in "${servers[@]}"; do
      case $what in
      304) [ -z "${unchanged[$who]:-}" ] || measure 304 "$who" "${url[index,$who]}" -H "${unchanged[$who]}" ;;
      *) [ -z "${url[$what,$who]:-}" ] || measure "$what" "$who" "${url[$what,$who]}" ;;
      esac
    done
  done
done

echo "| what | server | requests/s | p99 ms | of nginx's requests/s |"
echo "|---|---|---|---|---|"
for what in index crate 304 index-tls crate-tls; do
  n=$(median "${rate[$what,nginx]}")
  for who in "${servers[@]}"; do
    if [ -z "${rate[$what,$who]:-}" ]; then
      echo "| $what | $who | - | - | - |"
      continue
    fi
    o=$(median "${rate[$what,$who]}")
    echo "| $what | $who | $o | $(median "${late[$what,$who]}") | $(awk "BEGIN {printf \"%.2f\", $o / $n}") |"
  done
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

# A cold closure: cargo itself, straight from upstream, and through empty servers that fetch it meanwhile; then through the
# same, full.
fetch() { # <index> -> seconds
  rm -rf "$WORK/client"
  local since
  since=$(date +%s.%N)
  if ! (cd "$ORIGIN/project" && CARGO_HOME=$WORK/client cargo --config 'source.crates-io.replace-with="bench"' \
    --config "registries.bench.index='$1'" fetch --locked --quiet >&2); then
    echo failed
    return
  fi
  awk "BEGIN {printf \"%.2f\n\", $(date +%s.%N) - $since}"
}
if [ "$COLD_ROUNDS" -gt 0 ]; then
  declare -A through warm
  through=([upstream]="")
  port=18190
  for round in $(seq "$COLD_ROUNDS"); do
    through[upstream]+="$(fetch "sparse+http://$NGINX/index/") "
    for who in "${servers[@]}"; do
      address=127.0.0.1:$((port += 1))
      case $who in
      ours) at=sparse+http://$address/crates-io/index/ ;;
      crates-io-proxy) at=sparse+http://$address/index/ ;;
      cargo-cacher) at=http://$address/index ;;
      *) continue ;; # fetches nothing for its clients
      esac
      pull "$who" "$address" "$WORK/empty"
      through[$who]+="$(fetch "$at") "
      warm[$who]+="$(fetch "$at") "
      kill -TERM "$pulling" && wait "$pulling" || true
      rm -rf "$WORK/empty"
    done
    for who in "${!through[@]}"; do say "cold round $round, $who: ${through[$who]}warm ${warm[$who]:-}"; done
  done
  d=$(median "${through[upstream]}")
  echo
  echo "\`cargo fetch\` of $(grep -c '^name' "$ORIGIN/project/Cargo.lock") packages, in seconds:"
  echo
  echo "| through | empty | of straight | full |"
  echo "|---|---|---|---|"
  echo "| (straight from upstream) | $d | 1.00 | |"
  for who in "${servers[@]}"; do
    [ -n "${through[$who]:-}" ] || continue
    t=$(median "${through[$who]}")
    ratio=$(awk "BEGIN {t = \"$t\"; if (t + 0 > 0) printf \"%.2f\", t / $d; else print \"-\"}")
    echo "| $who | $t | $ratio | $(median "${warm[$who]}") |"
  done
fi
