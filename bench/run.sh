#!/bin/sh
# Measures infradex beside its peer on the same work, in one run: see bench/README.md.
#   bench/run.sh [RESOURCES]      default 200000
# Everything it makes lies in build-bench/, which may be thrown away.
set -eu
cd "$(dirname "$0")/.."
count=${1:-200000}
build=build-bench
work=$build/data

[ -d "$build" ] || meson setup "$build" -Dbuildtype=release -Db_lto=true >/dev/null
ninja -C "$build" infradex query/libquery.a >/dev/null
mkdir -p "$work"

cc=${CC:-cc}
flags="-std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow"
# shellcheck disable=SC2086
{
    $cc $flags bench/gen_inventory.c -o "$work/gen_inventory" -lm
    $cc $flags bench/peer_sqlite.c -o "$work/peer_sqlite" -lcjson -lsqlite3
    $cc $flags -I. bench/search.c -o "$work/search" "$build/query/libquery.a" \
        "$build/indexer/warehouse/libwarehouse.a" "$build/indexer/normalise/libnormalise.a" "$build/indexer/model/libmodel.a" \
        "$build/base/libbase.a" -lcjson -lsqlite3 -lxxhash -lpcre2-8 -lyaml -lz -lzstd -lm -lpthread
}

lines=$work/inventory-$count.ndjson
[ -s "$lines" ] || "$work/gen_inventory" "$count" >"$lines"

# measure NAME COMMAND...: wall s, CPU s and KiB into $work/NAME.time
measure() {
    name=$1
    shift
    /usr/bin/time -f '%e %U %S %M' -o "$work/$name.time" "$@"
}

rm -rf "$work/warehouse" "$work"/peer.db*
measure peer "$work/peer_sqlite" "$work/peer.db" <"$lines"
measure infradex "$build/infradex" index -q --data "$work/warehouse" "$lines"
measure again "$build/infradex" index -q --data "$work/warehouse" "$lines"

size_of() {
    stat -c %s "$1"
}
echo "$count resources, $(size_of "$lines") bytes"
awk '{ name = FILENAME; sub(/.*\//, "", name); sub(/\.time$/, "", name)
       wall[NR] = $1; cpu[NR] = $2 + $3
       printf "%-10s wall %7.2f s  CPU %7.2f s  peak %5d MiB  %5.2f of the peer'"'"'s wall, %5.2f of its CPU\n",
              name, $1, $2 + $3, $4 / 1024, $1 / wall[1], (cpu[1] > 0) ? cpu[NR] / cpu[1] : 0 }' \
    "$work/peer.time" "$work/infradex.time" "$work/again.time"
echo "files: peer $(size_of "$work/peer.db"), infradex $(size_of "$work/warehouse/infradex.db") bytes"
"$build/infradex" doctor --data "$work/warehouse" | grep -v ' ok ' || true
"$work/search" "$work/warehouse" "$work/peer.db"
