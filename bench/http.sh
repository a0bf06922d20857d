#!/bin/sh
# Measures the server under wrk, beside a bare libmicrohttpd that answers hello, in one run:
# see bench/README.md.
#   bench/http.sh [RESOURCES [SECONDS [CONNECTIONS]]]      default 100000 10 32
# Everything it makes lies in build-bench/, which may be thrown away.
set -eu
cd "$(dirname "$0")/.."
count=${1:-100000}
seconds=${2:-10}
connections=${3:-32}
build=build-bench
work=$build/http
hello_port=${HELLO_PORT:-7118}

command -v wrk >/dev/null || {
    echo "wrk is not installed (apt-get install wrk)" >&2
    exit 1
}
[ -d "$build" ] || meson setup "$build" -Dbuildtype=release -Db_lto=true >/dev/null
ninja -C "$build" infradex >/dev/null
mkdir -p "$work"

cc=${CC:-cc}
flags="-std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Wshadow"
# shellcheck disable=SC2086
{
    $cc $flags bench/gen_inventory.c -o "$work/gen_inventory" -lm
    $cc $flags bench/hello.c -o "$work/hello" -lmicrohttpd
}
data=$work/data-$count
[ -d "$data" ] || "$work/gen_inventory" "$count" | "$build/infradex" index -q --data "$data" -

"$work/hello" "$hello_port" 2 >"$work/hello.out" &
hello=$!
"$build/infradex" serve --data "$data" --port 0 --log-format none >"$work/serve.out" &
server=$!
trap 'kill $hello $server 2>/dev/null' EXIT
until grep -q listening "$work/serve.out" && grep -q listening "$work/hello.out"; do
    sleep 0.1
done
url=$(sed 's/listening on //' "$work/serve.out")

# What clients no longer wait for is worked on to its end: that is not to count for the next one.
settle() {
    while ! curl -sf "$url/metrics" | grep -q '^http_server_active_requests 1$'; do
        sleep 0.2
    done
}

# measure NAME URL [SCRIPT]: of a script, the requests are its own
measure() {
    settle
    wrk -t 2 -c "$connections" -d "${seconds}s" --latency ${3:+-s "$3"} "$2" >"$work/wrk.out"
    awk -v name="$1" '
        /^ +50%/ { median = $2 } /^ +99%/ { p99 = $2 } /^Requests\/sec/ { rate = $2 }
        /Non-2xx/ { wrong = $NF } /Socket errors/ { errors = $0 }
        END { printf "%-34s %10.0f requests/s   median %-9s p99 %-9s %s\n", name, rate, median, p99,
                     (wrong ? wrong " not answered with 2xx " : "") errors }' "$work/wrk.out"
}

# One resource by its uid: the look-up.
uid=$(curl -sf "$url/api/v1/search?q=&limit=1&count=false" |
    python3 -c 'import json, sys, urllib.parse
print(urllib.parse.quote(json.load(sys.stdin)["items"][0]["uid"], safe=""))')

# Answers are given again while nobody has written; these are asked once each, or seldom.
curl -sf "$url/api/v1/search?q=&limit=5000&count=false" |
    python3 -c 'import json, sys, urllib.parse
print("local uids = {")
for item in json.load(sys.stdin)["items"]:
    print("\"%s\"," % urllib.parse.quote(item["uid"], safe=""))
print("}\nlocal n = 0\nfunction request() n = n + 1\n"
      "return wrk.format(nil, \"/api/v1/resources/\" .. uids[n % #uids + 1]) end")' >"$work/uids.lua"
for query in kind:bucket prod; do
    cat >"$work/new-$query.lua" <<END
local threads = 0
function setup(thread) threads = threads + 1; thread:set("id", threads) end
local n = 0
function request()
    n = n + 1
    return wrk.format(nil, "/api/v1/search?limit=50&count=false&q=$query%20-name:x" .. id .. "x" .. n)
end
END
done

echo "$count resources, $connections connections, $seconds s each, 2 threads of wrk"
measure "hello, bare libmicrohttpd" "http://127.0.0.1:$hello_port/"
measure "GET /livez" "$url/livez"
measure "look-up of one resource" "$url/api/v1/resources/$uid"
measure "search of 50 rows, by kind" "$url/api/v1/search?q=kind:bucket&limit=50&count=false"
measure "search of 50 rows, common word" "$url/api/v1/search?q=prod&limit=50&count=false"
measure "facet: | count by region" "$url/api/v1/search?q=%7C%20count%20by%20region"
measure "facet: prod | count by region" "$url/api/v1/search?q=prod%20%7C%20count%20by%20region"
measure "look-up of 5,000 resources in turn" "$url" "$work/uids.lua"
measure "new search of 50 rows, by kind" "$url" "$work/new-kind:bucket.lua"
measure "new search of 50 rows, common word" "$url" "$work/new-prod.lua"
measure "hello again" "http://127.0.0.1:$hello_port/"
