#!/bin/sh
# Installs what is needed, builds infradex, indexes the example data and searches it.
# Safe to run again: what is there is kept, and the examples go to a folder of their own.
set -eu
cd "$(dirname "$0")/.."
. scripts/packages.sh

# shellcheck disable=SC2086 # lists of words
install_packages $build_packages
echo "building (the first time takes about forty seconds)"
[ -f build/build.ninja ] || meson setup build -Db_lto=true >/dev/null
ninja -C build >/dev/null

export INFRADEX_DATA="${INFRADEX_DATA:-$PWD/build/example-data}"
echo
echo "\$ build/infradex index examples"
build/infradex index examples
echo
echo "\$ build/infradex search 'kind:bucket'"
build/infradex search 'kind:bucket'
cat <<TXT

infradex is built: build/infradex. The examples are in $INFRADEX_DATA. Try:

  export INFRADEX_DATA=$INFRADEX_DATA
  build/infradex search 'kind:bucket encrypted:false'     what is known to be unencrypted
  build/infradex search 'checkout | count by kind'        what belongs to one application
  build/infradex search '-tag.owner: provider:aws'        who has no owner
  build/infradex cost report --by month,service           what the example bill says
  build/infradex show orders-db                           everything about one thing
  build/infradex help                                     all commands

Your own: build/infradex index --data ~/infradex PATH...  (states, checkpoints, templates, manifests, bills)
TXT
