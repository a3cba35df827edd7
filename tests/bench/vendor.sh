#!/usr/bin/env bash
# Side by side on one machine: `cargo mirror prefetch`, its peers and the raw floors, fetching the closures of real
# lockfiles from a local replica of their registry over an emulated link. Prints one Markdown table. See README.md here.
#
#   cargo install --path . && sudo tests/bench/vendor.sh
#
# Settings, all from the environment:
#   MIRROR_BIN     our binary                                     default: cargo-mirror on PATH
#   PEERS          cargo-local-registry and cargo-fetcher         default: $BENCH_HOME/peers/bin, as peers.sh leaves it
#   BENCH_HOME     closures, replica, certificates, helpers       default: ~/.cache/cargo-mirror-bench
#   BENCH_OUT      where what the runs write gets its folder     default: /dev/shm; disks are noisy
#   BENCH_RUNS     rounds; every round runs every tool once       default: 5
#   BENCH_LOCKS    closures, of: nu ripgrep                       default: both
#   BENCH_LINKS    "RTT_MS MBIT" pairs apart by ";"; 0 0 is plain default: 0 0; 30 200
#   BENCH_STATES   cold, warm, noop                               default: all three
#   BENCH_PATIENCE seconds to wait for an idle machine, a run       default: 0
#   BENCH_TOOLS    names as in measure.py                         default: all that are installed
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
export BENCH_HOME=${BENCH_HOME:-$HOME/.cache/cargo-mirror-bench}
export BENCH_OUT=${BENCH_OUT:-/dev/shm}/cargo-mirror-bench
export PEERS=${PEERS:-$BENCH_HOME/peers/bin}
MIRROR_BIN=${MIRROR_BIN:-cargo-mirror}
links=${BENCH_LINKS:-0 0; 30 200}
closures=(nu@0.115.1 ripgrep@15.2.0)
run=$BENCH_HOME/run
client=cargo-mirror-bench-client
server=cargo-mirror-bench-server

main() {
  check_machine
  mkdir -p "$run" "$BENCH_HOME/bin" "$BENCH_HOME/tls"
  exec 9>"$run/lock"
  flock -n 9 || fail "another benchmark is running (it holds $run/lock)"
  prepare_closures
  prepare_helpers
  trap clean_up EXIT
  trap 'exit 130' INT TERM PIPE
  clean_up
  mkdir -p "$BENCH_OUT"
  make_certificate
  start_server
  local link
  while read -r link; do
    set_link ${link:-0 0}
    within_client python3 "$here/measure.py" run "$link"
  done < <(tr ';' '\n' <<<"$links" | sed 's/^ *//; s/ *$//; /^$/d')
  mkdir -p "$BENCH_HOME/results"
  cp "$BENCH_OUT/results.jsonl" "$BENCH_HOME/results/$(date +%Y-%m-%dT%H%M%S).jsonl"
  python3 "$here/measure.py" table
}

fail() {
  echo "vendor.sh: $*" >&2
  exit 2
}

check_machine() {
  [ "$(id -u)" = 0 ] || fail "needs root, for network namespaces"
  local command
  for command in ip nginx h2load curl openssl python3 flock rustc cargo; do
    command -v "$command" >/dev/null ||
      fail "$command is missing (Debian: apt install iproute2 nginx-light nghttp2-client curl openssl python3 util-linux)"
  done
  MIRROR_BIN=$(command -v "$MIRROR_BIN") || {
    [ -n "${BENCH_TOOLS:-}" ] || fail "$MIRROR_BIN is not installed (cargo install --path ., or set MIRROR_BIN)"
    MIRROR_BIN=/nowhere
  }
  export MIRROR_BIN
  # The real cargo, not rustup's proxy: its start-up time is nobody's here.
  CARGO=$(rustup which cargo 2>/dev/null || command -v cargo)
  export CARGO
}

# Each closure is fetched by cargo, once for all time, and turned into the tree that the server serves.
prepare_closures() {
  local closure name home=$BENCH_HOME/home
  for closure in "${closures[@]}"; do
    name=${closure%@*}
    [ -f "$BENCH_HOME/locks/$name/.fetched" ] && continue
    echo "fetching the closure of $closure, once" >&2
    rm -rf "$BENCH_HOME/locks/$name" "$BENCH_HOME/replica"
    mkdir -p "$BENCH_HOME/locks"
    # `cargo info` fetches and unpacks that one package, with the lockfile it was published with.
    (cd "$BENCH_HOME" && CARGO_HOME=$home "$CARGO" info --quiet "$closure" >/dev/null)
    cp -r "$home"/registry/src/*/"${closure/@/-}" "$BENCH_HOME/locks/$name"
    (cd "$BENCH_HOME/locks/$name" && CARGO_HOME=$home "$CARGO" fetch --quiet --locked)
    touch "$BENCH_HOME/locks/$name/.fetched"
  done
  if ! [ -f "$BENCH_HOME/replica/.done" ]; then
    python3 "$here/replica.py" "$home" "$BENCH_HOME/replica" "$BENCH_HOME"/locks/*/Cargo.lock
    touch "$BENCH_HOME/replica/.done"
  fi
  find "$BENCH_HOME/replica" -type f -print0 | xargs -0 cat >/dev/null # into the page cache
}

prepare_helpers() {
  local helper
  for helper in link clock; do
    [ "$BENCH_HOME/bin/$helper" -nt "$here/$helper.rs" ] ||
      rustc --edition 2024 -O -o "$BENCH_HOME/bin/$helper" "$here/$helper.rs"
  done
}

# Tools that cannot be pointed elsewhere find the replica under the names they look for. Both names are read from what is
# at hand: cargo's cache folder is called <index host>-<hash>, and cargo-fetcher carries its download URL in its binary.
index_host() {
  local folder
  folder=$(ls "$BENCH_HOME/home/registry/index" | head -n 1)
  echo "${folder%-*}"
}

fetcher_host() {
  { grep -aoE 'https://[A-Za-z0-9.-]+/crates/\{crate\}' "$PEERS/cargo-fetcher" 2>/dev/null || true; } |
    head -n 1 | cut -d/ -f3
}

make_certificate() {
  local fetcher names
  fetcher=$(fetcher_host)
  names="IP:10.77.0.2,DNS:$(index_host)${fetcher:+,DNS:$fetcher}"
  (
    cd "$BENCH_HOME/tls"
    [ -f ca.pem ] || {
      openssl ecparam -name prime256v1 -genkey -noout -out ca.key
      openssl req -x509 -new -key ca.key -subj "/CN=cargo-mirror bench" -days 3650 -out ca.pem \
        -addext basicConstraints=critical,CA:TRUE
    }
    openssl ecparam -name prime256v1 -genkey -noout -out server.key
    openssl req -new -key server.key -subj "/CN=replica" -out server.csr
    printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' "$names" >server.ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 825 \
      -extfile server.ext -out server.pem 2>/dev/null
    # With the system's own certificates beside it, because reading those is part of every tool's start-up.
    cat /etc/ssl/certs/ca-certificates.crt ca.pem >bundle.pem
  )
  { echo "127.0.0.1 localhost" && echo "10.77.0.2 $(index_host) $fetcher"; } >"$run/hosts"
}

start_server() {
  write_nginx_configuration
  local namespace
  for namespace in "$client" "$server"; do
    ip netns add "$namespace"
    ip -n "$namespace" link set lo up
    # Each run starts from a fresh TCP state, not from the window the last run ended with.
    ip netns exec "$namespace" sysctl -qw net.ipv4.tcp_no_metrics_save=1
  done
  ip netns exec "$server" sysctl -qw net.core.somaxconn=4096
  : >"$BENCH_OUT/access.log"
  : >"$BENCH_OUT/results.jsonl"
  ip netns exec "$server" nginx -c "$run/nginx.conf" 9>&-
}

# 8443 is TLS with HTTP/2, for whatever can be pointed at an index; 443 the same under the default names; 8080 is plain HTTP/1.1.
write_nginx_configuration() {
  local tree=$BENCH_HOME/replica fetcher
  fetcher=$(fetcher_host)
  cat >"$run/replica.conf" <<NGINX
root $tree;
location /index/ { default_type text/plain; }
location /crates/ { gzip_static off; rewrite ^/crates/([^/]+)/([^/]+)/download$ /crates/\$1/\$1-\$2.crate break; }
NGINX
  cat >"$run/nginx.conf" <<NGINX
user root; worker_processes 2; pid $run/nginx.pid; error_log $run/error.log warn;
events { worker_connections 8192; multi_accept on; }
http {
  log_format bench '\$status \$body_bytes_sent \$request_uri';
  access_log $BENCH_OUT/access.log bench;
  default_type application/octet-stream; sendfile on; tcp_nopush on; tcp_nodelay on; etag on;
  gzip off; gzip_static on; gzip_vary on;
  keepalive_requests 10000000; keepalive_timeout 300; http2_max_concurrent_streams 128;
  open_file_cache max=8000 inactive=600s; open_file_cache_valid 600s;
  client_body_temp_path $run/b; proxy_temp_path $run/p; fastcgi_temp_path $run/f; uwsgi_temp_path $run/u; scgi_temp_path $run/s;
  ssl_certificate $BENCH_HOME/tls/server.pem; ssl_certificate_key $BENCH_HOME/tls/server.key; ssl_protocols TLSv1.2 TLSv1.3;
  server { listen unix:$run/status.sock; access_log off; location / { stub_status; } }
  server {
    listen 8080 backlog=4096;
    include $run/replica.conf;
  }
  server {
    listen 8443 ssl http2 backlog=4096;
    location = /index/config.json { default_type application/json; return 200 '{"dl":"https://10.77.0.2:8443/crates"}'; }
    include $run/replica.conf;
  }
  server {
    listen 443 ssl http2 backlog=4096 default_server; server_name $(index_host); root $tree/index;
    location = /config.json { default_type application/json; return 200 '{"dl":"https://10.77.0.2:8443/crates"}'; }
    location / { default_type text/plain; }
  }
  server {
    listen 443 ssl http2; server_name ${fetcher:-fetcher.invalid};
    include $run/replica.conf;
  }
}
NGINX
}

set_link() { # RTT_MS MBIT
  local rtt=$1 mbit=$2 namespace
  stop link
  ip -n "$client" link delete bench 2>/dev/null || true
  ip -n "$server" link delete bench 2>/dev/null || true
  if [ "$rtt" = 0 ] && [ "$mbit" = 0 ]; then
    ip -n "$client" link add bench type veth peer name bench netns "$server"
  else
    for namespace in "$client" "$server"; do ip -n "$namespace" tuntap add dev bench mode tun vnet_hdr; done
    "$BENCH_HOME/bin/link" "$client" "$server" bench "$rtt" "$mbit" >"$run/link.log" 2>&1 9>&- &
    echo $! >"$run/link.pid"
    for _ in $(seq 50); do grep -q up "$run/link.log" && break || sleep 0.1; done
    # Segments of at most 16 KB, as a network card would cut them, so that one burst does not fill the queue.
    for namespace in "$client" "$server"; do
      ip -n "$namespace" link set bench gso_max_size 16384 gso_max_segs 12 txqueuelen 1000
    done
  fi
  ip -n "$client" address add 10.77.0.1/30 dev bench
  ip -n "$server" address add 10.77.0.2/30 dev bench
  for namespace in "$client" "$server"; do ip -n "$namespace" link set bench up; done
}

# `ip netns exec` gives the command a mount namespace of its own, so the machine's own hosts file stays as it is.
within_client() {
  ip netns exec "$client" sh -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$run/hosts" "$@" 9>&-
}

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
  rm -f "$run/status.sock"
  ip netns delete "$client" 2>/dev/null || true
  ip netns delete "$server" 2>/dev/null || true
  rm -rf "$BENCH_OUT"/{home,out,filled,projects,user}
}

main "$@"
