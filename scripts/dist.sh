#!/usr/bin/env bash
# Lays out target/dist from the modules' jars: what ./strongroom runs.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/jdk.sh

dist=target/dist
rm -rf "$dist.new"
mkdir -p "$dist.new/lib"
cp modules/server/target/lib/*.jar "$dist.new/lib/"
for jar in modules/*/target/strongroom-*.jar; do
    name=$(basename "$jar")
    case "$name" in
        strongroom-testkit-* | strongroom-bench-* | strongroom-acceptance-* | *-tests.jar | original-*) continue ;;
    esac
    rm -f "$dist.new/lib/$name"
    cp "$jar" "$dist.new/lib/${name%-[0-9]*.jar}.jar"
done

# Java verifies a signed jar at every start, and records nothing of it for the next. Where the jars
# come from is settled when they are fetched, so what runs is their classes without the signatures.
mkdir -p target/unsigned
for jar in "$dist.new"/lib/bc*.jar; do
    unsigned=target/unsigned/$(basename "$jar")
    if [ ! -r "$unsigned" ]; then
        content=$(mktemp -d)
        (cd "$content" && "$JAVA_HOME/bin/jar" xf "$OLDPWD/$jar")
        find "$content/META-INF" -maxdepth 1 \( -name '*.SF' -o -name '*.RSA' -o -name '*.DSA' \) -delete
        awk '/^\r?$/ { exit } { print }' "$content/META-INF/MANIFEST.MF" > "$content.mf"
        rm "$content/META-INF/MANIFEST.MF"
        "$JAVA_HOME/bin/jar" cfm "$unsigned.new" "$content.mf" -C "$content" .
        mv "$unsigned.new" "$unsigned"
        rm -rf "$content" "$content.mf"
    fi
    cp "$unsigned" "$jar"
done

# RocksDB's own loader would unpack its library into /tmp at every start.
case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) native=librocksdbjni-linux64.so ;;
    Linux-aarch64) native=librocksdbjni-linux-aarch64.so ;;
    *) native= ;; # its own loader knows more systems
esac
if [ -n "$native" ]; then
    mkdir "$dist.new/native"
    rocksdb=$(readlink -f "$dist.new"/lib/rocksdbjni-*.jar)
    (cd "$dist.new/native" && "$JAVA_HOME/bin/jar" xf "$rocksdb" "$native")
fi
# For game days: docs/hsm/game-day.md says how to build and use it.
cp -R tools "$dist.new/tools"
printf '%s\n' "$JAVA_HOME" > "$dist.new/java-home"
rm -rf "$dist"
mv "$dist.new" "$dist"
