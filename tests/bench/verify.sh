#!/usr/bin/env bash
# How fast `cargo mirror verify` hashes, beside `openssl dgst -sha256` on all cores over the same files, and how much
# memory a mirror of 100,000 crates takes. Makes its mirrors itself and removes them.
#
#   cargo build --release && tests/bench/verify.sh [PROGRAM]        needs bash, python3, openssl, GNU time and xargs
set -euo pipefail
program=$(realpath "${1:-target/release/cargo-mirror}")
files=${FILES:-1000} tiny=${TINY:-100000} runs=${RUNS:-7}
room=$(mktemp -d "${ROOM:-/dev/shm}/verify-bench.XXXXXX")
trap 'rm -rf "$room"' EXIT
cores=$(nproc)

# A mirror of so many crates, some of them with more than one version; sizes spread as those of real lockfiles are.
make_mirror() {
    python3 - "$1" "$2" "$3" <<'PYTHON'
import hashlib, os, random, sys
room, count, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
random.seed(1)
letters = "abcdefghijklmnopqrstuvwxyz"
index = {}
os.makedirs(f"{room}/crates-io/index")
for number in range(count):
    name = letters[number % 26] + letters[number // 26 % 26] + letters[number // 676 % 26] + f"x-{number // 3:06}"
    name = name[:4] + f"-{number // 2:06}"
    version = f"1.{number % 2}.0"
    size = 64 if kind == "tiny" else min(int(random.lognormvariate(10.6, 1.5)), 12_000_000)
    data = random.randbytes(size)
    with open(f"{room}/crates-io/{name}-{version}.crate", "wb") as file:
        file.write(data)
    line = ('{"name":"%s","vers":"%s","deps":[],"cksum":"%s","features":{"std":[]},"yanked":false}\n'
            % (name, version, hashlib.sha256(data).hexdigest()))
    index.setdefault(name, []).append(line)
for name, lines in index.items():
    folder = f"{room}/crates-io/index/{name[:2]}/{name[2:4]}"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{name}", "w") as file:
        file.writelines(lines)
PYTHON
}

seconds() { local start end; start=$(date +%s%N); "$@" >/dev/null 2>&1; end=$(date +%s%N); echo $(((end - start) / 1000)); }
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
with_openssl() {
    find "$1/crates-io" -maxdepth 1 -name '*.crate' -print0 \
        | xargs -0 -P "$cores" -n $(((files + cores * 4 - 1) / (cores * 4))) openssl dgst -sha256
}
with_mirror() { "$program" verify --mirror "$1" --quiet; }

make_mirror "$room/real" "$files" real
bytes=$(du -sb --apparent-size "$room/real/crates-io" | cut -f1)
# The records of a mirror that this program has filled itself.
"$program" repair --mirror "$room/real" --offline --quiet >/dev/null
with_openssl "$room/real" >/dev/null; with_mirror "$room/real" >/dev/null
: >"$room/openssl"; : >"$room/mirror"
for _ in $(seq "$runs"); do
    seconds with_openssl "$room/real" >>"$room/openssl"
    seconds with_mirror "$room/real" >>"$room/mirror"
done
openssl=$(median <"$room/openssl") mirror=$(median <"$room/mirror")

make_mirror "$room/tiny" "$tiny" tiny
"$program" repair --mirror "$room/tiny" --offline --quiet >/dev/null
memory() { command time -f %M -o "$room/memory" "$@" >/dev/null; cat "$room/memory"; }
full=$(memory "$program" verify --mirror "$room/tiny" --quiet)
tiny_time=$(seconds with_mirror "$room/tiny")
quick=$(memory "$program" verify --quick --mirror "$room/tiny" --quiet)

awk -v files="$files" -v tiny="$tiny" -v cores="$cores" -v bytes="$bytes" -v openssl="$openssl" -v mirror="$mirror" \
    -v full="$full" -v quick="$quick" -v tiny_time="$tiny_time" 'BEGIN {
    printf "%d crates, %.1f MB, %d cores, medians\n", files, bytes / 1e6, cores
    printf "  %-36s %8.3f s  %7.0f MB/s\n", "openssl dgst -sha256, xargs -P", openssl / 1e6, bytes / openssl
    printf "  %-36s %8.3f s  %7.0f MB/s\n", "cargo mirror verify", mirror / 1e6, bytes / mirror
    printf "  %-36s %8.2f\n", "ratio (wanted: at least 0.9)", openssl / mirror
    printf "%d tiny crates\n", tiny
    printf "  %-36s %8.3f s  peak %.1f MB (wanted: below 100)\n", "cargo mirror verify", tiny_time / 1e6, full / 1024
    printf "  %-36s %10s  peak %.1f MB\n", "cargo mirror verify --quick", "", quick / 1024
}'
