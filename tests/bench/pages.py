#!/usr/bin/env python3
"""Times pages for browsers. pages.sh starts this.

usage: pages.py make FOLDER                                             a mirror of packages whose readmes want to take long
       pages.py measure MIRROR PAGES HOSTILE ROUNDS COLD WARM SLOWEST   times in milliseconds, at most; a Markdown table
"""

import gzip
import hashlib
import http.client
import io
import json
import statistics
import sys
import tarfile
import time
from pathlib import Path

HOSTILE = {
    "quotes": ">" * 20_000,
    "elements": "<div>" * 20_000,
    "definitions": "".join(f"[a{n}]: https://r.example/{n}\n[a{n}] " for n in range(12_000)),
    "brackets": "[" * 50_000,
    "images": "![" * 20_000 + "](x)" * 20_000,
    "emphasis": "*a_ **b " * 30_000,
    "backticks": "".join("`" * (n % 300) + " " for n in range(2_000)),
    "tables": "|" * 4_000 + "\n" + "|-" * 4_000 + "\n" + "|a\n" * 20_000,
    "lists": "".join("  " * depth + "- a\n" for depth in range(400)),
    "tags": "<a href='x" * 20_000 + "\n\n" + "<!--" * 20_000,
    "headings": "# a\n" * 100_000,
    "huge": 'a b c [d](https://r.example/) `e` <f> & "g"\n\n' * 11_000,
}


def index_path(name):
    short = {1: f"1/{name}", 2: f"2/{name}", 3: f"3/{name[0]}/{name}"}
    return short.get(len(name)) or f"{name[:2]}/{name[2:4]}/{name}"


def make(folder):
    source = Path(folder) / "crates-io"
    for name, readme in HOSTILE.items():
        files = {
            "Cargo.toml": f'[package]\nname = "{name}"\nversion = "1.0.0"\nreadme = "README.md"\n',
            "README.md": readme,
        }
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w") as archive:
            for path, text in files.items():
                info = tarfile.TarInfo(f"{name}-1.0.0/{path}")
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text.encode()))
        crate = gzip.compress(tar.getvalue())
        line = {
            "name": name,
            "vers": "1.0.0",
            "deps": [],
            "cksum": hashlib.sha256(crate).hexdigest(),
            "features": {},
            "yanked": False,
        }
        index = source / "index" / index_path(name)
        index.parent.mkdir(parents=True, exist_ok=True)
        index.write_text(json.dumps(line) + "\n")
        (source / f"{name}-1.0.0.crate").write_bytes(crate)


class Client:
    """One connection, as a browser keeps it."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=60)

    def milliseconds(self, path):
        started = time.perf_counter()
        self.connection.request("GET", path, headers={"Accept": "text/html"})
        answer = self.connection.getresponse()
        answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status}")
        return took


def versions(mirror):
    """The packages of a mirror: a name and a version each."""
    found = []
    for file in sorted((Path(mirror) / "crates-io" / "index").rglob("*")):
        if file.is_file():
            lines = [json.loads(line) for line in file.read_text().splitlines()]
            found += [(line["name"], line["vers"]) for line in lines]
    return found


def measure(mirror, pages, hostile, rounds, cold, warm, slowest):
    client, held = Client(pages), versions(mirror)
    client.milliseconds("/search?q=a")  # The catalogue is made before.
    kinds = {
        "crate": [f"/crates/{name}/{version}" for name, version in held],
        "dependencies": [f"/crates/{name}/{version}/dependencies" for name, version in held],
        "files": [f"/crates/{name}/{version}/code" for name, version in held],
        "a file": [f"/crates/{name}/{version}/code/Cargo.toml" for name, version in held],
        "dependants": [f"/crates/{name}/dependants" for name in sorted({name for name, _ in held})],
    }
    print(f"| page | pages | made: middle, 99 of 100 (ms) | again: middle, 99 of 100 (ms) |\n|---|--:|--:|--:|")
    failed = []
    for kind, paths in kinds.items():
        made = [client.milliseconds(path) for path in paths]
        again = [client.milliseconds(path) for path in paths[:200] for _ in range(rounds) if client.milliseconds(path)]
        says = [f"{statistics.median(times):.2f}, {statistics.quantiles(times, n=100)[98]:.2f}" for times in (made, again)]
        print(f"| {kind} | {len(paths)} | {says[0]} | {says[1]} |")
        if kind == "crate" and statistics.median(made) > cold:
            failed.append(f"a crate's page is made in {statistics.median(made):.1f} ms")
        if statistics.median(again) > warm:
            failed.append(f"{kind}: asked again, {statistics.median(again):.2f} ms")
    for path in ["/", "/status", "/search?q=serde", "/search?q=http+client", "/search?q="]:
        times = [client.milliseconds(path) for _ in range(200)]
        print(f"| `{path}` | 1 | | {statistics.median(times):.2f}, {statistics.quantiles(times, n=100)[98]:.2f} |")
    client = Client(hostile)
    client.milliseconds("/search?q=a")
    for name in HOSTILE:
        took = client.milliseconds(f"/crates/{name}")
        print(f"| hostile: {name}, {len(HOSTILE[name]) / 1000:.0f} kB | 1 | {took:.2f} | |")
        if took > slowest:
            failed.append(f"{name}: {took:.0f} ms")
    if failed:
        sys.exit("too slow: " + "; ".join(failed))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", folder]:
            make(folder)
        case ["measure", mirror, pages, hostile, rounds, cold, warm, slowest]:
            measure(mirror, pages, hostile, int(rounds), float(cold), float(warm), float(slowest))
        case _:
            sys.exit(__doc__)
