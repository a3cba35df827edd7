#!/usr/bin/env python3
"""Turn what cargo fetched into a tree that any web server can serve as a sparse registry.

usage: replica.py CARGO_HOME OUT LOCKFILE...     (each lockfile as <closure>/Cargo.lock)

  OUT/index/<path>             index files, all versions, as the registry sent them; <path>.gz beside each
  OUT/crates/<name>/<name>-<version>.crate
  OUT/urls.<closure>.txt       what the closure needs: "crate <path>" and "index <path>", a line each
"""

import gzip
import hashlib
import shutil
import sys
import tomllib
from pathlib import Path


def main():
    home, out, *lockfiles = map(Path, sys.argv[1:])
    (index,) = (home / "registry/index").glob("*/.cache")
    (crates,) = (home / "registry/cache").iterdir()
    for entry in index.rglob("*"):
        if entry.is_file():
            path = out / "index" / entry.relative_to(index)
            path.parent.mkdir(parents=True, exist_ok=True)
            body = index_file(entry.read_bytes())
            path.write_bytes(body)
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(body, 6, mtime=0))
    for lockfile in lockfiles:
        packages = [p for p in tomllib.loads(lockfile.read_text())["package"] if "checksum" in p]
        urls = [f"index {index_path(name)}" for name in sorted({p["name"] for p in packages})]
        for package in packages:
            file = f"{package['name']}-{package['version']}.crate"
            source, path = crates / file, out / "crates" / package["name"] / file
            if hashlib.sha256(source.read_bytes()).hexdigest() != package["checksum"]:
                sys.exit(f"{source} is not what {lockfile} says")
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
            urls.append(f"crate {package['name']}/{file}")
        (out / f"urls.{lockfile.parent.name}.txt").write_text("\n".join(urls) + "\n")


def index_file(cached):
    """The index file inside an entry of cargo's cache: a version byte, four bytes of index version, then strings that
    end in NUL: the ETag, and for each version its number and its line."""
    if cached[0] != 3:
        sys.exit(f"an index cache of version {cached[0]}, this script knows version 3")
    _, *fields = cached[5:].split(b"\0")
    return b"".join(line + b"\n" for line in fields[1::2])


def index_path(name):
    name = name.lower()
    folder = {1: "1", 2: "2", 3: f"3/{name[0]}"}.get(len(name), f"{name[:2]}/{name[2:4]}")
    return f"{folder}/{name}"


if __name__ == "__main__":
    main()
