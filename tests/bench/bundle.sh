#!/usr/bin/env bash
# How small and how fast dumps are, beside `tar` and `tar | zstd -19 --long`, over the crates in cargo's caches on this
# machine and over families of consecutive versions, which cargo fetches once into $ROOM/fetched; of increments; and with one
# core and with all.
#
#   cargo build --release && tests/bench/bundle.sh [PROGRAM]        needs bash, python3, zstd, tar and, the first time, a network
#
# Settings, all from the environment:
#   ROOM       where everything lies                            default: a temporary folder
#   CLOSURE    a folder of .crate files to take as the closure   default: those in cargo's caches
#   FAMILIES   name:versions of the families
#   SLOW       set: level 19, too
#
# Prints sizes, ratios (sum of .crate / file), megabytes of .crate for each second of processor time, and peak memory; exits
# with 1 where something did not come back to the bit.
set -euo pipefail
program=$(realpath "${1:-target/release/cargo-mirror}")
room=${ROOM:-$(mktemp -d "${TMPDIR:-/tmp}/bundle-bench.XXXXXX")}
mkdir -p "$room"
[ -n "${ROOM:-}" ] || trap 'rm -rf "$room"' EXIT
families=${FAMILIES:-syn:2.0.10[9-9] syn:2.0.11[0-9] tokio:1.51.[0-6] tokio:1.52.[0-2] libc:0.2.18[0-9] rand:0.4.[6-6] rand:0.5.[0-6]}

# Versions of one crate cannot be in one lockfile: a project for each.
fetch_families() {
    local home=$room/fetched
    [ -e "$home/done" ] && return
    for family in $families; do
        local name=${family%%:*} pattern=${family#*:}
        for version in $(versions "$pattern"); do
            local project=$home/project-$name-$version
            mkdir -p "$project/src"; : >"$project/src/lib.rs"
            printf '[package]\nname = "x"\nversion = "0.1.0"\n[dependencies]\n%s = { version = "=%s", default-features = false }\n[workspace]\n' \
                "$name" "$version" >"$project/Cargo.toml"
            CARGO_HOME=$home cargo fetch --quiet --manifest-path "$project/Cargo.toml" 2>/dev/null \
                || echo "no $name $version" >&2
        done
    done
    touch "$home/done"
}

# `2.0.9[0-9]` -> 2.0.90 ... 2.0.99
versions() {
    python3 -c '
import re, sys
start, low, high, end = re.fullmatch(r"(.*)\[(\d)-(\d)\](.*)", sys.argv[1]).groups()
print(*(f"{start}{digit}{end}" for digit in range(int(low), int(high) + 1)))' "$1"
}

fetch_families

exec python3 - "$program" "$room" $families <<'PYTHON'
import fnmatch, gzip, hashlib, os, re, shutil, subprocess, sys, threading, time
from pathlib import Path

program, room, families = sys.argv[1], Path(sys.argv[2]), [word.split(":")[0] for word in sys.argv[3:]]
os.environ["CARGO_MIRROR_KEYS"] = str(room / "no-keys")
faults = 0


def split(path):
    stem = path.name.removesuffix(".crate")
    hyphen = stem[: stem.index(".")].rindex("-")
    return stem[:hyphen], stem[hyphen + 1 :]


def index_path(name):
    name = name.lower()
    if len(name) < 3:
        return f"{len(name)}/{name}"
    return f"3/{name[0]}/{name}" if len(name) == 3 else f"{name[:2]}/{name[2:4]}/{name}"


def mirror(name, crates):
    folder = room / name
    shutil.rmtree(folder, ignore_errors=True)
    lines = {}
    for path in crates:
        target = folder / "crates-io" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        package, version = split(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.setdefault(index_path(package), []).append(
            f'{{"name":"{package}","vers":"{version}","deps":[],"cksum":"{digest}","features":{{}},"yanked":false}}\n')
    for path, text in lines.items():
        target = folder / "crates-io/index" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(text))
    return folder, sum(path.stat().st_size for path in crates)


def run(*words):
    """Seconds of wall clock and of processor, and peak memory in MB."""
    start = time.time()
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{' '.join(words)}: {said}")
    return time.time() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def show(what, size, whole, spent=None):
    line = f"{what:46} {whole / 1e6:8.1f} MB -> {size / 1e6:8.1f} MB, {whole / size:6.2f} times smaller"
    if spent:
        wall, cpu, memory = spent
        line += f"; {whole / 1e6 / cpu:6.1f} MB/cpu s, {wall:5.1f} s, {memory:4.0f} MB"
    print(line, flush=True)


def cores(name, folder, whole):
    """The same dump made and taken with one core and with all: the wall clock is to fall as cores come in, processor time not to rise."""
    dump, other = room / f"{name}-cores.cmb", room / "other"
    for words, what in ((["taskset", "-c", "0"], "1 core"), ([], f"{len(os.sched_getaffinity(0))} cores")):
        dump.unlink(missing_ok=True)
        shutil.rmtree(other, ignore_errors=True)
        spent = run(*words, program, "mirror", "export", str(dump), "--no-sign", "--mirror", str(folder))
        show(f"export {name}, {what}", dump.stat().st_size, whole, spent)
        spent = run(*words, program, "mirror", "import", "--allow-unsigned", str(dump), "--mirror", str(other))
        show(f"import {name}, {what}", dump.stat().st_size, whole, spent)


def increment(name, crates, newest):
    """What `newest` cost a receiver that has the others."""
    folder, _ = mirror(name, crates)
    base, _ = mirror("base", [path for path in crates if path not in newest])
    run(program, "mirror", "state", str(room / "base.state"), "--mirror", str(base))
    whole = sum(path.stat().st_size for path in newest)
    there_and_back(f"{name} of {len(newest)}", folder, whole, 9, ("--since", str(room / "base.state")), base)


def there_and_back(name, folder, whole, level, after=(), base=None):
    global faults
    dump, other = room / f"{name.replace(' ', '-')}-{level}.cmb", room / "other"
    dump.unlink(missing_ok=True)
    shutil.rmtree(other, ignore_errors=True)
    if base:
        shutil.copytree(base, other)
    spent = run(program, "mirror", "export", str(dump), "--no-sign", "--compress", str(level), "--mirror", str(folder), *after)
    show(f"export {name}, level {level}", dump.stat().st_size, whole, spent)
    spent = run(program, "mirror", "import", "--allow-unsigned", str(dump), "--mirror", str(other))
    show(f"import {name}, level {level}", dump.stat().st_size, whole, spent)
    for path in (folder / "crates-io").glob("*.crate"):
        if path.read_bytes() != (other / "crates-io" / path.name).read_bytes():
            print("NOT THE SAME:", path.name)
            faults += 1


def peers(name, folder, whole):
    tar, packed = room / "peer.tar", room / "peer.zst"
    spent = run("tar", "-C", str(folder), "-cf", str(tar), "crates-io")
    show(f"tar of {name}", tar.stat().st_size, whole, spent)
    spent = run("zstd", "-q", "-f", "-19", "--long=27", str(tar), "-o", str(packed))
    show(f"tar | zstd -19 --long of {name}", packed.stat().st_size, whole, spent)


def ceiling(name, crates, level):
    """What one zstd frame over all archives comes to: no dump whose crates can be read one by one is smaller."""
    packer = subprocess.Popen(["zstd", "-q", "-c", f"-{level}", "--long=27"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    size = 0

    def count():
        nonlocal size
        while piece := packer.stdout.read(1 << 20):
            size += len(piece)

    counting = threading.Thread(target=count)
    counting.start()
    for path in sorted(crates, key=lambda path: (index_path(split(path)[0]), path.name)):
        packer.stdin.write(gzip.decompress(path.read_bytes()))
    packer.stdin.close()
    counting.join()
    if packer.wait():
        sys.exit("zstd failed")
    show(f"archives of {name} in one frame, level {level}", size, sum(path.stat().st_size for path in crates))


homes = {Path(os.environ.get("CARGO_HOME", "")), Path.home() / ".cargo"}
cached = {path.name: path for home in homes for path in home.glob("registry/cache/*/*.crate")}
if os.environ.get("CLOSURE"):
    cached = {path.name: path for path in Path(os.environ["CLOSURE"]).glob("*.crate")}
folder, whole = mirror("closure", sorted(cached.values()))
print(f"closure: {len(cached)} crates", flush=True)
there_and_back("closure", folder, whole, 9)
there_and_back("closure", folder, whole, "none")
if os.environ.get("SLOW"):
    there_and_back("closure", folder, whole, 19)
    ceiling("closure", cached.values(), 19)
ceiling("closure", cached.values(), 9)
peers("closure", folder, whole)
if shutil.which("taskset"):
    cores("closure", folder, whole)

# What an update brings: of each crate that the caches have in several versions, the newest, against the others.
order = lambda path: (split(path)[0], [int(part) for part in re.findall(r"\d+", split(path)[1])])
several = {}
for path in sorted(cached.values(), key=order):
    several.setdefault(split(path)[0], []).append(path)
several = [versions for versions in several.values() if len(versions) > 1]
if several:
    increment("updates", [path for versions in several for path in versions], [versions[-1] for versions in several])

fetched = sorted((room / "fetched").glob("registry/cache/*/*.crate"))
# Not what they depend on, which is newer.
wanted = [word.replace(":", "-") + ".crate" for word in sys.argv[3:]]
fetched = [path for path in fetched if any(fnmatch.fnmatch(path.name, pattern) for pattern in wanted)]
if fetched:
    fetched.sort(key=order)
    folder, whole = mirror("families", fetched)
    print(f"families: {len(fetched)} crates of {', '.join(families)}")
    there_and_back("families", folder, whole, 9)
    peers("families", folder, whole)
    # Each version against the one before it: what one more version of each family costs.
    newest = {split(path)[0]: path for path in fetched}
    increment("increment", fetched, list(newest.values()))
sys.exit(1 if faults else 0)
PYTHON
