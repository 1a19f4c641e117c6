#!/usr/bin/env bash
# Makes a throw-away SoftHSM token under target/hsm and prints the variables that use it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
scripts/need.sh hsm
folder=$PWD/target/hsm
umask 077
if [ ! -r "$folder/softhsm2.conf" ]; then
    mkdir -p "$folder/tokens"
    printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$folder/tokens" > "$folder/softhsm2.conf"
    SOFTHSM2_CONF=$folder/softhsm2.conf softhsm2-util --init-token --free --label strongroom-dev --so-pin 1234 --pin 1234 > /dev/null
fi
for library in /usr/lib/softhsm /usr/lib/*/softhsm /usr/lib64/pkcs11 /usr/local/lib/softhsm; do
    [ -r "$library/libsofthsm2.so" ] && break
done
cat <<TEXT
export SOFTHSM2_CONF=$folder/softhsm2.conf
export VAULT_HSM_LIB=$library/libsofthsm2.so
export VAULT_HSM_TOKEN_LABEL=strongroom-dev
export VAULT_HSM_PIN=1234
export VAULT_HSM_KEY_LABEL=strongroom-dev-key
TEXT
