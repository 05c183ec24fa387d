#!/bin/sh
# What axe-core finds in the pages: fetches it from the npm registry into a
# temporary folder (it is no part of the project), then runs the browser's tests.
# By hand: scripts/tests/axe.sh
set -eu

for program in npm tar python3; do
    command -v "$program" >/dev/null || {
        echo "axe: $program is missing" >&2
        exit 1
    }
done
tests=$(dirname -- "$(readlink -f -- "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && npm pack --silent axe-core@4 >/dev/null && tar xzf axe-core-4*.tgz package/axe.min.js) || {
    echo "axe: axe-core could not be fetched; is the network there?" >&2
    exit 1
}
LAB_AXE="$work/package/axe.min.js" python3 "$tests/test_browser.py" "$@"
