# shellcheck shell=sh disable=SC2034
# Sourced by the scripts beside it: installs the Debian packages that are named and missing.
# `sudo` only when not root; nothing is asked of the network when nothing is missing.

build_packages="gcc libc6-dev python3 meson ninja-build pkg-config libsqlite3-dev libcjson-dev \
libyaml-dev libpcre2-dev libzstd-dev zlib1g-dev libxxhash-dev libcurl4-openssl-dev \
libmicrohttpd-dev"
test_packages="libcriterion-dev"
ci_packages="python3-venv faketime clang clang-format libclang-rt-14-dev llvm git mandoc zsh fish"

install_packages() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    echo "Installing:$missing" >&2
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    $as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
        $missing >/dev/null
}
