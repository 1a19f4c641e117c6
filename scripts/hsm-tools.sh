#!/usr/bin/env bash
# Builds the tools in C that look at HSMs, under target/hsm-tools: the library that makes faults
# (docs/hsm/game-day.md) and the bare loop that "operator hsm bench" is compared with.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
command -v gcc > /dev/null || scripts/need.sh test
folder=$PWD/target/hsm-tools
mkdir -p "$folder"
gcc -shared -fPIC -O2 -o "$folder/libfault_pkcs11.so" tools/fault-pkcs11/fault_pkcs11.c -ldl -lpthread
gcc -O2 -Wall -Wextra -o "$folder/hsm_loop" tools/hsm-loop/hsm_loop.c -ldl -lpthread
cat <<TEXT
# The library that makes faults: the real one, the plan and the trace. See docs/hsm/game-day.md.
export STRONGROOM_FAULT_LIBRARY=\$VAULT_HSM_LIB
export STRONGROOM_FAULT_PLAN=$folder/plan
export STRONGROOM_FAULT_TRACE=$folder/trace
export VAULT_HSM_LIB=$folder/libfault_pkcs11.so
# The bare loop:
# $folder/hsm_loop LIBRARY TOKEN_LABEL KEY_LABEL random|gcm-encrypt|gcm-decrypt|cbc-encrypt|cbc-decrypt|hmac THREADS SECONDS
TEXT
