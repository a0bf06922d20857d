#!/bin/sh
# Criterion runs each test in a process of its own and does not see what LeakSanitizer says at its
# end; so the sanitizer writes files (LSAN_OPTIONS in tests/meson.build), and this, the last test of all,
# fails when there is one. Speaks TAP. usage: leaks.sh FOLDER
folder=$1
echo "1..1"
# a thread that ends while LeakSanitizer stops all threads is told of in such a line; it is no leak
noise='Unable to get registers from thread'
found=$(find "$folder" -name 'lsan.*' -size +0 -exec grep -lv "$noise" {} + 2>/dev/null | sort)
if [ -z "$found" ]; then
    echo "ok 1 - nothing leaked"
    exit 0
fi
for file in $found; do
    sed 's/^/# /' "$file" | head -n 40 >&2 # meson shows this of a failed test
    rm -f "$file"
done
echo "not ok 1 - nothing leaked"
