#!/bin/sh
# Every header compiles by itself. Speaks TAP: one test a header. usage: headers.sh ROOT CC
root=$1
compiler=$2
cd "$root" || exit 1
headers=$(find base indexer collectors query api cli -name '*.h' | sort)
# shellcheck disable=SC2086 # a list of paths without spaces
set -- $headers
echo "1..$#"
number=0
for header in "$@"; do
    number=$((number + 1))
    if faults=$($compiler -std=c17 -D_GNU_SOURCE -Wall -Wextra -fsyntax-only -I. -x c "$header" 2>&1); then
        echo "ok $number - $header"
    else
        echo "$faults" | sed 's/^/# /'
        echo "not ok $number - $header"
    fi
done
