#!/usr/bin/env bash
# Measures three servers that share one HSM, beside three nodes of bare Ratis, and adds the figures to
# bench/history.tsv. Each node has a network namespace of its own where that is allowed, else loopback.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/jdk.sh
scripts/need.sh hsm

folder=$(mktemp -d)
id=sr$$
hsm=
cleanup() {
    [ -z "$hsm" ] || { pkill -P "$hsm"; kill "$hsm"; } 2> /dev/null || true
    for i in 1 2 3; do ip netns del "$id-$i" 2> /dev/null || true; done
    ip link del "$id" 2> /dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

mkdir "$folder/tokens"
export SOFTHSM2_CONF=$folder/softhsm2.conf
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$folder/tokens" > "$SOFTHSM2_CONF"
VAULT_HSM_PIN=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
export VAULT_HSM_PIN
softhsm2-util --init-token --free --label bench --so-pin "$VAULT_HSM_PIN" --pin "$VAULT_HSM_PIN" > /dev/null
soft=
for candidate in /usr/lib/softhsm /usr/lib/*/softhsm /usr/lib64/pkcs11 /usr/local/lib/softhsm; do
    if [ -r "$candidate/libsofthsm2.so" ]; then soft=$candidate/libsofthsm2.so; fi
done
client=
for candidate in /usr/lib/*/pkcs11/p11-kit-client.so /usr/lib64/pkcs11/p11-kit-client.so; do
    if [ -r "$candidate" ]; then client=$candidate; fi
done
[ -n "$client" ] || { echo "p11-kit's client library is missing: apt-get install p11-kit-modules" >&2; exit 1; }
export P11_KIT_SERVER_ADDRESS=unix:path=$folder/hsm.sock
p11-kit server --foreground --name "$folder/hsm.sock" --provider "$soft" "pkcs11:" > "$folder/hsm.log" 2>&1 &
hsm=$!
for ((tries = 0; tries < 100; tries++)); do [ -S "$folder/hsm.sock" ] && break; sleep 0.1; done

# A bridge with an address for the load, and a namespace a node at the end of a cable.
namespaces() {
    [ "$(id -u)" = 0 ] && command -v ip > /dev/null || return 1
    ip link add "$id" type bridge && ip addr add 10.213.77.1/24 dev "$id" && ip link set "$id" up || return 1
    for i in 1 2 3; do
        ip netns add "$id-$i" && ip link add "$id.$i" type veth peer name eth0 netns "$id-$i" \
            && ip link set "$id.$i" master "$id" up && ip -n "$id-$i" addr add "10.213.77.1$i/24" dev eth0 \
            && ip -n "$id-$i" link set eth0 up && ip -n "$id-$i" link set lo up || return 1
    done
    # Nothing listens there: who is refused has got through.
    [[ $( (: < /dev/tcp/10.213.77.11/9) 2>&1 || true) == *refused* ]]
}
places=(127.0.0.1= 127.0.0.1= 127.0.0.1=)
if namespaces 2> "$folder/ip.log"; then
    echo "each node in a network namespace of its own" >&2
    for i in 1 2 3; do places[i - 1]="10.213.77.1$i=ip netns exec $id-$i"; done
else
    echo "all nodes on loopback: network namespaces cannot be had ($(tail -n 1 "$folder/ip.log"))" >&2
fi

commit=$(git rev-parse --short HEAD 2> /dev/null || echo unknown)
git diff --quiet 2> /dev/null || commit=$commit+
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx512m --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
    -Dlogback.configurationFile=bench-logback.xml -Dstrongroom.commit="$commit" \
    -cp "modules/bench/target/classes:target/dist/lib/*" \
    strongroom.bench.ClusterBench "$PWD" "$folder" "$client" "${places[@]}"
