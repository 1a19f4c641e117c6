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
        strongroom-testkit-* | strongroom-bench-* | *-tests.jar | original-*) continue ;;
    esac
    rm -f "$dist.new/lib/$name"
    cp "$jar" "$dist.new/lib/${name%-[0-9]*.jar}.jar"
done
cp scripts/java-options "$dist.new/java-options"
printf '%s\n' "$JAVA_HOME" > "$dist.new/java-home"
rm -rf "$dist"
mv "$dist.new" "$dist"
