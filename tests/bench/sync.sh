#!/usr/bin/env bash
# Times `cargo mirror sync` on a synthetic registry of 20,000 crates and some 190,000 versions, beside h2load, which asks for the
# same files and stores and hashes nothing, and get-all-crates where it is built. A Markdown table on stdout.
#
# usage: sudo -E sync.sh
#   MIRROR=cargo-mirror        the program
#   LINKS="0/0 30/200"         round trip in ms / Mbit/s
#   CRATES=20000 VERSIONS=190000
#   SIZE=full                  instead: 250,000 crates and 2,000,000 versions of one byte that are here already, on a disk in
#                              BENCH_HOME/full (2 GB): what looking at a mirror of that size costs
#   GET_ALL=get-all-crates     the peer
#   BENCH_HOME, BENCH_OUT      what is kept, what tools write; the latter on a tmpfs, since disks are noisy
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
MIRROR=${MIRROR:-cargo-mirror}
LINKS=${LINKS:-0/0 30/200}
BENCH_HOME=${BENCH_HOME:-$HOME/.cache/cargo-mirror-bench}
BENCH_OUT=${BENCH_OUT:-/dev/shm/cargo-mirror-bench}
GET_ALL=${GET_ALL:-$BENCH_HOME/peers/bin/get-all-crates}
registry=$BENCH_OUT/synthetic
if [ "${SIZE:-}" = full ]; then
  registry=$BENCH_HOME/full/registry LINKS=0/0
fi
run=$BENCH_OUT/run
client=cmbench-client server=cmbench-server

for command in ip nginx h2load openssl python3 git rustc; do
  command -v "$command" >/dev/null || { echo "$command is missing" >&2; exit 1; }
done
mkdir -p "$BENCH_HOME/bin" "$BENCH_HOME/tls" "$run"
for helper in link clock; do
  [ "$BENCH_HOME/bin/$helper" -nt "$here/$helper.rs" ] ||
    rustc --edition 2024 -O -o "$BENCH_HOME/bin/$helper" "$here/$helper.rs"
done
if [ "${SIZE:-}" = full ]; then
  [ -f "$registry/index/config.json" ] || {
    rm -rf "$BENCH_HOME/full"
    python3 "$here/synthetic.py" "$registry" full "$BENCH_HOME/full/copy" "${CRATES:-250000}" "${VERSIONS:-2000000}" >&2
  }
else
  [ -f "$registry/urls" ] || python3 "$here/synthetic.py" "$registry" "${CRATES:-20000}" "${VERSIONS:-190000}" >&2
fi

stop() { # what this script started and wrote down, by its id
  if [ -f "$run/$1.pid" ]; then
    kill "$(cat "$run/$1.pid")" 2>/dev/null || true
    rm -f "$run/$1.pid"
    sleep 0.3
  fi
}
clean_up() {
  stop nginx
  stop link
  ip netns delete "$client" 2>/dev/null || true
  ip netns delete "$server" 2>/dev/null || true
}
trap clean_up EXIT
clean_up

(
  cd "$BENCH_HOME/tls"
  [ -f sync.pem ] || {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout sync.key -out sync.pem \
      -subj /CN=replica -days 3650 -addext subjectAltName=IP:10.77.0.2 -addext basicConstraints=critical,CA:FALSE
  } 2>/dev/null
)
cat >"$run/nginx.conf" <<NGINX
user root; worker_processes 2; pid $run/nginx.pid; error_log $run/error.log warn;
events { worker_connections 8192; multi_accept on; }
http {
  access_log off; default_type application/octet-stream; sendfile on; tcp_nopush on; tcp_nodelay on; etag on;
  keepalive_requests 10000000; keepalive_timeout 300; http2_max_concurrent_streams 128;
  open_file_cache max=8000 inactive=600s; open_file_cache_valid 600s;
  client_body_temp_path $run/b; proxy_temp_path $run/p; fastcgi_temp_path $run/f; uwsgi_temp_path $run/u; scgi_temp_path $run/s;
  ssl_certificate $BENCH_HOME/tls/sync.pem; ssl_certificate_key $BENCH_HOME/tls/sync.key;
  server {
    listen 8443 ssl http2 backlog=4096; root $registry;
    location = /index/config.json {
      default_type application/json;
      return 200 '{"dl":"https://10.77.0.2:8443/crates/{crate}/{crate}-{version}.crate"}';
    }
  }
}
NGINX
for namespace in "$client" "$server"; do
  ip netns add "$namespace"
  ip -n "$namespace" link set lo up
done
ip netns exec "$server" nginx -c "$run/nginx.conf"

set_link() { # RTT_MS MBIT
  stop link
  ip -n "$client" link delete bench 2>/dev/null || true
  ip -n "$server" link delete bench 2>/dev/null || true
  if [ "$1" = 0 ] && [ "$2" = 0 ]; then
    ip -n "$client" link add bench type veth peer name bench netns "$server"
  else
    for namespace in "$client" "$server"; do ip -n "$namespace" tuntap add dev bench mode tun vnet_hdr; done
    "$BENCH_HOME/bin/link" "$client" "$server" bench "$1" "$2" >"$run/link.log" 2>&1 &
    echo $! >"$run/link.pid"
    for _ in $(seq 50); do grep -q up "$run/link.log" && break || sleep 0.1; done
    for namespace in "$client" "$server"; do
      ip -n "$namespace" link set bench gso_max_size 16384 gso_max_segs 12 txqueuelen 1000
    done
  fi
  ip -n "$client" address add 10.77.0.1/30 dev bench
  ip -n "$server" address add 10.77.0.2/30 dev bench
  for namespace in "$client" "$server"; do ip -n "$namespace" link set bench up; done
}

timed() { # LABEL COMMAND...: prints a row
  local label=$1 exit
  shift
  ip netns exec "$client" "$BENCH_HOME/bin/clock" "$run/clock.json" 900 "$@" >"$run/out.log" 2>&1 || true
  python3 - "$run/clock.json" "$label" "$link" <<'PY'
import json, sys
figures, label, link = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3]
values = {key.split("_")[0]: value for key, value in figures.items()}
print(f"| {label} | {link} | {values['wall']:.2f} | {values.get('cpu', values.get('processor', 0)):.2f} "
      f"| {values['peak'] / 1e6:.0f} | {values.get('exit', values.get('code', '?'))} |", flush=True)
PY
}

export CARGO_HTTP_CAINFO=$BENCH_HOME/tls/sync.pem SSL_CERT_FILE=$BENCH_HOME/tls/sync.pem
export CARGO_HOME=$BENCH_OUT/cargo-home CARGO_MIRROR_UPSTREAM=sparse+https://10.77.0.2:8443/index/
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
mirror=$BENCH_OUT/copy
sync=("$MIRROR" mirror sync --index-git "file://$registry/index.git" -m "$mirror")
table() { # VERSIONS
  echo "$1 versions; load average $(cut -d' ' -f1 /proc/loadavg), $(nproc) processors"
  echo
  echo "| what | ms / Mbit/s | wall s | processor s | peak MB | exit |"
  echo "|---|---|---|---|---|---|"
}
served() { # LABEL: a server is started, asked, and ended: until its first answer, and what it took until it was idle
  ip netns exec "$client" "$BENCH_HOME/bin/clock" "$run/clock.json" 900 \
    "$MIRROR" mirror serve --listen 127.0.0.1:8444 -m "$mirror" >"$run/out.log" 2>&1 &
  local clock=$! began=$(date +%s%N) first
  until ip netns exec "$client" curl -sf -o "$run/answer" http://127.0.0.1:8444/crates-io/index/config.json; do sleep 0.02; done
  first=$((($(date +%s%N) - began) / 1000000))
  sleep 20
  kill -INT "$(ps -o pid= --ppid "$clock")"
  wait "$clock" || true
  python3 - "$run/clock.json" "$first" "$1" <<'PY'
import json, sys
figures = json.load(open(sys.argv[1]))
print(f"| {sys.argv[3]}: first answer; 20 s idle | 0/0 | {int(sys.argv[2]) / 1000:.2f} | {figures['cpu']:.2f} "
      f"| {figures['peak'] / 1e6:.0f} | {figures['exit']} |", flush=True)
PY
}
if [ "${SIZE:-}" = full ]; then
  mirror=$BENCH_HOME/full/copy
  sync=("$MIRROR" mirror sync --index-git "file://$registry/index.git" -m "$mirror")
  link=0/0
  set_link 0 0
  table "$(find "$mirror/crates-io" -maxdepth 1 -name '*.crate' | wc -l)"
  timed "sync, nothing known yet" "${sync[@]}"
  timed "sync, head unchanged" "${sync[@]}"
  timed "sync --heal" "${sync[@]}" --heal
  # A project that wants 300 of its crates. None of them is an archive, and status says so of each.
  project=$BENCH_OUT/project
  mkdir -p "$project/src"
  printf '[package]\nname = "wants"\nversion = "0.1.0"\nedition = "2024"\n' >"$project/Cargo.toml"
  touch "$project/src/lib.rs"
  python3 - "$registry/index" >"$project/Cargo.lock" <<'PY'
import itertools, json, pathlib, sys
print("version = 4\n\n[[package]]\nname = \"wants\"\nversion = \"0.1.0\"")
files = (path for path in pathlib.Path(sys.argv[1]).rglob("*") if path.is_file() and path.name != "config.json")
for path in itertools.islice(files, 300):
    line = json.loads(path.read_text().splitlines()[0])
    print(f"""\n[[package]]\nname = "{line['name']}"\nversion = "{line['vers']}"
source = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "{line['cksum']}\"""")
PY
  timed "status of a project with 300 crates" "$MIRROR" mirror status -m "$mirror" "$project"
  timed "verify --quick" "$MIRROR" mirror verify --quick -m "$mirror"
  timed "verify" "$MIRROR" mirror verify -m "$mirror"
  timed "verify, ended after 5 s" timeout --signal INT 5 "$MIRROR" mirror verify -m "$mirror"
  timed "verify --resume" "$MIRROR" mirror verify --resume -m "$mirror"
  timed "gc" "$MIRROR" mirror gc -m "$mirror"
  rm -rf "$mirror/.mirror/catalog"
  served "serve, which makes its catalogue"
  served "serve again"
  exit
fi
# What a copy asks for: each crate and each index file once. Each connection of h2load begins at the top of its list, so with
# one list for four of them it would ask for the first quarter four times, which the server then has at hand. Dealt out in turn,
# each has as much to fetch as the others.
{
  sed 's|^|https://10.77.0.2:8443/crates/|' "$registry/urls"
  find "$registry/index" -type f ! -name config.json -printf 'https://10.77.0.2:8443/index/%P\n'
} >"$run/urls"
rm -f "$run"/urls.*
split -n r/4 -d "$run/urls" "$run/urls."
floor() {
  timed "h2load, 4 x 128" sh -c 'for urls; do h2load -c1 -m128 -n "$(wc -l <"$urls")" -i "$urls" & done; wait' sh "$run"/urls.*
}
table "$(wc -l <"$registry/urls")"
for link in $LINKS; do
  set_link "${link%/*}" "${link#*/}"
  floor
  rm -rf "$mirror"
  timed "sync, cold" "${sync[@]}"
  timed "sync, head unchanged" "${sync[@]}"
  timed "sync --heal" "${sync[@]}" --heal
  python3 "$here/synthetic.py" "$registry" change 1000
  timed "sync, 1,000 changed crates" "${sync[@]}"
  timed "sync --full" "${sync[@]}" --full
  timed "verify" "$MIRROR" mirror verify -m "$mirror"
  timed "verify --quick" "$MIRROR" mirror verify --quick -m "$mirror"
  timed "gc" "$MIRROR" mirror gc -m "$mirror"
  if [ -x "$GET_ALL" ]; then
    rm -rf "$BENCH_OUT/get-all"
    timed "get-all-crates" env GET_ALL_BASE=https://10.77.0.2:8443/crates RUST_LOG=error \
      "$GET_ALL" --index "$registry/index" --out "$BENCH_OUT/get-all"
    echo "get-all-crates: $(find "$BENCH_OUT/get-all" -name '*.crate' | wc -l) crates" >&2
    rm -rf "$BENCH_OUT/get-all"
  fi
done
