#!/usr/bin/env python3
"""A small S3 in memory, with a latency, for benches: GET, HEAD, PUT with conditions, DELETE, ListObjectsV2, ranges.

    tests/bench/s3.py PORT MILLISECONDS
"""

import asyncio
import hashlib
import sys
import urllib.parse
from bisect import bisect_left, bisect_right, insort
from email.utils import formatdate

OBJECTS = {}  # key: (bytes, tag, headers)
KEYS = []  # sorted
CALLS = {}


def answer(status, headers=(), body=b"", length=None):
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body) if length is None else length}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def listing(query):
    prefix = query.get("prefix", [""])[0]
    after = query.get("continuation-token", query.get("start-after", [""]))[0]
    at = max(bisect_left(KEYS, prefix), bisect_right(KEYS, after))
    found, more = [], False
    for key in KEYS[at:]:
        if not key.startswith(prefix):
            break
        if len(found) == 1000:
            more = True
            break
        found.append(key)
    out = ["<ListBucketResult>"]
    for key in found:
        data, tag, _ = OBJECTS[key]
        out.append(
            f"<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00Z</LastModified>"
            f"<ETag>&quot;{tag}&quot;</ETag><Size>{len(data)}</Size></Contents>"
        )
    if more:
        out.append(f"<NextContinuationToken>{found[-1]}</NextContinuationToken>")
    out.append("</ListBucketResult>")
    return answer(200, [("content-type", "application/xml")], "".join(out).encode())


def respond(method, target, headers, body):
    path, _, text = target.partition("?")
    query = urllib.parse.parse_qs(text, keep_blank_values=True)
    key = urllib.parse.unquote(path.lstrip("/").partition("/")[2])
    kind = "LIST" if "list-type" in query else method
    if path == "/-/calls":
        return answer(200, (), repr(CALLS).encode())
    if path.startswith("/-/fill/"):  # so many more crates, for what a large bucket costs a server
        there = (b"x", "x", [])
        fillers = [f"mirror/crates-io/{chr(97 + number % 26)}-filler-{number}-1.0.0.crate" for number in range(int(path[8:]))]
        OBJECTS.update(dict.fromkeys(fillers, there))
        KEYS.extend(fillers)
        KEYS.sort()
        return answer(200)
    CALLS[kind] = CALLS.get(kind, 0) + 1
    if kind == "LIST":
        return listing(query)
    there = OBJECTS.get(key)
    if method == "PUT":
        wanted = headers.get("if-match")
        if headers.get("if-none-match") == "*" and there or wanted and (not there or wanted.strip('"') != there[1]):
            return answer(412)
        tag = hashlib.md5(body, usedforsecurity=False).hexdigest()
        kept = [(name, value) for name, value in headers.items() if name.startswith("x-amz-meta-")]
        OBJECTS[key] = (body, tag, kept)
        if not there:
            insort(KEYS, key)
        return answer(200, [("etag", f'"{tag}"')])
    if method == "DELETE":
        if OBJECTS.pop(key, None):
            KEYS.pop(bisect_left(KEYS, key))
        return answer(204)
    if not there:
        return answer(404)
    data, tag, kept = there
    about = [("etag", f'"{tag}"'), ("last-modified", formatdate(usegmt=True)), *kept]
    if headers.get("if-none-match", "").strip('"') == tag:
        return answer(304, about)
    if method == "HEAD":
        return answer(200, about, length=len(data))
    if headers.get("range", "").startswith("bytes="):
        first, _, last = headers["range"][6:].partition("-")
        first, last = int(first), min(int(last or len(data) - 1), len(data) - 1)
        about.append(("content-range", f"bytes {first}-{last}/{len(data)}"))
        return answer(206, about, data[first : last + 1])
    return answer(200, about, data)


async def serve(reader, writer, latency):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ", 2)
            headers = {}
            for line in lines:
                name, separator, value = line.partition(":")
                if separator:
                    headers[name.strip().lower()] = value.strip()
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            if latency and target != "/-/calls":
                await asyncio.sleep(latency)
            writer.write(respond(method, target, headers, body))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    port, latency = int(sys.argv[1]), float(sys.argv[2]) / 1000
    handle = lambda reader, writer: serve(reader, writer, latency)
    server = await asyncio.start_server(handle, "127.0.0.1", port, limit=1 << 20)
    async with server:
        await server.serve_forever()


asyncio.run(main())
