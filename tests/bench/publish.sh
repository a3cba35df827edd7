#!/usr/bin/env bash
# How fast a hosted registry takes packages and answers searches: with few versions and with 100,000, from 1 and from 50
# publishers, over loopback. Prints one Markdown table. Everything is made up; nothing leaves the machine.
#
#   cargo build --release && tests/bench/publish.sh [PROGRAM]        needs bash and python3
#
# Settings, all from the environment:
#   ROOM       where the registries lie                         default: a temporary folder
#   VERSIONS   versions in the large registry                   default: 100000
#   PUBLISHES  packages that each run publishes                 default: 300
#   SEARCHES   searches that each run asks for                  default: 200
set -euo pipefail
program=$(realpath "${1:-target/release/cargo-mirror}")
room=${ROOM:-$(mktemp -d "${TMPDIR:-/tmp}/publish-bench.XXXXXX")}
mkdir -p "$room"
[ -n "${ROOM:-}" ] || trap 'rm -rf "$room"' EXIT

exec python3 - "$program" "$room" "${VERSIONS:-100000}" "${PUBLISHES:-300}" "${SEARCHES:-200}" <<'PYTHON'
import gzip, hashlib, http.client, io, json, os, shutil, struct, subprocess, sys, tarfile, threading, time
from pathlib import Path

program, room = sys.argv[1], Path(sys.argv[2])
versions, publishes, searches = map(int, sys.argv[3:])
os.environ["CARGO_HOME"] = str(room / "home")
WORDS = "async parser buffer codec metric tracing vector matrix socket router cache token crypto image audio graph".split()


def index_path(name):
    name = name.lower()
    if len(name) < 4:
        return f"{len(name)}/{name}" if len(name) < 3 else f"3/{name[0]}/{name}"
    return f"{name[:2]}/{name[2:4]}/{name}"


def package(name, version):
    word = WORDS[hash(name) % len(WORDS)]
    manifest = (
        f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\nlicense = "MIT"\n'
        f'description = "a {word} for {name}"\n'
    )
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for path, text in (("Cargo.toml", manifest), ("src/lib.rs", "pub const ANSWER: u32 = 42;\n")):
            entry = tarfile.TarInfo(f"{name}-{version}/{path}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(plain.getvalue(), 1)


def line(name, version, data):
    return json.dumps(
        {"name": name, "vers": version, "deps": [], "cksum": hashlib.sha256(data).hexdigest(), "features": {}, "yanked": False},
        separators=(",", ":"),
    )


def fill(folder, count):
    """A registry of `count` versions, ten of each crate."""
    for number in range(count // 10):
        name = f"{WORDS[number % len(WORDS)]}-{number:06}"
        lines = []
        for patch in range(10):
            data = package(name, f"1.0.{patch}")
            (folder / f"{name}-1.0.{patch}.crate").write_bytes(data)
            lines.append(line(name, f"1.0.{patch}", data))
        path = folder / "index" / index_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")


def run(*words):
    out = subprocess.run([program, "mirror", *words, "--message-format", "json"], capture_output=True, text=True, cwd=room)
    if out.returncode:
        sys.exit(f"{words}: {out.stdout}{out.stderr}")
    return json.loads(out.stdout.splitlines()[-1])


class Server:
    def __init__(self, mirror):
        words = ["serve", "--mirror", mirror, "--listen", "127.0.0.1:0", "--only-mirrored", "--message-format", "json"]
        self.process = subprocess.Popen([program, "mirror", *words], stdout=subprocess.PIPE, text=True, cwd=room)
        for said in self.process.stdout:
            said = json.loads(said)
            if said.get("reason") == "listening":
                break
        self.authority = said["url"].split("//")[1]
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self):
        self.process.terminate()
        self.process.wait()


def percentile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000


def publish(server, token, publishers, prefix, all_of_them=None):
    """Times of each publish, and of the whole."""
    times, each = [], (all_of_them or publishes) // publishers or 1

    def one(who):
        connection = http.client.HTTPConnection(server.authority)
        for number in range(each):
            name = f"{prefix}-{who}-{number}"
            data = package(name, "0.1.0")
            meta = {
                "name": name, "vers": "0.1.0", "deps": [], "features": {}, "authors": [], "description": None,
                "documentation": None, "homepage": None, "readme": None, "readme_file": None, "keywords": [],
                "categories": [], "license": "MIT", "license_file": None, "repository": None, "badges": {}, "links": None,
                "rust_version": None,
            }
            meta = json.dumps(meta).encode()
            body = struct.pack("<I", len(meta)) + meta + struct.pack("<I", len(data)) + data
            begun = time.perf_counter()
            connection.request("PUT", "/registries/corp/api/v1/crates/new", body, {"Authorization": token})
            answer = connection.getresponse()
            said = answer.read()
            times.append(time.perf_counter() - begun)
            if answer.status != 200:
                print(answer.status, said, file=sys.stderr)
                os._exit(1)
            if answer.getheader("connection") == "close":
                connection = http.client.HTTPConnection(server.authority)

    begun = time.perf_counter()
    threads = [threading.Thread(target=one, args=(who,)) for who in range(publishers)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return times, time.perf_counter() - begun


def visible(server, name):
    connection = http.client.HTTPConnection(server.authority)
    connection.request("GET", f"/registries/corp/index/{index_path(name)}")
    answer = connection.getresponse()
    return answer.status == 200 and b"0.1.0" in answer.read()


def search_after_publish(server, token, prefix):
    """Times of searches that come right after a publish, each of which finds what was published."""
    connection, times = http.client.HTTPConnection(server.authority), []
    for number in range(50):
        publish(server, token, 1, f"{prefix}-{number}", 1)
        begun = time.perf_counter()
        connection.request("GET", f"/registries/corp/api/v1/crates?q={prefix}-{number}-0-0&per_page=10")
        found = json.loads(connection.getresponse().read())
        times.append(time.perf_counter() - begun)
        if f"{prefix}-{number}-0-0" not in [one["name"] for one in found["crates"]]:
            sys.exit(f"a published crate is not found: {found}")
    return times


def search(server):
    connection, times = http.client.HTTPConnection(server.authority), []
    for number in range(searches):
        query = WORDS[number % len(WORDS)] + ("+" + WORDS[(number * 7) % len(WORDS)] if number % 2 else "")
        begun = time.perf_counter()
        connection.request("GET", f"/registries/corp/api/v1/crates?q={query}&per_page=10")
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - begun)
        if answer.status != 200:
            sys.exit(f"search: {answer.status}")
    return times


print("| versions there | publishers | publishes/s | median | p99 | first search | search p50 | p99 | right after a publish p50 | most |")
print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
for count in (100, versions):
    mirror = str(room / f"mirror-{count}")
    shutil.rmtree(mirror, ignore_errors=True)
    run("registry", "new", "corp", "--url", "sparse+http://127.0.0.1/registries/corp/index/", "--mirror", mirror)
    fill(Path(mirror) / "registries" / "corp", count)
    run("user", "new", "alice", "--mirror", mirror)
    scopes = ["--scope", "publish-new", "--scope", "publish-update"]
    token = run("token", "new", "--user", "alice", *scopes, "--mirror", mirror)["token"]
    server = Server(mirror)
    begun = time.perf_counter()
    first = None
    for publishers in (1, 50):
        publish(server, token, 1, f"warm{publishers}")
        times, whole = publish(server, token, publishers, f"new{publishers}")
        if not visible(server, f"new{publishers}-0-0"):
            sys.exit("a published version is not in the index")
        found = search(server)
        first, rest = found[0], found[1:]
        after = search_after_publish(server, token, f"after{publishers}")
        print(
            f"| {count} | {publishers} | {len(times) / whole:.0f} | {percentile(times, 0.5):.1f} ms | {percentile(times, 0.99):.1f} ms "
            f"| {first * 1000:.0f} ms | {percentile(rest, 0.5):.1f} ms | {percentile(rest, 0.99):.1f} ms "
            f"| {percentile(after, 0.5):.1f} ms | {max(after) * 1000:.1f} ms |",
            flush=True,
        )
    server.stop()
PYTHON
