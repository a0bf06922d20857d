#!/usr/bin/env python3
"""Writes SQL files as C texts: embed_sql.py OUT NAME=FILE..."""
import pathlib
import sys


def main(out, *sources):
    lines = ['/* Written by embed_sql.py. */', '#include "indexer/warehouse/sqlite/schema_text.h"']
    for source in sources:
        name, _, path = source.partition("=")
        data = pathlib.Path(path).read_bytes()
        lines.append(f"\nconst char {name}[] = {{")
        for at in range(0, len(data), 20):
            lines.append("    " + "".join(f"{byte}, " for byte in data[at:at + 20]))
        lines.append("    0};")
    pathlib.Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")


main(*sys.argv[1:])
