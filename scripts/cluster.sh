#!/usr/bin/env bash
# Starts a cluster of real nodes on this machine that share one HSM, and says how to break it.
# Everything is under target/cluster, made anew each time; Ctrl-C ends all of it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

count=${1:-3}
[[ $count =~ ^[1-9]$ ]] || { echo "./dev cluster takes a number of nodes, 1 to 9" >&2; exit 2; }
base=${STRONGROOM_CLUSTER_PORT:-8200}
folder=$PWD/target/cluster
scripts/need.sh hsm
umask 077

for ((i = 1; i <= count; i++)); do
    for port in $((base + 10 * (i - 1))) $((base + 10 * (i - 1) + 1)); do
        if (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
            echo "port $port is in use; STRONGROOM_CLUSTER_PORT=N begins at another" >&2
            exit 1
        fi
    done
done

hsm=
cleanup() {
    local file
    for file in "$folder"/node*/pid; do
        [ ! -r "$file" ] || kill -9 "$(cat "$file")" 2> /dev/null || true
    done
    [ -z "$hsm" ] || { pkill -P "$hsm" 2> /dev/null; kill "$hsm" 2> /dev/null; } || true
}
trap cleanup EXIT
trap 'exit 0' INT TERM

rm -rf "$folder"
mkdir -p "$folder/hsm/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$folder/hsm/tokens" > "$folder/hsm/softhsm2.conf"
export SOFTHSM2_CONF=$folder/hsm/softhsm2.conf
softhsm2-util --init-token --free --label cluster --so-pin 12345678 --pin 1234 > /dev/null
for soft in /usr/lib/softhsm /usr/lib/*/softhsm /usr/lib64/pkcs11 /usr/local/lib/softhsm; do
    [ -r "$soft/libsofthsm2.so" ] && break
done
library=$soft/libsofthsm2.so
mechanism=
how="one SoftHSM token, whose files all nodes open"
for client in /usr/lib/*/pkcs11/p11-kit-client.so /usr/lib64/pkcs11/p11-kit-client.so; do
    if [ -r "$client" ] && command -v p11-kit > /dev/null; then
        # As a network HSM: what p11-kit passes on has no AES with parameters, but has RSA.
        export P11_KIT_SERVER_ADDRESS=unix:path=$folder/hsm/socket
        p11-kit server --foreground --name "$folder/hsm/socket" --provider "$library" "pkcs11:" > "$folder/hsm/log" 2>&1 &
        hsm=$!
        library=$client
        mechanism=$'mechanism     = "CKM_RSA_PKCS_OAEP"\n  rsa_oaep_hash = "sha1"'
        how="one SoftHSM token behind a socket, as an HSM on the network (process $hsm)"
        break
    fi
done

for ((i = 1; i <= count; i++)); do
    node=$folder/node$i
    mkdir -p "$node"
    api=127.0.0.1:$((base + 10 * (i - 1)))
    cluster=127.0.0.1:$((base + 10 * (i - 1) + 1))
    join=
    [ "$i" = 1 ] || join="retry_join { leader_api_addr = \"http://127.0.0.1:$base\" }"
    cat > "$node/config.hcl" <<TEXT
storage "raft" {
  path    = "$node/data"
  node_id = "node$i"
  $join
}
listener "tcp" {
  address         = "$api"
  cluster_address = "$cluster"
  tls_disable     = "true"
}
seal "pkcs11" {
  lib           = "$library"
  token_label   = "cluster"
  pin           = "1234"
  key_label     = "cluster-key"
  generate_key  = "true"
  $mechanism
}
api_addr     = "http://$api"
cluster_addr = "https://$cluster"
TEXT
    cat > "$node/start" <<TEXT
#!/bin/sh
# Starts this node again, in the background.
export SOFTHSM2_CONF='$SOFTHSM2_CONF' P11_KIT_SERVER_ADDRESS='${P11_KIT_SERVER_ADDRESS:-}'
setsid '$PWD/strongroom' server -config='$node/config.hcl' >> '$node/log' 2>&1 < /dev/null &
echo \$! > '$node/pid'
TEXT
    chmod +x "$node/start"
    "$node/start"
done

strongroom() { VAULT_ADDR=http://127.0.0.1:$base VAULT_TOKEN=${token:-} ./strongroom "$@"; }
health() { curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:$1/v1/sys/health" || true; }
await() { # PORT CODE
    for ((tries = 0; tries < 600; tries++)); do
        [ "$(health "$1")" != "$2" ] || return 0
        sleep 0.2
    done
    echo "the node at port $1 did not come to answer $2; see $folder/node*/log" >&2
    exit 1
}

await "$base" 501
echo "initializing: the HSM makes its key first, which takes a while"
strongroom operator init -recovery-shares=1 -recovery-threshold=1 -format=json > "$folder/init.json"
token=$(sed -n 's/.*"root_token": *"\([^"]*\)".*/\1/p' "$folder/init.json")
await "$base" 200
strongroom secrets enable -path=secret -version=2 kv > /dev/null
for ((i = 2; i <= count; i++)); do await $((base + 10 * (i - 1))) 429; done

strongroom operator raft list-peers
cat <<TEXT

$count nodes, $how.
Logs, data and process numbers are in $folder/node*; the root token is in $folder/init.json.

  export VAULT_ADDR=http://127.0.0.1:$((base + 10 * (count - 1))) VAULT_TOKEN=\$(sed -n 's/.*"root_token": *"\\([^"]*\\)".*/\\1/p' $folder/init.json)
  ./strongroom kv put secret/a n=1           write through the last node, which follows
  ./strongroom operator raft list-peers      see who leads

Break it:
  kill -9 \$(cat $folder/node1/pid)      a node dies; then $folder/node1/start
  kill -STOP \$(cat $folder/node1/pid)   it hangs; then kill -CONT
  ./strongroom operator step-down        another leads, as planned
  curl -X PUT -H "X-Vault-Token: \$VAULT_TOKEN" http://127.0.0.1:$base/v1/sys/seal    seals that node only
  pkill -P ${hsm:-HSM} ; kill ${hsm:-HSM}     the HSM is gone: serving goes on, a restarted node stays sealed

Ctrl-C ends all.
TEXT
while :; do sleep 3600 & wait $!; done
