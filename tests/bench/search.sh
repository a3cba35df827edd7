#!/usr/bin/env bash
# How fast is searching, and what does it cost the downloads beside it: a synthetic dump of 250,000 crates and 2,000,000 versions
# is imported, a server searched by one client and by 64, while crates are served. Prints one Markdown table; nothing leaves the
# machine. Exit status 1: a target is missed.
#
#   cargo build --release && tests/bench/search.sh [PROGRAM]        needs bash, python3 and chrt, on Linux
#
# Settings, all from the environment:
#   ROOM       where the mirror and the dump lie     default: a temporary folder; one that is given is kept
#   CRATES     crates in the dump                    default: 250000
#   VERSIONS   versions in the dump                  default: 2000000
#   QUERIES    searches of one client                default: 400
#   SECONDS_   how long crates are served for each figure            default: 8
set -euo pipefail
program=$(realpath "${1:-target/release/cargo-mirror}")
room=${ROOM:-$(mktemp -d "${TMPDIR:-/tmp}/search-bench.XXXXXX")}
mkdir -p "$room"
[ -n "${ROOM:-}" ] || trap 'rm -rf "$room"' EXIT

exec python3 - "$program" "$room" "${CRATES:-250000}" "${VERSIONS:-2000000}" "${QUERIES:-400}" "${SECONDS_:-8}" <<'PYTHON'
import gzip, hashlib, http.client, io, json, os, random, re, subprocess, sys, tarfile, threading, time
from pathlib import Path

program, room = sys.argv[1], Path(sys.argv[2])
crates, versions, queries, seconds = map(int, sys.argv[3:])
os.environ["CARGO_HOME"] = str(room / "home")
mirror = room / "mirror"
random.seed(7)
WORDS = """async parser buffer codec metric tracing vector matrix socket router cache token crypto image audio graph http client
server json yaml toml serde web api sdk macro derive error handling log trace test mock bench cli terminal color text unicode
string regex pattern match date time zone calendar random number math linear algebra simple fast small tiny safe typed generic
library framework wrapper binding bindings utility helper tool engine runtime executor stream sink channel queue lock atomic
memory allocator arena pool thread process signal file path directory watch compress archive zip tar hash digest sign verify
key certificate tls dns udp tcp quic grpc proto message event bus actor state machine tree list map set index search query
database sql sqlite postgres redis cloud aws azure google storage bucket container docker kernel driver usb serial embedded
hal gpio pwm sensor display font render shader gpu window input game physics sound midi video player format convert encode
decode base64 hex binary bit flag enum struct trait iterator lazy static once config env argument command git diff patch
version semver package cargo build plugin extension wasm browser dom html css template markdown document pdf office excel""".split()
RARE = ["".join(random.choice("bcdfglmnprstvz") + random.choice("aeiou") for _ in range(random.randint(2, 4))) for _ in range(60_000)]


def name(number):
    words = [random.choice(RARE)] + random.sample(WORDS, random.choice([0, 1, 1, 2]))
    random.shuffle(words)
    return random.choice("-_").join(words) + (str(number) if random.random() < 0.5 else "-" + str(number))


def description():
    return " ".join(random.choices(WORDS, k=random.randint(5, 14)) + [random.choice(RARE)]) + "."


def made(path):
    """The dump, as crates.io packs it: a table after the other, versions before the list of the default ones."""
    def member(tar, file, text):
        data = text.encode()
        entry = tarfile.TarInfo(f"2026-11-25-020013/{file}")
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))

    stamp = "2026-01-01 00:00:00.123456"
    with gzip.open(path, "wb", 1) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        member(tar, "metadata.json", '{"timestamp":"2026-11-25T02:00:13.123Z"}')
        member(tar, "data/keywords.csv", "id,keyword\n" + "".join(f"{n},{word}\n" for n, word in enumerate(WORDS)))
        rows = [f"{stamp},{description()},,,{n},{name(n)},\"{'readme text ' * 20}\",https://git.example/{n},{stamp}\n" for n in range(crates)]
        member(tar, "data/crates.csv", "created_at,description,documentation,homepage,id,name,readme,repository,updated_at\n" + "".join(rows))
        member(tar, "data/users.csv", "gh_id,id,login,name\n" + "".join(f"{n},{n},user{n},User {n}\n" for n in range(60_000)))
        member(tar, "data/crate_downloads.csv", "crate_id,downloads\n" + "".join(f"{n},{int(random.paretovariate(0.5)) % 900_000_000}\n" for n in range(crates)))
        member(tar, "data/crate_owners.csv", "crate_id,owner_id,owner_kind\n" + "".join(f"{n},{n % 60_000},0\n" for n in range(crates)))
        member(tar, "data/crates_keywords.csv", "crate_id,keyword_id\n" + "".join(f"{n},{random.randrange(len(WORDS))}\n" for n in range(crates) for _ in range(2)))
        rows = (f'{"ab" * 32},{n % crates},{random.randrange(10**6)},{stamp},{n},MIT OR Apache-2.0,{n // crates}.{n % 7}.0,f,"{{""std"":[]}}"\n' for n in range(versions))
        member(tar, "data/versions.csv", "tar_sha256,crate_id,crate_size,created_at,id,license,num,yanked,features\n" + "".join(rows))
        last = versions - crates
        member(tar, "data/default_versions.csv", "crate_id,version_id\n" + "".join(f"{n % crates},{n}\n" for n in range(last, versions)))
        rows = (f"{int(random.paretovariate(0.4)) % crates},t,{{}},{n},{n % 3},f,^1.{n % 9},{n // 2}\n" for n in range(versions * 2))
        member(tar, "data/dependencies.csv", "crate_id,default_features,features,id,kind,optional,req,version_id\n" + "".join(rows))


def one_crate():
    data = os.urandom(60_000)
    line = json.dumps({"name": "served", "vers": "1.0.0", "deps": [], "cksum": hashlib.sha256(data).hexdigest(), "features": {}, "yanked": False})
    index = mirror / "crates-io/index/se/rv"
    index.mkdir(parents=True, exist_ok=True)
    (index / "served").write_text(line + "\n")
    (mirror / "crates-io/served-1.0.0.crate").write_bytes(data)


def run(*arguments):
    """Seconds, and the most memory. The kernel's own account of a child begins with what this script had: so it is looked at."""
    started, peak = time.monotonic(), 0.0
    child = subprocess.Popen([program, "mirror", "--mirror", mirror, "--offline", *arguments], stdout=subprocess.DEVNULL)
    while child.poll() is None:
        peak = max(peak, memory(child, "VmHWM"))
        time.sleep(0.02)
    took = time.monotonic() - started
    assert child.returncode == 0, arguments
    return took, peak


def memory(process, which="VmRSS"):
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(which + r":\s+(\d+)", status)
    # It has ended.
    return int(found[1]) / 1024 if found else 0.0


def serve():
    server = subprocess.Popen(
        [program, "mirror", "--mirror", mirror, "--offline", "serve", "--listen", "127.0.0.1:0", "--log", "none"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    port = None
    for text in server.stdout:
        if found := re.search(r"127\.0\.0\.1:(\d+)/", text):
            port = int(found[1])
            break
    threading.Thread(target=server.stdout.read, daemon=True).start()
    return server, port


def quantile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000


def ask(connection, path):
    started = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status, body[:200])
    return time.perf_counter() - started, body


def query():
    kind = random.random()
    if kind < 0.4:
        return random.choice(RARE)
    if kind < 0.6:
        return random.choice(WORDS)
    if kind < 0.9:
        return random.choice(WORDS) + "+" + random.choice(WORDS)
    if kind < 0.95:
        return random.choice(WORDS)[:3]
    return random.choice("abcdefgh")


def search_path():
    return "/api/v1/crates?q=" + query() + f"&page={random.randint(1, 3)}"


dump = room / "db-dump.tar.gz"
if not dump.exists():
    print("making a dump ...", file=sys.stderr)
    made(dump)
one_crate()
table, missed = [], []


def row(what, figure, unit, target):
    good = target is None or figure <= target
    table.append(f"| {what} | {figure:.1f} {unit} | {'' if target is None else f'{target} {unit}'} | {'' if good else 'missed'} |")
    if not good:
        missed.append(what)


before = memory(server := serve()[0])
server.terminate()
server.wait()
took, peak = run("catalog", "import", str(dump))
row(f"import of {crates} crates, {versions} versions", took, "s", 60)
row("its memory at most", peak, "MB", 500)
took, peak = run("catalog", "rebuild")
row("build", took, "s", 5)
row("its memory at most", peak, "MB", 250)

server, port = serve()
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
ask(connection, "/api/v1/crates?q=first")
times = [ask(connection, search_path())[0] for _ in range(queries)]
row("search, half within", quantile(times, 0.5), "ms", 5)
row("search, 99 of 100 within", quantile(times, 0.99), "ms", 60)
times = [ask(connection, "/api/v1/crates?q=http&per_page=10")[0] for _ in range(queries)]
row("the same search again, half within", quantile(times, 0.5), "ms", None)


def download(stop, times):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not stop.is_set():
        times.append(ask(connection, "/crates-io/dl/served/1.0.0/download")[0])


def during(searchers):
    """How long downloads take while so many clients search; the searches are those of another process. Those clients stand for
    machines elsewhere: they take the time that nobody else wants, and say how often they were answered."""
    stop, times = threading.Event(), []
    command = ["chrt", "--idle", "0", sys.executable, "-c", SEARCHER, str(port), str(searchers), str(seconds + 2)] + WORDS[:40]
    others = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True)] if searchers else []
    time.sleep(1)
    thread = threading.Thread(target=download, args=(stop, times))
    thread.start()
    time.sleep(seconds)
    stop.set()
    thread.join()
    searches = sum(int(other.communicate()[0]) for other in others) / (seconds + 2)
    return times, searches


SEARCHER = """
import http.client, random, sys, threading, time
port, clients, seconds = map(int, sys.argv[1:4])
words, until, answered = sys.argv[4:], time.monotonic() + seconds, []
def search():
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < until:
        connection.request("GET", f"/api/v1/crates?q={random.choice(words)}+{random.choice(words)}&page={random.randint(1, 9)}")
        connection.getresponse().read()
        answered.append(1)
        time.sleep(0.2)
threads = [threading.Thread(target=search) for _ in range(clients)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(answered))
"""
alone, _ = during(0)
beside, searches = during(64)
row("searches a second of 64 clients", searches, "", None)
row("a crate alone, 99 of 100 within", quantile(alone, 0.99), "ms", None)
row("a crate beside 64 clients that search five times a second, 99 of 100 within", quantile(beside, 0.99), "ms", None)
row("which is more by", max(0.0, 100 * (quantile(beside, 0.99) / quantile(alone, 0.99) - 1)), "%", 10)
row("memory of the server, more than without a catalogue", memory(server) - before, "MB", 40)
server.terminate()
server.wait()
print(f"| {crates} crates | measured | target | |\n|---|---|---|---|")
print("\n".join(table))
sys.exit(1 if missed else 0)
PYTHON
