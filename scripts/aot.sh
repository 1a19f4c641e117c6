#!/usr/bin/env bash
# Records a start of the server and a few commands, so that later starts load classes that are parsed
# and linked already (JEP 514). Without the recording everything works, only slower to start.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/jdk.sh

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/data"
cat > "$folder/config.hcl" <<TEXT
storage "raft" {
  path    = "$folder/data"
  node_id = "recording"
}
listener "unix" {
  address = "$folder/socket"
}
TEXT
rm -f target/dist/strongroom.aot
STRONGROOM_JAVA_OPTIONS="-XX:AOTCacheOutput=target/dist/strongroom.aot.new -Xlog:aot=off -Xlog:cds=off -Dstrongroom.rehearse=true" \
    ./strongroom server -config="$folder/config.hcl" > "$folder/log" 2>&1 || {
    cat "$folder/log" >&2
    echo "the start could not be recorded" >&2
    exit 1
}
mv target/dist/strongroom.aot.new target/dist/strongroom.aot
