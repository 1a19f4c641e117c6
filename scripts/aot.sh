#!/usr/bin/env bash
# Records a start of the server and of a command, so that later starts find their classes parsed and
# linked already (JEP 514). Without the recordings everything works, only slower to start.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

folder=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill -9 "$server" 2> /dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null || break
    done
    printf '%s\n' "$port"
}
port=$(free_port)

cat > "$folder/config.hcl" <<TEXT
storage "raft" {
  path    = "$folder/data"
  node_id = "recording"
}
listener "tcp" {
  address     = "127.0.0.1:$port"
  tls_disable = "true"
}
listener "unix" {
  address = "$folder/socket"
}
TEXT
# With SoftHSM here, the seal's code is recorded too; without it, unsealing by shares is.
library=
for candidate in /usr/lib/softhsm /usr/lib/*/softhsm /usr/lib64/pkcs11 /usr/local/lib/softhsm; do
    if [ -r "$candidate/libsofthsm2.so" ]; then library=$candidate/libsofthsm2.so; fi
done
if [ -n "$library" ] && command -v softhsm2-util > /dev/null; then
    mkdir "$folder/tokens"
    export SOFTHSM2_CONF=$folder/softhsm2.conf
    printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$folder/tokens" > "$SOFTHSM2_CONF"
    pin=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
    softhsm2-util --init-token --free --label recording --so-pin "$pin" --pin "$pin" > /dev/null
    cat >> "$folder/config.hcl" <<TEXT
seal "pkcs11" {
  lib          = "$library"
  slot         = "0"
  pin          = "$pin"
  key_label    = "recording"
  generate_key = "true"
}
TEXT
    init="-recovery-shares=1 -recovery-threshold=1"
else
    library=
    init="-key-shares=1 -key-threshold=1"
fi
rm -f target/dist/server.aot target/dist/cli.aot
export VAULT_ADDR=unix://$folder/socket
quiet="-Xlog:aot=off -Xlog:cds=off"

STRONGROOM_JAVA_OPTIONS="-XX:AOTCacheOutput=target/dist/server.aot.new $quiet" \
    ./strongroom server -config="$folder/config.hcl" > "$folder/log" 2>&1 &
server=$!
for _ in $(seq 300); do
    [ -S "$folder/socket" ] && break
    kill -0 "$server" 2> /dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
done
# shellcheck disable=SC2086 # two words
./strongroom operator init $init > "$folder/init"
VAULT_TOKEN=$(sed -n 's/^Initial Root Token: //p' "$folder/init")
export VAULT_TOKEN
if [ -n "$library" ]; then
    for _ in $(seq 100); do
        ./strongroom status > /dev/null && break
        sleep 0.1
    done
else
    ./strongroom operator unseal "$(sed -n 's/^Unseal Key 1: //p' "$folder/init")" > /dev/null
fi
./strongroom secrets enable -path=secret -version=2 kv > /dev/null
./strongroom kv put secret/a b=c > /dev/null
# The recording keeps what is hot, so that a server is fast before its own compiler has found out.
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx128m -cp modules/bench/target/classes strongroom.bench.Exercise "$port" "$VAULT_TOKEN"
STRONGROOM_JAVA_OPTIONS="-XX:AOTCacheOutput=target/dist/cli.aot.new $quiet" \
    ./strongroom kv get secret/a > /dev/null 2>&1 || true
kill -TERM "$server"
wait "$server" || { cat "$folder/log" >&2; exit 1; }
server=
mv target/dist/server.aot.new target/dist/server.aot
mv target/dist/cli.aot.new target/dist/cli.aot
