#!/usr/bin/env bash
# Installs what is missing for a purpose, or says in one line what to install.
#   scripts/need.sh build   JDK 25, Maven
#   scripts/need.sh hsm     SoftHSM
#   scripts/need.sh test    what the tests use besides: OpenSC, GnuPG, gcc, openssl; hvac, moto, PyKMIP and
#                           openapi-spec-validator in target/venv; the clients for Go and Node in target/clients;
#                           other PKCS#11 implementations: openCryptoki, NSS, a TPM, p11-kit
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

updated=
install() {
    local as=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo > /dev/null || return 1
        as=(sudo)
    fi
    command -v apt-get > /dev/null || return 1
    if [ -z "$updated" ]; then
        "${as[@]}" apt-get update -qq || return 1
        updated=1
    fi
    echo "installing $*" >&2
    DEBIAN_FRONTEND=noninteractive "${as[@]}" apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

need() { # COMMAND PACKAGE
    command -v "$1" > /dev/null && return 0
    install "$2" && command -v "$1" > /dev/null && return 0
    echo "$1 is missing: install the package $2 (apt-get install $2) and run this again" >&2
    exit 1
}

need_file() { # PACKAGE PATTERN
    compgen -G "$2" > /dev/null && return 0
    install "$1" && compgen -G "$2" > /dev/null && return 0
    echo "$2 is missing: install the package $1 (apt-get install $1) and run this again" >&2
    exit 1
}

need_jdk() {
    (. scripts/jdk.sh) 2> /dev/null && return 0
    install openjdk-25-jdk-headless 2> /dev/null || true
    (. scripts/jdk.sh) 2> /dev/null && return 0
    echo "JDK 25 is missing and this system's packages do not have it: install any JDK 25, set JAVA_HOME to it, and run this again" >&2
    exit 1
}

# The clients for Go and Node under target/clients, in the versions of their lock files.
need_clients() {
    local sources=modules/acceptance/src/test clients=$PWD/target/clients
    mkdir -p "$clients"
    if ! [ "$clients/go-round-trip" -nt "$sources/go/main.go" ]; then
        need go golang-go
        (cd "$sources/go" && go build -o "$clients/go-round-trip" .)
    fi
    if ! [ "$clients/node_modules" -nt "$sources/node/package-lock.json" ]; then
        need node nodejs
        need npm npm
        cp "$sources"/node/package*.json "$clients"
        npm ci --prefix "$clients" --silent --no-audit --no-fund
        touch "$clients/node_modules"
    fi
}

for purpose in "$@"; do
    case "$purpose" in
        build)
            need_jdk
            need mvn maven
            ;;
        hsm)
            need softhsm2-util softhsm2
            ;;
        test)
            need pkcs11-tool opensc
            need gpg gnupg
            need gcc gcc
            need mount mount
            need openssl openssl
            # Other implementations of PKCS#11, and what they need to run.
            need certutil libnss3-tools
            need pkcsslotd opencryptoki
            need swtpm swtpm
            need tpm2-abrmd tpm2-abrmd
            need tpm2_getcap tpm2-tools
            need tpm2_ptool libtpm2-pkcs11-tools
            need dbus-daemon dbus
            need p11-kit p11-kit
            need_file p11-kit-modules '/usr/lib/*/pkcs11/p11-kit-client.so'
            need_file libtpm2-pkcs11-1 '/usr/lib/*/pkcs11/libtpm2_pkcs11.so'
            need_file libtss2-tcti-tabrmd0 '/usr/lib/*/libtss2-tcti-tabrmd.so.0'
            if ! target/venv/bin/python3 -c 'import hvac, moto, flask_cors, kmip, openapi_spec_validator' 2> /dev/null; then
                need python3 python3
                python3 -c 'import venv, ensurepip' 2> /dev/null || install python3-venv
                python3 -m venv target/venv
                target/venv/bin/pip install --quiet --disable-pip-version-check 'hvac==2.4.0' \
                    'moto==5.2.5' 'flask==3.1.3' 'flask-cors==6.0.5' 'PyKMIP==0.11.0' \
                    'openapi-spec-validator==0.7.2'
            fi
            need_clients
            ;;
        *)
            echo "need.sh knows build, hsm and test, not $purpose" >&2
            exit 2
            ;;
    esac
done
