#!/usr/bin/env bash
# What CI runs: format, all warnings as errors, every test, and the counts of all of them at the end.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

started=$(date +%s)
mvn spotless:check > target/spotless.log 2>&1 || {
    grep -E 'ERROR' target/spotless.log | head -30
    echo "the format differs: ./dev fmt mends it" >&2
    exit 1
}
mvn package --fail-at-end | grep --line-buffered -vE '^(\x1b\[[0-9;]*m)*\[(\x1b\[[0-9;]*m)*INFO\]? *(\x1b\[[0-9;]*m)*\]? ?(---|Building|Reactor|Nothing|Recompiling|Compiling|Copying|Using|skip|$)'
status=${PIPESTATUS[0]}

# The counts, from the reports themselves.
sum() { cat modules/*/target/surefire-reports/TEST-*.xml 2> /dev/null | grep -oE '<testsuite [^>]*' | grep -oE " $1=\"[0-9]+\"" | grep -oE '[0-9]+' | awk '{ n += $1 } END { print n + 0 }'; }
tests=$(sum tests)
failed=$(($(sum failures) + $(sum errors)))
skipped=$(sum skipped)
echo "took $(($(date +%s) - started)) s"
if [ "$skipped" != 0 ]; then
    echo "$skipped tests were skipped: a skipped test fails the build" >&2
    status=1
fi
if [ "$tests" = 0 ]; then
    echo "no test ran" >&2
    status=1
fi
[ "$failed" = 0 ] || status=1
echo "$((tests - failed - skipped)) passed, $failed failed"
exit "$status"
