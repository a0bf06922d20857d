#!/bin/sh
# Installs what the tests need, builds infradex with its tests, and runs them all.
# The last line is "N passed, N failed"; the exit code is 0 only when none failed.
# Options are given on to meson setup: scripts/test.sh -Dsanitize=true (in build-test-sanitize).
set -eu
cd "$(dirname "$0")/.."
. scripts/packages.sh

# shellcheck disable=SC2086 # lists of words
install_packages $build_packages $test_packages
folder=build-test
case " $* " in *" -Dsanitize=true "*) folder=build-test-sanitize ;; esac
[ -f "$folder/build.ninja" ] || meson setup "$folder" -Dtests=true "$@" >/dev/null
ninja -C "$folder" >/dev/null
meson test -C "$folder" --print-errorlogs --no-rebuild || true
scripts/count_tests.py "$folder"
