#!/usr/bin/env bash
# Measures a server on Raft and SoftHSM, beside bare Jetty and bare Ratis, and adds the figures to
# bench/history.tsv. Takes a few minutes.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
case "${1:-}" in
    "") ;;
    cluster) exec scripts/bench-cluster.sh ;;
    *) echo "./dev bench measures one server, or with \"cluster\" three" >&2; exit 2 ;;
esac
. scripts/jdk.sh
scripts/need.sh hsm

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/tokens"
export SOFTHSM2_CONF=$folder/softhsm2.conf
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$folder/tokens" > "$SOFTHSM2_CONF"
pin=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
softhsm2-util --init-token --free --label bench --so-pin "$pin" --pin "$pin" > /dev/null
library=
for candidate in /usr/lib/softhsm /usr/lib/*/softhsm /usr/lib64/pkcs11 /usr/local/lib/softhsm; do
    if [ -r "$candidate/libsofthsm2.so" ]; then library=$candidate/libsofthsm2.so; fi
done
commit=$(git rev-parse --short HEAD 2> /dev/null || echo unknown)
git diff --quiet 2> /dev/null || commit=$commit+

"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx512m --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
    -Dlogback.configurationFile=bench-logback.xml -Dstrongroom.commit="$commit" \
    -cp "modules/bench/target/classes:target/dist/lib/*" \
    strongroom.bench.Bench "$PWD" "$folder" "$library" bench "$pin"
