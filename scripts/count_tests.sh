#!/bin/sh
# Counts the outcome of the last `meson test` in the build folders given: every sub-test of programs
# that speak TAP, and each other program as one. Prints "N passed, N failed"; fails when one failed
# or none passed.
set -eu
for folder in "$@"; do
    cat "$folder/meson-logs/testlog.junit.xml"
done | awk '
    { while (match($0, /<testcase|<failure|<error|<skipped/)) {
          word = substr($0, RSTART, RLENGTH); $0 = substr($0, RSTART + RLENGTH)
          if (word == "<testcase") { cases++; counted = 0 }
          else if (word == "<skipped") skipped++
          else if (!counted) { failed++; counted = 1 } } }
    END { passed = cases - failed - skipped
          printf "%d passed, %d failed\n", passed, failed
          exit failed > 0 || passed <= 0 }'
