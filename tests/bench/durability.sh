#!/bin/sh
# What it costs that a reported success survives a power cut: the same run with and without flushing, on a disk and on
# tmpfs. No network: crates come out of cargo's cache, or out of a local registry by --upstream.
#
#   tests/bench/durability.sh LOCKFILE CARGO_HOME [PROGRAM]
#
# LOCKFILE: of a large project. CARGO_HOME: one whose cache holds all of it (`cargo fetch --locked`).
# DISK and TMPFS name the folders to write to, RUNS how often.
set -eu
lockfile=$1 home=$2 program=${3:-cargo-mirror}
disk=${DISK:-/tmp} tmpfs=${TMPFS:-/dev/shm} runs=${RUNS:-5}
work=$(mktemp -d "$tmpfs/durability-XXXXXX")
mirror=
trap 'rm -rf "$work" ${mirror:+"$mirror"}' EXIT
mkdir "$work/empty-home" "$work/project"
cp "$lockfile" "$work/project/Cargo.lock"
unset CARGO_MIRROR_DIR CARGO_MIRROR_UPSTREAM || true

run() { # mirror, cargo home, options...
    run_mirror=$1 run_home=$2
    shift 2
    CARGO_HOME=$run_home "$program" mirror prefetch "$work/project/Cargo.lock" --mirror "$run_mirror" --quiet "$@"
}

timed() { # label, then the run itself
    label=$1
    shift
    sync
    before=$(date +%s%N)
    run "$@"
    after=$(date +%s%N)
    echo "$label,$(((after - before) / 1000000))" >>"$work/times"
}

afresh() { rm -rf "$mirror"; mkdir "$mirror"; }

# What runs from a registry are fetched from.
run "$work/source" "$home" --offline --no-flush
for place in "$disk" "$tmpfs"; do
    mirror=$(mktemp -d "$place/durability-mirror-XXXXXX")
    kind=$(stat -f -c %T "$place" 2>/dev/null || echo unknown)
    count=0
    # In turns, so that what else goes on on the machine meets all of them alike.
    while [ "$count" -lt "$runs" ]; do
        for flush in --no-flush ""; do
            afresh
            # shellcheck disable=SC2086
            timed "$kind, from a registry, ${flush:-flushed}" "$mirror" "$work/empty-home" --upstream "$work/source/crates-io" $flush
            afresh
            # shellcheck disable=SC2086
            timed "$kind, from cargo's cache, ${flush:-flushed}" "$mirror" "$home" --offline $flush
        done
        timed "$kind, nothing to do" "$mirror" "$home" --offline
        count=$((count + 1))
    done
    rm -rf "$mirror"
done
sed 's/,\([0-9]*\)$/\t\1/' "$work/times" | sort -t "$(printf '\t')" -k1,1 -k2n | tr '\t' , | awk -F, '
    function tell() { if (n) printf "%-44s %6d ms   (%d to %d)\n", label, all[int((n + 1) / 2)], all[1], all[n] }
    { name = $0; sub(/,[0-9]+$/, "", name) }
    name != label { tell(); label = name; n = 0 }
    { all[++n] = $NF }
    END { tell() }'
