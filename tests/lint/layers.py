#!/usr/bin/env python3
"""The floors of docs/ARCHITECTURE.md, checked by reading every #include.

Speaks TAP: one test for each rule. Prints file, line and the rule that was broken.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')

CALLERS_WAREHOUSE = ("indexer/warehouse/warehouse.h", "indexer/warehouse/sql.h",
                     "indexer/warehouse/dialect.h", "indexer/warehouse/cost.h",
                     "indexer/warehouse/shown.h")
# part: what it may include from the project (prefixes), longest part first
FLOORS = {
    "base/": ("base/",),
    "indexer/model/": ("base/", "indexer/model/"),
    "indexer/normalise/": ("base/", "indexer/model/", "indexer/normalise/"),
    "indexer/warehouse/sqlite/": ("base/", "indexer/model/", "indexer/normalise/identity.h",
                                  "indexer/warehouse/"),
    "indexer/warehouse/": ("base/", "indexer/model/", "indexer/warehouse/"),
    "collectors/": ("base/", "indexer/model/", "collectors/"),
    "query/": ("base/", "indexer/model/", "query/") + CALLERS_WAREHOUSE,
    "cli/": ("base/", "indexer/model/", "indexer/normalise/", "collectors/collector.h",
             "collectors/run.h", "collectors/bills/conformance.h", "query/", "cli/", "api/api.h", "api/server.h") + CALLERS_WAREHOUSE,
    "api/": ("base/", "indexer/model/", "indexer/normalise/", "collectors/collector.h",
             "collectors/run.h", "query/", "api/") + CALLERS_WAREHOUSE,
}
# outside libraries: the one place that may include each
LIBRARIES = {
    "cjson/cJSON.h": ("base/json.c",),
    "cJSON.h": ("base/json.c",),
    "zlib.h": ("base/stream.c", "base/gzip.c"),
    "zstd.h": ("base/stream.c", "base/zstd.c"),
    "yaml.h": ("base/yaml.c",),
    "pcre2.h": ("base/regex.c",),
    "xxhash.h": ("base/hash.c",),
    "sqlite3.h": ("indexer/warehouse/sqlite/",),
    "curl/curl.h": ("base/http_curl.c",),
    "microhttpd.h": ("api/server_mhd.c",),
}


def sources():
    for folder in ("base", "indexer", "collectors", "query", "cli", "api"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".c", ".h", ".def") and path.is_file():
                yield path


def includes(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1), found.group(2)


def allowed_for(name):
    floor = max((part for part in FLOORS if name.startswith(part)), key=len, default=None)
    allowed = FLOORS.get(floor, ())
    parts = name.split("/")
    if parts[0] == "collectors" and len(parts) == 3:  # one collector never sees another
        allowed = ("base/", "indexer/model/", "collectors/collector.h", f"collectors/{parts[1]}/")
    return allowed


def main():
    floors, libraries, written, count = [], [], [], 0
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        count += 1
        for number, quote, target in includes(path):
            where = f"{name}:{number}"
            if quote == '"':
                if not (ROOT / target).exists():
                    written.append(f"{where}: {target} is not a path from the root")
                elif not target.startswith(allowed_for(name)):
                    floors.append(f"{where}: {name.rsplit('/', 1)[0]}/ may not include {target}")
            elif target in LIBRARIES and not name.startswith(LIBRARIES[target]):
                libraries.append(f"{where}: only {' and '.join(LIBRARIES[target])} may include {target}")
    checks = [("every part includes only what stands below it", floors),
              ("each outside library is included in one place", libraries),
              ("includes are written from the root", written),
              ("there are sources to look at", [] if count > 30 else ["no sources found"])]
    print(f"1..{len(checks)}")
    for number, (title, faults) in enumerate(checks, 1):
        for fault in faults:
            print(f"# {fault}")
        print(f"{'not ok' if faults else 'ok'} {number} - {title}")
    return 0


sys.exit(main())
