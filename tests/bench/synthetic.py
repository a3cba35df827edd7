#!/usr/bin/env python3
"""A synthetic registry that any web server can serve, with its git index.

usage: synthetic.py OUT [CRATES=20000] [VERSIONS=190000]      make it
       synthetic.py OUT change [CRATES=1000]                  publish another version of so many crates
       synthetic.py OUT mirror FOLDER                         a mirror's folder of the same crates, empty files for bytes
       synthetic.py OUT full FOLDER [CRATES=250000] [VERSIONS=2000000]
                                                              an index alone, and a mirror of it: each crate is one byte,
                                                              as its checksum says, and sealed; 60,000 share a file

  OUT/index/<path>, OUT/index/config.json           one line a version, some 460 bytes each
  OUT/crates/<name>/<name>-<version>.crate          archives of about 1 KB, their checksums right
  OUT/index.git                                     bare; a commit for each run
  OUT/urls                                          paths of all crates, one a line

The same names, versions and sizes each time.
"""

import gzip
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tarfile
from pathlib import Path

DOWNLOAD = "https://127.0.0.1:8443/crates/{crate}/{crate}-{version}.crate"
SYLLABLES = [c + v for c in "bcdfghjklmnprstvwxz" for v in "aeiou"] + ["rs", "io", "st", "tr", "er", "on", "ty", "x"]
ENDINGS = ["rs", "sys", "core", "derive", "macros", "api", "client", "util", "types", "cli"]


def index_path(name):
    folder = {1: "1", 2: "2", 3: f"3/{name[0]}"}.get(len(name), f"{name[:2]}/{name[2:4]}")
    return f"{folder}/{name}"


def names(count, dice):
    found = set()
    while len(found) < count:
        parts = dice.choices([1, 2, 3, 4, 5], [1, 8, 30, 40, 21])[0]
        name = "".join(dice.choice(SYLLABLES) for _ in range(parts))
        if dice.random() < 0.45:
            name += dice.choice("-_") + dice.choice(ENDINGS)
        if name[0].isalpha() and name not in ("con", "nul", "aux", "prn"):
            found.add(name)
    return sorted(found)


def archive(name, version, dice):
    out = io.BytesIO()
    manifest = f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\n'
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, text in (("Cargo.toml", manifest), ("src/lib.rs", "// " + dice.randbytes(600).hex() + "\n")):
            entry = tarfile.TarInfo(f"{name}-{version}/{path}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(out.getvalue(), 1, mtime=0)


def numbers(count):
    return [f"{at // 30}.{(at // 5) % 6}.{at % 5}" for at in range(count)]


class Registry:
    def __init__(self, out):
        self.out = out
        self.dice = random.Random(1)

    def publish(self, name, versions, line):
        folder = self.out / "crates" / name
        folder.mkdir(parents=True, exist_ok=True)
        lines = []
        for version in versions:
            crate = archive(name, version, self.dice)
            (folder / f"{name}-{version}.crate").write_bytes(crate)
            # In the order in which crates.io writes them.
            whole = dict(name=line["name"], vers=version, deps=line["deps"], cksum=hashlib.sha256(crate).hexdigest(),
                         features=line["features"], yanked=self.dice.random() < 0.03)
            lines.append(json.dumps(whole, separators=(",", ":")) + "\n")
        path = self.out / "index" / index_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.writelines(lines)

    def make(self, crates, versions):
        dice = self.dice
        all_names = names(crates, dice)
        counts = [max(1, min(300, int(dice.lognormvariate(1.75, 1.05) * versions / crates / 10))) for _ in all_names]
        for name, count in zip(all_names, counts):
            deps = [
                dict(name=dice.choice(all_names), req=f"^{dice.randint(0, 3)}.{dice.randint(0, 40)}", features=[],
                     optional=dice.random() < 0.2, default_features=True, target=None,
                     kind=dice.choice(["normal", "normal", "dev"]))
                for _ in range(min(12, int(dice.expovariate(1 / 3.0))))
            ]
            self.publish(name, numbers(count), dict(name=name, deps=deps, features={}))
        (self.out / "index/config.json").write_text(json.dumps({"dl": DOWNLOAD, "api": None}))
        self.git("init", "--quiet", "--bare", "--initial-branch=master", ".")
        self.git("config", "uploadpack.allowFilter", "true")
        self.commit()
        print(f"{crates} crates, {sum(counts)} versions")

    def change(self, count):
        files = sorted(path for path in (self.out / "index").rglob("*") if path.name != "config.json" and path.is_file())
        for path in self.dice.sample(files, count):
            line = json.loads(path.read_text().splitlines()[-1])
            major = int(line["vers"].split(".")[0])
            self.publish(line["name"], [f"{major + 1}.0.0"], line)
        self.commit()

    def mirror(self, folder):
        source = folder / "crates-io"
        subprocess.run(["mkdir", "-p", source], check=True)
        subprocess.run(["cp", "-r", self.out / "index", source / "index"], check=True)
        for path in (self.out / "index").rglob("*"):
            if path.is_file() and path.name != "config.json":
                for line in path.read_text().splitlines():
                    line = json.loads(line)
                    (source / f"{line['name']}-{line['vers']}.crate").touch()

    def full(self, folder, crates, versions):
        """The size of crates.io in files and lines, with next to no bytes."""
        dice, digest = self.dice, hashlib.sha256(b"x").hexdigest()
        # The modification time that says "hashed, and these are the bytes" (src/io/store/stamp.rs).
        seal = 1_153_704_088 + 2 * int(digest[:6], 16)
        all_names = names(crates, dice)
        counts = [max(1, min(300, int(dice.lognormvariate(1.4, 1.05)))) for _ in all_names]
        scale = versions / sum(counts)
        self.git("init", "--quiet", "--bare", "--initial-branch=master", ".")
        self.git("config", "uploadpack.allowFilter", "true")
        importing = subprocess.Popen(
            ["git", "-c", "pack.compression=1", "fast-import", "--quiet", "--force", "--done", "--depth=0"],
            cwd=self.out / "index.git", stdin=subprocess.PIPE)
        put = importing.stdin.write
        config = json.dumps({"dl": DOWNLOAD, "api": None}).encode()
        put(b"commit refs/heads/master\ncommitter t <t@example.com> 1700000000 +0000\ndata 1\nx\n")
        put(b"M 100644 inline config.json\ndata %d\n%s\n" % (len(config), config))
        source = folder / "crates-io"
        source.mkdir(parents=True)
        here = os.open(source, os.O_RDONLY | os.O_DIRECTORY)
        made, original = 0, None
        for name, count in zip(all_names, counts):
            deps = [
                dict(name=dice.choice(all_names), req=f"^{dice.randint(0, 3)}.{dice.randint(0, 40)}", features=[],
                     optional=False, default_features=True, target=None, kind="normal")
                for _ in range(min(12, int(dice.expovariate(1 / 3.0))))
            ]
            line = json.dumps(dict(name=name, vers="?", deps=deps, cksum=digest, features={}, yanked=False),
                              separators=(",", ":")).split("?")
            lines = []
            for version in numbers(max(1, round(count * scale))):
                lines.append(f"{line[0]}{version}{line[1]}\n")
                file = f"{name}-{version}.crate"
                # File systems bound how many names a file may have.
                if made % 60_000 == 0:
                    original = source / file
                    original.write_bytes(b"x")
                else:
                    os.link(original, file, dst_dir_fd=here)
                os.utime(file, (seal, seal), dir_fd=here)
                made += 1
            text, path = "".join(lines).encode(), index_path(name)
            for above in (self.out / "index", source / "index"):
                (above / path).parent.mkdir(parents=True, exist_ok=True)
            (self.out / "index" / path).write_bytes(text)
            os.link(self.out / "index" / path, source / "index" / path)
            put(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(text), text))
        put(b"done\n")
        importing.stdin.close()
        if importing.wait() != 0:
            sys.exit("git fast-import has failed")
        (self.out / "index/config.json").write_bytes(config)
        print(f"{crates} crates, {made} versions")

    def git(self, *arguments, text=None):
        folder = self.out / "index.git"
        folder.mkdir(exist_ok=True)
        return subprocess.run(["git", *arguments], cwd=folder, input=text, check=True, capture_output=True).stdout

    def commit(self):
        stream = bytearray(b"commit refs/heads/master\ncommitter t <t@example.com> 1700000000 +0000\ndata 1\nx\n")
        if (self.out / "index.git/refs/heads/master").exists() or (self.out / "index.git/packed-refs").exists():
            stream += b"from refs/heads/master^0\n"
        stream += b"deleteall\n"
        crates = []
        for path in sorted((self.out / "index").rglob("*")):
            if path.is_file():
                text, shown = path.read_bytes(), path.relative_to(self.out / "index")
                stream += b"M 100644 inline %s\ndata %d\n%s\n" % (str(shown).encode(), len(text), text)
                if shown.name != "config.json":
                    for line in text.splitlines():
                        line = json.loads(line)
                        crates.append(f"{line['name']}/{line['name']}-{line['vers']}.crate\n")
        self.git("fast-import", "--quiet", "--force", "--done", text=bytes(stream + b"done\n"))
        (self.out / "urls").write_text("".join(crates))


def main():
    out, *rest = sys.argv[1:]
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    registry = Registry(out)
    match rest:
        case ["change", *count]:
            registry.dice = random.Random(2)
            registry.change(int(*count or ["1000"]))
        case ["mirror", folder]:
            registry.mirror(Path(folder))
        case ["full", folder, *sizes]:
            sizes = [int(number) for number in sizes]
            registry.full(Path(folder), *(sizes + [250_000, 2_000_000][len(sizes):]))
        case _:
            sizes = [int(number) for number in rest] + [20000, 190000][len(rest):]
            registry.make(*sizes)


if __name__ == "__main__":
    main()
