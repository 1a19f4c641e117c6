# Sourced by the project's scripts: sets JAVA_HOME to a JDK 25, wherever it is, or says what to install.

strongroom_is_jdk25() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release"
}

strongroom_find_jdk25() {
    local candidate resolved
    for candidate in \
        "${STRONGROOM_JAVA_HOME:-}" "${JAVA_HOME:-}" \
        "$(command -v javac || true)" "$(command -v java || true)" \
        /usr/lib/jvm/* /opt/* /usr/local/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -n "$candidate" ] || continue
        if [ -f "$candidate" ]; then
            resolved=$(readlink -f "$candidate")
            candidate=${resolved%/bin/*}
        fi
        if strongroom_is_jdk25 "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

if ! JAVA_HOME=$(strongroom_find_jdk25); then
    echo "no JDK 25 found: run ./quickstart, or install one (Debian 13: apt-get install openjdk-25-jdk-headless) and set JAVA_HOME to it" >&2
    exit 1
fi
export JAVA_HOME
