#!/usr/bin/env bash
# What a mirror in a bucket costs, against a store of 20 ms on this machine: a fill of 5,000 crates, a push with nothing to
# do, the probe, a hit through a redirect, a hit from the server's disk beside the same server without a bucket; and what a
# large mirror comes to with the costs of this store (fleet.py).
# A Markdown table on stdout, the runs as they happen on stderr.
#
# Needs python3, curl, wrk; MIRROR is the program, in a release build.
set -euo pipefail

MIRROR=${MIRROR:-cargo-mirror}
WORK=${WORK:-/dev/shm/cargo-mirror-bucket}
CRATES=${CRATES:-5000}
KEYS=${KEYS:-2000000}
LATENCY=${LATENCY:-20}                               # milliseconds, before each answer of the store
PARALLEL=${PARALLEL:-32}
SECONDS_EACH=${SECONDS_EACH:-5}
PORT=18290
here=$(cd "$(dirname "$0")" && pwd)

say() { echo "$@" >&2; }
started=()
clean() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$WORK"
}
trap clean EXIT
rm -rf "$WORK"
mkdir -p "$WORK"

export AWS_ENDPOINT=http://127.0.0.1:$PORT AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench AWS_REGION=bench-1
export CARGO_HOME=$WORK/home no_proxy=127.0.0.1
mkdir -p "$CARGO_HOME"
url=s3://bench/mirror

seconds() { python3 -c 'import sys; print(f"{float(sys.argv[2]) - float(sys.argv[1]):.2f}")' "$1" "$2"; }
timed() { local from to; from=$(date +%s.%N); "$@" >&2; to=$(date +%s.%N); seconds "$from" "$to"; }
up() { for _ in $(seq 200); do curl -s -o /dev/null "$1" && return; sleep 0.05; done; say "nobody answers at $1"; exit 1; }
row() { printf '| %s | %s | %s |\n' "$@"; }

say "a mirror of $CRATES crates"
python3 - "$WORK/origin" "$CRATES" <<'END'
import hashlib, json, os, pathlib, random, sys
root, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
dice = random.Random(1)
folder = root / "crates-io"
for number in range(count):
    name = f"bench-{number:05}"
    data = dice.randbytes(int(min(400_000, max(600, dice.lognormvariate(9.5, 1.3)))))
    (folder / "index" / name[:2] / name[2:4]).mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-1.0.0.crate").write_bytes(data)
    line = {"name": name, "vers": "1.0.0", "deps": [], "cksum": hashlib.sha256(data).hexdigest(), "features": {}, "yanked": False}
    (folder / "index" / name[:2] / name[2:4] / name).write_text(json.dumps(line) + "\n")
END

python3 "$here/s3.py" "$PORT" "$LATENCY" & started+=($!)
up "http://127.0.0.1:$PORT/-/calls"

echo "| what | measured | wanted |"
echo "|---|---|---|"
probe=$(timed timeout 60 "$MIRROR" mirror doctor "$url")
row "the probe, $LATENCY ms a request" "$probe s" "< 2 s"
fill=$(timed timeout 300 "$MIRROR" mirror push -j "$PARALLEL" -m "$WORK/origin" "$url")
row "a fill of $CRATES crates, $PARALLEL at once" "$fill s" "< 15 s"
costs=$(python3 - "$PORT" <<'END'
import http.client, statistics, sys, time
link = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))

def ask(method, target, body=None, **headers):
    start = time.perf_counter()
    link.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = link.getresponse()
    answer.read()
    assert answer.status < 300, (method, target, answer.status)
    return 1000 * (time.perf_counter() - start), answer.headers["etag"]

middle = lambda times: statistics.median(times)
put = middle([ask("PUT", f"/bench/cost/{n}", b"x" * 300, if_none_match="*")[0] for n in range(50)])
get = middle([ask("GET", f"/bench/cost/{n}")[0] for n in range(50)])
page = middle([ask("GET", "/bench?list-type=2&prefix=mirror")[0] for _ in range(20)])
tag, spent = ask("GET", "/bench/cost/0")[1], 0
for n in range(50):
    took, tag = ask("PUT", "/bench/cost/0", b"%d" % n, if_match=tag)
    spent += took
print(f"--put-ms {put:.1f} --get-ms {get:.1f} --list-ms {page:.1f} --cas-per-second {50_000 / spent:.1f}")
END
)
again=$(timed timeout 60 "$MIRROR" mirror push -j "$PARALLEL" -m "$WORK/origin" "$url")
row "the second push, with nothing to do" "$again s" "< 1 s for 100,000 keys"

curl -sf -o /dev/null "http://127.0.0.1:$PORT/-/fill/$KEYS"
# An upstream that has what the bucket has: the folder itself. The shared server is asked for what its disk lacks, too.
timeout 600 "$MIRROR" mirror serve -m "$WORK/plain" --upstream "$WORK/origin/crates-io" --listen 127.0.0.1:18291 >&2 & started+=($!)
timeout 600 "$MIRROR" mirror serve -m "$WORK/shared" --upstream "$WORK/origin/crates-io" --listen 127.0.0.1:18292 \
  --store "$url" --redirect never >&2 & started+=($!)
timeout 600 "$MIRROR" mirror serve -m "$WORK/sends" --upstream "$WORK/origin/crates-io" --listen 127.0.0.1:18293 \
  --store "$url" --redirect always --redirect-above 0 >&2 & started+=($!)
for port in 18291 18292 18293; do up "http://127.0.0.1:$port/healthz"; done
path=crates-io/dl/bench-00007/1.0.0/download
curl -sf -o /dev/null "http://127.0.0.1:18291/$path"
curl -sf -o /dev/null "http://127.0.0.1:18292/$path"
sleep 3
load() { wrk -t2 -c32 -d"${SECONDS_EACH}s" "http://127.0.0.1:$1/$path" | awk '/Requests\/sec/ {print $2}'; }
plain=0 shared=0
for _ in 1 2 3; do
  plain=$(load 18291 | awk -v best="$plain" '{print ($1 > best) ? $1 : best}')
  shared=$(load 18292 | awk -v best="$shared" '{print ($1 > best) ? $1 : best}')
done
ratio=$(awk -v a="$shared" -v b="$plain" 'BEGIN {printf "%.3f", a / b}')
row "a hit from the disk of a server that shares, beside one that does not (requests/s, best of 3)" \
  "$shared beside $plain: $ratio" ">= 0.95"
miss=$(curl -s -o /dev/null -w '%{time_total}' "http://127.0.0.1:18293/crates-io/dl/bench-00100/1.0.0/download")
curl -s -o /dev/null "http://127.0.0.1:18293/crates-io/dl/bench-00101/1.0.0/download"
# What was started is `timeout`; the server is its child.
child() { tr -d ' ' <"/proc/$1/task/$1/children"; }
spent() { awk -v hz="$(getconf CLK_TCK)" '{print 1000 * ($14 + $15) / hz}' "/proc/$1/stat"; }
sends=$(child "${started[3]}")
before=$(spent "$sends")
path=crates-io/dl/bench-00102/1.0.0/download
answers=$(wrk -t1 -c32 -d"${SECONDS_EACH}s" "http://127.0.0.1:18293/$path" | awk '/requests in/ {print $1}')
each=$(awk -v a="$before" -v b="$(spent "$sends")" -v n="$answers" 'BEGIN {printf "%.3f", (b - a) / n}')
row "the server's own time for an answer that sends a client to the bucket ($answers of them; the first took $miss s)" "$each ms" "< 0.3 ms"
server=$(child "${started[2]}")
memory=$(awk '/VmHWM/ {print $2}' "/proc/$server/status")
row "memory of the server that shares a bucket of $KEYS keys more" "$((memory / 1024)) MB" "< 200 MB"
echo
echo "What that comes to (fleet.py $costs):"
echo
# shellcheck disable=SC2086
python3 "$here/fleet.py" $costs --parallel "$PARALLEL"
