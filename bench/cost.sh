#!/bin/sh
# Measures bills beside DuckDB and ClickHouse's engine, in one run: see bench/README.md.
#   bench/cost.sh [LINES]      default 2000000
# Everything it makes lies in build-bench/, which may be thrown away.
set -eu
cd "$(dirname "$0")/.."
count=${1:-2000000}
build=build-bench
work=$build/data

[ -d "$build" ] || meson setup "$build" -Dbuildtype=release -Db_lto=true >/dev/null
ninja -C "$build" infradex query/libquery.a >/dev/null
mkdir -p "$work"
cc=${CC:-cc}
flags="-std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow"
# shellcheck disable=SC2086
{
    $cc $flags bench/gen_bill.c -o "$work/gen_bill"
    $cc $flags -I. bench/cost.c -o "$work/cost" "$build/query/libquery.a" \
        "$build/indexer/warehouse/libwarehouse.a" "$build/indexer/normalise/libnormalise.a" \
        "$build/indexer/model/libmodel.a" "$build/base/libbase.a" \
        -lcjson -lsqlite3 -lxxhash -lpcre2-8 -lyaml -lz -lzstd -lm -lpthread
}
python=$work/python/bin/python
[ -x "$python" ] || { python3 -m venv "$work/python" && "$work/python/bin/pip" install -q duckdb chdb; }

bill=$work/bill-$count.csv
[ -s "$bill" ] || "$work/gen_bill" "$count" >"$bill"

cat "$bill" >/dev/null # whoever is first finds it in memory too
rm -rf "$work/bills" "$work/duckdb" "$work/clickhouse"
sync
/usr/bin/time -f '%e %U %S %M' -o "$work/bill.time" "$build/infradex" index -q --data "$work/bills" "$bill"
awk -v size="$(stat -c %s "$work/bills/infradex.db")" \
    '{ printf "loaded\t%.2f\t%.2f\t%d\n", $1, $2 + $3, size }' "$work/bill.time" >"$work/bill.tsv"
"$work/cost" "$work/bills" >>"$work/bill.tsv"
for peer in duckdb clickhouse; do
    "$python" bench/peer_cost.py "$peer" "$bill" "$work/$peer" >"$work/$peer.tsv"
done

echo "$count lines, $(stat -c %s "$bill") bytes; infradex, then its share of the peer's"
awk -F '\t' '
    FILENAME ~ /duckdb/ { duck[$1] = $2; duck_more[$1] = $3; duck_sum[$1] = $4; next }
    FILENAME ~ /clickhouse/ { click[$1] = $2; click_more[$1] = $3; click_sum[$1] = $4; next }
    $1 == "loaded" {
        printf "%-40s %9.2f s   %6.2f of DuckDB  %6.2f of ClickHouse\n", "loading, wall", $2, $2 / duck[$1], $2 / click[$1]
        printf "%-40s %9.2f s   %6.2f of DuckDB  %6.2f of ClickHouse\n", "loading, CPU", $3, $3 / duck_more[$1], $3 / click_more[$1]
        printf "%-40s %9.1f MB  %6.2f of DuckDB  %6.2f of ClickHouse\n", "file", $4 / 1e6, $4 / duck_sum[$1], $4 / click_sum[$1]
        next
    }
    {
        same = $4 == duck_sum[$1] && $4 == click_sum[$1] ? "" : "  OTHER SUM: " $4 ", " duck_sum[$1] ", " click_sum[$1]
        printf "%-40s %9.2f ms  %6.2f of DuckDB  %6.2f of ClickHouse%s\n", $1, $2, $2 / duck[$1], $2 / click[$1], same
    }' "$work/duckdb.tsv" "$work/clickhouse.tsv" "$work/bill.tsv"
