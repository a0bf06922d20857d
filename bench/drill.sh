#!/bin/sh
# How much memory inputs of any size need: see bench/README.md.
#   bench/drill.sh [STATE_MIB [LINES]]      default 1024 and 1000000
# Everything it makes lies in build-bench/drill/; that takes about six times the size of the inputs.
set -eu
cd "$(dirname "$0")/.."
mib=${1:-1024}
lines=${2:-1000000}
build=build-bench
work=$build/drill

[ -d "$build" ] || meson setup "$build" -Dbuildtype=release -Db_lto=true >/dev/null
ninja -C "$build" infradex >/dev/null
mkdir -p "$work"

cc=${CC:-cc}
flags="-std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow"
# shellcheck disable=SC2086
{
    $cc $flags bench/gen_inventory.c -o "$work/gen_inventory" -lm
    $cc $flags bench/gen_state.c -o "$work/gen_state"
}
state=$work/state-$mib.tfstate
records=$work/inventory-$lines.ndjson
[ -s "$state" ] || "$work/gen_state" "$mib" >"$state"
[ -s "$records" ] || "$work/gen_inventory" "$lines" >"$records"

# measure NAME INPUT COMMAND...: a line of the table
measure() {
    name=$1
    input=$2
    shift 2
    /usr/bin/time -f '%e %M' -o "$work/time" "$@" >/dev/null
    awk -v name="$name" -v bytes="$(stat -c %s "$input")" '{
        printf "%-18s %6d MiB read  %7.1f s  peak %5d MiB\n", name, bytes / 1048576, $1, $2 / 1024
    }' "$work/time"
}

rm -rf "$work/warehouse-state" "$work/warehouse-records"
measure "state, dry run" "$state" "$build/infradex" index -q --dry-run "$state"
measure "state, index" "$state" "$build/infradex" index -q --data "$work/warehouse-state" "$state"
measure "state, again" "$state" "$build/infradex" index -q --data "$work/warehouse-state" "$state"
measure "records, dry run" "$records" "$build/infradex" index -q --dry-run "$records"
measure "records, index" "$records" \
    "$build/infradex" index -q --data "$work/warehouse-records" "$records"
measure "records, again" "$records" \
    "$build/infradex" index -q --data "$work/warehouse-records" "$records"
measure "export" "$work/warehouse-records/infradex.db" \
    "$build/infradex" export --data "$work/warehouse-records"
measure "one search" "$work/warehouse-records/infradex.db" \
    "$build/infradex" search --data "$work/warehouse-records" 'zanzibarite'
