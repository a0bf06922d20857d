#!/bin/sh
# Runs one fuzz program over its stored corpus, then for some seconds more.
# usage: scripts/fuzz.sh PROGRAM SECONDS (a -Dfuzz=true build; new findings stay out of the tree)
set -eu
program=$1
seconds=$2
corpus=$(dirname "$0")/../tests/fuzz/corpus/$(basename "$program" | sed 's/^fuzz_//')
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
"$program" -runs=0 "$corpus"
"$program" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -artifact_prefix="$found/" \
    "$found" "$corpus"
