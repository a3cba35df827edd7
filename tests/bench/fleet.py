#!/usr/bin/env python3
"""How many servers, how long a fill, how much a month: the scale of a mirror in a bucket, from measured costs.

Prints the table of the plan for a registry of the size of crates.io and for a company, in Markdown. Costs that this machine
measured (tests/bench/bucket.sh prints them) can be given; what is not given is what public documents say of a store.

    tests/bench/fleet.py --put-ms 40 --get-ms 20 --list-ms 150 --cas-per-second 15
"""

import argparse
import random


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crates", type=int, default=250_000, help="crates of the registry")
    parser.add_argument("--versions", type=int, default=2_200_000, help="versions of all crates")
    parser.add_argument("--bytes", type=float, default=400e9, help="of all crates")
    parser.add_argument("--publishes", type=int, default=1_500, help="new versions a day")
    parser.add_argument("--parallel", type=int, default=32, help="requests under way at once")
    parser.add_argument("--put-ms", type=float, default=40.0, help="one conditional write")
    parser.add_argument("--get-ms", type=float, default=30.0, help="one read of an index object")
    parser.add_argument("--list-ms", type=float, default=150.0, help="one page of 1,000 keys")
    parser.add_argument("--cas-per-second", type=float, default=15.0, help="writes that the store takes of one object")
    parser.add_argument("--line-mbit", type=float, default=1_000.0, help="of the machine that fills")
    parser.add_argument("--servers", type=int, default=50, help="that are asked for one new version at once")
    parser.add_argument("--builds", type=int, default=20_000, help="CI builds a day of the company")
    parser.add_argument("--crates-a-build", type=int, default=300)
    parser.add_argument("--crate-kb", type=float, default=145.0, help="mean size of a crate that is asked for")
    parser.add_argument("--hit-rate", type=float, default=0.98, help="of the servers' disks")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def span(seconds):
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"


def contention(servers, per_second, jitter=(0.020, 0.200), tries=40, seed=1, merge=True):
    """Simulates servers that edit one object by compare-and-swap. A server whose read shows the line stops.

    Returns the time until all are done, writes, and servers that gave up."""
    dice = random.Random(seed)
    write = 1.0 / per_second
    # When each server acts next: first it reads, then its write is decided when the store gets to it.
    waiting = [(dice.uniform(0, 0.05), number, 1) for number in range(servers)]
    free, revision_at, done, writes, gave_up, end = 0.0, -1.0, False, 0, 0, 0.0
    while waiting:
        waiting.sort()
        at, number, attempt = waiting.pop(0)
        if merge and done and at >= revision_at:
            end = max(end, at)
            continue
        # The store decides one write after the other.
        start = max(at, free)
        free = start + write
        if revision_at > at:
            # Somebody wrote after the read: refused.
            if attempt == tries:
                gave_up += 1
            else:
                waiting.append((free + dice.uniform(*jitter), number, attempt + 1))
        else:
            writes += 1
            done = True
            revision_at = free
            end = max(end, free)
    return end, writes, gave_up


def main():
    o = options()
    per_second = o.parallel * 1000.0 / o.put_ms
    fill_requests = (o.versions + o.crates) / per_second
    fill_bytes = o.bytes * 8 / (o.line_mbit * 1e6)
    pages = (o.versions + o.crates + 999) // 1000
    read_index = o.crates / (o.parallel * 1000.0 / o.get_ms)
    asked = o.builds * o.crates_a_build
    end, writes, gave_up = contention(o.servers, o.cas_per_second, seed=o.seed)
    _, naive, lost = contention(o.servers, o.cas_per_second, seed=o.seed, merge=False)
    rows = [
        ("requests to fill it, each index object written once", f"{o.versions + o.crates:,}"),
        (f"first fill, {o.parallel} at once, {o.put_ms:g} ms a write", f"{span(fill_requests)} of requests ({per_second:,.0f}/s)"),
        (f"its bytes, at {o.line_mbit:g} Mbit/s", f"{span(fill_bytes)}; both go on at the same time"),
        (f"one list, {pages:,} pages of 1,000 keys", f"{span(pages * o.list_ms / 1000)} in a row"),
        ("memory for that list", f"{(o.versions * 100) / 1e6:.0f} MB at 100 bytes a key"),
        (f"all index objects read, {o.parallel} at once", span(read_index)),
        ("new versions a day", f"{o.publishes:,}: {o.publishes * 2:,} writes"),
        (
            f"a company's {o.builds:,} builds a day of {o.crates_a_build} crates",
            f"{asked / 86_400:.0f} requests/s, {asked * o.crate_kb * 1e3 / 86_400 / 1e6:.0f} MB/s on average",
        ),
        (
            f"of these from the bucket, at {o.hit_rate:.0%} from disks",
            f"{asked * (1 - o.hit_rate) / 86_400:.1f} requests/s, {asked * (1 - o.hit_rate) * 30:,.0f} a month",
        ),
        (
            f"a release asked of {o.servers} servers at once, {o.cas_per_second:g} writes/s of one object",
            f"{writes} write, all done in {end:.2f} s, {gave_up} gave up",
        ),
        ("the same where each server wrote in any case", f"{naive} writes, {lost} gave up"),
    ]
    print("| what | figure |\n|---|---|")
    for what, figure in rows:
        print(f"| {what} | {figure} |")


if __name__ == "__main__":
    main()
