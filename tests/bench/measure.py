#!/usr/bin/env python3
"""Run the tools against the replica and say what they cost. vendor.sh starts this inside its client namespace.

usage: measure.py run "RTT_MS MBIT"     append results to $BENCH_OUT/results.jsonl
       measure.py table                 print them as a table, and the targets; exit 1 when a result was wrong

Every round runs every tool once, cold then warm then noop, so that a noisy minute falls on all of them:
  cold   empty CARGO_HOME, empty output
  warm   everything in cargo's cache, empty output
  noop   run again: nothing to do
"""

import hashlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

HOME, OUT = Path(os.environ["BENCH_HOME"]), Path(os.environ["BENCH_OUT"])
PEERS, MIRROR = os.environ["PEERS"], os.environ.get("MIRROR_BIN", "cargo-mirror")
CARGO = os.environ.get("CARGO", "cargo")
RESULTS, ACCESS_LOG = OUT / "results.jsonl", OUT / "access.log"
RUNS = int(os.environ.get("BENCH_RUNS", 5))
CERTIFICATES = HOME / "tls/bundle.pem"
HTTP1, HTTP2 = "http://10.77.0.2:8080", "https://10.77.0.2:8443"
SECONDS = 120
PATIENCE = int(os.environ.get("BENCH_PATIENCE", 0))
STATES = ["cold", "warm", "noop"]

# For tools that honour cargo's configuration. The others find the replica under the names they look for.
REPLACED = f"""[source.crates-io]
replace-with = "replica"
[source.replica]
registry = "sparse+{HTTP2}/index/"
"""


@dataclass
class Case:
    """One closure: what is wanted, and where things are for the tool under the clock."""

    lock: str

    def __post_init__(self):
        self.project = OUT / f"projects/{self.lock}"
        self.lockfile = self.project / "Cargo.lock"
        self.home, self.out = OUT / "home", OUT / "out"
        # A CARGO_HOME that cargo has filled: the warm state of a tool that only reads it.
        self.filled = OUT / f"filled/{self.lock}"
        locked = tomllib.loads((HOME / f"locks/{self.lock}/Cargo.lock").read_text())["package"]
        self.crates = [p for p in locked if "checksum" in p]
        urls = (HOME / f"replica/urls.{self.lock}.txt").read_text().splitlines()
        self.urls = [tuple(line.split()) for line in urls]

    def prepare(self):
        # Away from this machine's own .cargo/config.toml, which cargo looks for in all folders above.
        shutil.copytree(HOME / f"locks/{self.lock}", self.project, dirs_exist_ok=True)
        with open(OUT / f"{self.lock}.h2load", "w") as file:
            for kind, path in self.urls:
                print(f"{HTTP2}/{folder(kind)}/{path}", file=file)
        for name, base in ("http1", HTTP1), ("http2", HTTP2):
            with open(OUT / f"{self.lock}.{name}", "w") as file:
                for kind, path in self.urls:
                    print(f'url = "{base}/{folder(kind)}/{path}"\noutput = "{folder(kind)}/{path}"', file=file)
                    if kind == "index":
                        print('header = "Accept-Encoding: gzip"', file=file)
        if not self.filled.exists():
            self.filled.mkdir(parents=True)
            (self.filled / "config.toml").write_text(REPLACED)
            subprocess.run(
                [CARGO, "fetch", "--quiet", "--locked"], cwd=self.project, env=environment(self.filled), check=True
            )
            shutil.rmtree(self.filled / "registry/src")


def folder(kind):
    return {"crate": "crates", "index": "index"}[kind]


def environment(home):
    (OUT / "user").mkdir(exist_ok=True)
    return {
        "PATH": f"{Path(CARGO).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(OUT / "user"),
        "LANG": "C.UTF-8",
        "CARGO_HOME": str(home),
        "CARGO_HTTP_CAINFO": str(CERTIFICATES),
        "CARGO_TERM_PROGRESS_WHEN": "never",
        "SSL_CERT_FILE": str(CERTIFICATES),
    }


@dataclass
class Tool:
    label: str
    kind: str  # "ours", "peer", or "floor": no registry client, only the same URLs
    states: tuple
    program: str
    arguments: Callable[[Case], list]
    # How many of the crates are where they belong.
    stored: Callable[[Case], int]
    config: str = ""
    reads_only: bool = False  # leaves CARGO_HOME alone, so its warm state comes from cargo itself


def count(pattern, root="out"):
    return lambda case: sum(1 for _ in getattr(case, root).glob(pattern))


def curl(label, version, file):
    options = ["--silent", "--show-error", "--fail", version, "--cacert", CERTIFICATES, "--create-dirs"]
    options += ["--parallel", "--parallel-max", "100"]
    return Tool(
        label=label,
        kind="floor",
        states=("cold",),
        program="curl",
        arguments=lambda case: [*options, "--config", OUT / f"{case.lock}.{file}", "--output-dir", case.out],
        stored=count("crates/*/*.crate"),
    )


TOOLS = {
    "mirror": Tool(
        label="**cargo mirror prefetch**",
        kind="ours",
        states=("cold", "warm", "noop"),
        program=MIRROR,
        arguments=lambda case: ["mirror", "prefetch", case.lockfile, "--mirror", case.out, "-q"],
        stored=count("crates-io/*.crate"),
        config=REPLACED,
        reads_only=True,
    ),
    "cargo-fetch": Tool(
        label="cargo fetch --locked",
        kind="peer",
        states=("cold", "noop"),  # its output is the cache: warm is noop
        program=CARGO,
        arguments=lambda case: ["fetch", "--locked"],
        stored=count("registry/cache/*/*.crate", "home"),
        config=REPLACED,
    ),
    "cargo-vendor": Tool(
        label="cargo vendor --locked",
        kind="peer",
        states=("cold", "warm", "noop"),
        program=CARGO,
        arguments=lambda case: ["vendor", "--locked", "--versioned-dirs", case.out / "vendor"],
        stored=count("vendor/*"),
        config=REPLACED,
    ),
    "local-registry": Tool(
        label="cargo local-registry",
        kind="peer",
        states=("cold", "warm", "noop"),
        program=f"{PEERS}/cargo-local-registry",
        arguments=lambda case: ["--sync", case.lockfile, case.out],
        stored=count("*.crate"),
    ),
    "cargo-fetcher": Tool(
        label="cargo-fetcher mirror, with index",
        kind="peer",
        states=("cold", "noop"),  # knows nothing of cargo's cache
        program=f"{PEERS}/cargo-fetcher",
        arguments=lambda case: [
            *("--lock-files", case.lockfile, "--url", f"file://{case.out}"),
            *("--log-level", "error", "--include-index", "mirror"),
        ],
        stored=lambda case: count("*")(case) - 1,  # one file is the index
    ),
    "h2load": Tool(
        label="h2load, one connection, nothing stored",
        kind="floor",
        states=("cold",),
        program="h2load",
        arguments=lambda case: [
            *("-n", len(case.urls), "-c", 1, "-m", 100, "-w", 24, "-W", 24),
            *("-H", "accept-encoding: gzip", "-i", OUT / f"{case.lock}.h2load"),
        ],
        stored=lambda case: sum(1 for _, _, path in access_log() if path.endswith(".crate")),
    ),
    "curl-h1": curl("curl, HTTP/1.1, 100 connections, no TLS", "--http1.1", "http1"),
    "curl-h2": curl("curl, HTTP/2", "--http2", "http2"),
}


def chosen():
    names = os.environ.get("BENCH_TOOLS", " ".join(TOOLS)).replace(",", " ").split()
    found = [name for name in names if shutil.which(TOOLS[name].program)]
    for name in set(names) - set(found):
        print(f"left out: {TOOLS[name].program} is not there (see README.md)", file=sys.stderr)
    return found


def chosen_words(variable, default):
    return os.environ.get(variable, default).replace(",", " ").split()


def run(link):
    names = chosen()
    states = chosen_words("BENCH_STATES", " ".join(STATES))
    cases = [Case(lock) for lock in chosen_words("BENCH_LOCKS", "nu ripgrep")]
    gave_up = set()
    for case in cases:
        case.prepare()
    for turn in range(RUNS):
        for case in cases:
            # Nobody always runs first, or always after the same neighbour's leftovers.
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                for state in states:
                    if state not in TOOLS[name].states or (case.lock, name) in gave_up:
                        continue
                    result = measure_in_quiet(name, case, state) | {"link": link, "round": turn}
                    with open(RESULTS, "a") as file:
                        print(json.dumps(result), file=file)
                    if result["wall"] > SECONDS - 1:
                        gave_up.add((case.lock, name))
                    print(
                        f"{link:>7} {turn + 1}/{RUNS} {case.lock:8} {name:15} {state:5} {result['wall']:8.3f} s"
                        f"  elsewhere {result['elsewhere']:4.2f}  {result['wrong'] or ''}",
                        file=sys.stderr,
                        flush=True,
                    )
                shutil.rmtree(case.home, ignore_errors=True)
                shutil.rmtree(case.out, ignore_errors=True)


def measure_in_quiet(name, case, state):
    """One result, on a machine that others use: waits until it is idle, and tries again when it was not for long."""
    deadline = time.monotonic() + PATIENCE
    while True:
        while time.monotonic() < deadline and busy_processors() > 0.25:
            pass
        result = measure(name, case, state)
        # Processor time is counted in hundredths of a second, too coarse to judge the shortest runs by.
        if time.monotonic() >= deadline or result["elsewhere"] * result["wall"] < max(0.03, 0.2 * result["wall"]):
            return result


def busy_processors(seconds=0.3):
    before = processor_seconds()["all"]
    time.sleep(seconds)
    return (processor_seconds()["all"] - before) / seconds


def measure(name, case, state):
    tool = TOOLS[name]
    home = case.filled if tool.reads_only and state != "cold" else case.home
    if state == "cold":
        shutil.rmtree(case.home, ignore_errors=True)
    if state in ("cold", "warm"):
        shutil.rmtree(case.out, ignore_errors=True)
    for path in home, case.out, OUT / "logs":
        path.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(tool.config)
    ACCESS_LOG.write_bytes(b"")
    connections, processors = accepted(), processor_seconds()
    report = OUT / "report.json"
    command = [HOME / "bin/clock", report, SECONDS, tool.program, *tool.arguments(case)]
    with open(OUT / f"logs/{name}.{case.lock}.{state}", "wb") as log:
        subprocess.run(
            list(map(str, command)),
            cwd=case.project,
            env=environment(home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
        )
    result = json.loads(report.read_text())
    busy = {key: processor_seconds()[key] - processors[key] for key in processors}
    time.sleep(0.2)  # the server writes its last lines
    requests = access_log()
    result |= {
        "tool": name,
        "lock": case.lock,
        "state": state,
        "requests": len(requests),
        "refused": sum(1 for status, _, _ in requests if status >= 400),
        "connections": accepted() - connections - 1,  # asking is a connection too
        "bytes": sum(size for _, size, _ in requests),
        # Processors kept busy by anything but the tool, the server and the link: how far to trust this line.
        "elsewhere": max(0, busy["all"] - busy["rig"] - result["cpu"]) / result["wall"],
    }
    stored = tool.stored(case)
    result["wrong"] = None if stored == len(case.crates) else f"{stored} of {len(case.crates)} crates"
    if tool.kind == "ours":
        result["wrong"] = result["wrong"] or mirror_is_wrong(case)
        if state != "cold" and (result["requests"] or result["connections"]):
            result["wrong"] = f"{result['requests']} requests when {state}"
    return result


def mirror_is_wrong(case):
    """None, or what is not as it must be: every crate to the byte, and an index of exactly their lines, raw."""
    try:
        return first_fault(case, case.out / "crates-io")
    except OSError as error:
        return str(error)


def first_fault(case, root):
    wanted_lines = {}
    for crate in case.crates:
        file = f"{crate['name']}-{crate['version']}.crate"
        if hashlib.sha256((root / file).read_bytes()).hexdigest() != crate["checksum"]:
            return f"{file} is damaged"
        wanted_lines.setdefault(crate["name"].lower(), set()).add(crate["checksum"])
    for path in (path for kind, path in case.urls if kind == "index"):
        wanted = wanted_lines[path.rsplit("/", 1)[1]]
        upstream = (HOME / "replica/index" / path).read_bytes().splitlines()
        upstream = {line for line in upstream if any(checksum.encode() in line for checksum in wanted)}
        ours = (root / "index" / path).read_bytes().splitlines()
        if len(ours) != len(wanted) or set(ours) != upstream:
            return f"index file {path} does not hold upstream's lines of its {len(wanted)} versions"
    return None


def access_log():
    lines = (line.split(" ", 2) for line in ACCESS_LOG.read_text().splitlines())
    return [(int(status), int(size), path) for status, size, path in lines]


def accepted():
    """TCP connections the server has accepted since it started."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(HOME / "run/status.sock"))
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    # "server accepts handled requests\n 3 3 3 \n"
    return int(answer.split(b"requests", 1)[1].split()[0])


def processor_seconds():
    ticks = os.sysconf("SC_CLK_TCK")
    with open("/proc/stat") as file:
        user, nice, system, _idle, _iowait, *interrupts = map(int, file.readline().split()[1:9])
    rig = 0
    for name in "nginx", "link":
        try:
            process = int((HOME / f"run/{name}.pid").read_text())
            workers = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        except FileNotFoundError:
            continue
        for process in process, *workers:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            rig += int(fields[11]) + int(fields[12])
    return {"all": (user + nice + system + sum(interrupts)) / ticks, "rig": rig / ticks}


def table():
    results = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    groups = {}
    for result in results:
        key = result["link"], result["lock"], result["state"]
        groups.setdefault(key, {}).setdefault(result["tool"], []).append(result)
    links, locks = ([result[key] for result in results] for key in ("link", "lock"))
    groups = dict(sorted(groups.items(), key=lambda g: (links.index(g[0][0]), locks.index(g[0][1]), STATES.index(g[0][2]))))
    print(
        "| link | closure | state | tool | wall s, median | min-max | cpu s | peak MB | requests | connections | MB | exit |"
        " ours / this |\n|---|---|---|---|--:|---|--:|--:|--:|--:|--:|---|--:|"
    )
    for (link, lock, state), tools in groups.items():
        for name in (name for name in TOOLS if name in tools):
            print_row(link, lock, state, name, tools)
    print()
    print_notes(results)
    print_targets(groups)
    wrong = [r for r in results if r["tool"] == "mirror" and (r["wrong"] or r["exit"])]
    for result in wrong:
        print(f"- WRONG: {result['lock']}, {result['state']}, link {result['link']}: {result['wrong']}, exit {result['exit']}")
    return 1 if wrong else 0


def print_row(link, lock, state, name, tools):
    runs = tools[name]
    walls = [r["wall"] for r in runs]
    codes = " ".join(str(code) for code in sorted({r["exit"] for r in runs}))
    faults = sorted({r["wrong"] for r in runs if r["wrong"]})
    middle = lambda key: statistics.median(r[key] for r in runs)
    ratio = f"{median(tools, 'mirror') / middle('wall'):.2f}" if "mirror" in tools and name != "mirror" else ""
    print(
        f"| {link} | {lock} | {state} | {TOOLS[name].label} | {middle('wall'):.3f} | {min(walls):.3f}-{max(walls):.3f} |"
        f" {middle('cpu'):.2f} | {middle('peak') / 1e6:.0f} | {middle('requests'):.0f} | {middle('connections'):.0f} |"
        f" {middle('bytes') / 1e6:.1f} | {', '.join([codes, *faults])} | {ratio} |"
    )


def median(tools, name):
    return statistics.median(r["wall"] for r in tools[name])


def best(tools, kind, storing=False):
    """The fastest of a kind that did the whole job: (median, label)."""
    whole = [
        (median(tools, name), TOOLS[name].label)
        for name, runs in tools.items()
        if TOOLS[name].kind == kind
        and not any(r["wrong"] or r["exit"] for r in runs)
        and not (storing and name == "h2load")
    ]
    return min(whole, default=None)


def print_notes(results):
    elsewhere = [r["elsewhere"] for r in results]
    print(
        f"{RUNS} rounds, tools interleaved, on {os.cpu_count()} processors shared by tool, server and link."
        f" Busy with other things meanwhile: {statistics.median(elsewhere):.2f} processors (median),"
        f" {max(elsewhere):.2f} (worst run).\n"
    )


def print_targets(groups):
    """What `cargo mirror` promises, for the large closure. The floor is the fastest plain download of the same URLs that
    stores them; where the link and not the disk is the limit, one that stores nothing counts as well."""
    for (link, lock, state), tools in groups.items():
        if "mirror" not in tools or lock != "nu":
            continue
        ours, peak = median(tools, "mirror"), max(r["peak"] for r in tools["mirror"]) / 1e6
        where = f"{lock}, {state}, link {link}"
        if state == "cold":
            if floor := best(tools, "floor", storing=link == "0 0"):
                target(where, ours / floor[0], 1.15, f"times the floor ({floor[1]})")
            if peer := best(tools, "peer"):
                target(where, ours / peer[0], 1.0, f"times the best peer ({peer[1]})")
        elif state == "warm":
            if "local-registry" in tools:
                target(where, ours / median(tools, "local-registry"), 0.7, "of cargo local-registry")
            target(where, ours, 0.25, "s")
        else:
            target(where, ours, 0.02, "s")
        target(where, peak, 100, "MB at most in memory")


def target(where, value, limit, what):
    print(f"- {'met' if value <= limit else 'MISSED'}: {where}: {value:.3g} {what}; target {limit:g}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["run", link]:
            run(link)
        case ["table"]:
            sys.exit(table())
        case _:
            sys.exit(__doc__)
