#!/bin/sh
# Runs shellcheck over every shell script below the folder given: whatever
# begins with a shell's #! line, so that no new script can be forgotten.
set -eu

command -v shellcheck >/dev/null || {
    echo "skipped: shellcheck is not installed"
    exit 77
}

cd "$1"
find . \( -name .git -o -name 'build*' -o -path './results/*' \) -prune -o \
    -type f -exec awk '
        FNR == 1 && /^#! *\/(usr\/)?bin\/(env +)?(ba|da)?sh( |$)/ { print FILENAME }
        { nextfile }' {} + |
    {
        count=0 failed=0
        while read -r script; do
            count=$((count + 1))
            shellcheck -- "$script" || failed=1
        done
        echo "$count scripts"
        [ "$count" -gt 0 ] && [ "$failed" = 0 ]
    }
