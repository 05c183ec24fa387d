#!/bin/sh
# repeat.sh PROGRAM [RUNS]: does it give the same verdicts every time? On one
# CPU, on all, and beside a busy loop on every CPU; counts runs that failed and
# keeps the first one's words.
set -eu

program=$1
runs=${2:-200}
log=$(mktemp)
hogs=
tidy_up() {
    for hog in $hogs; do
        kill "$hog" 2>/dev/null || true
    done
    rm -f "$log"
}
trap tidy_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# series NAME [COMMAND IN FRONT…]
series() {
    name=$1
    shift
    failed=0
    run=0
    start=$(date +%s)
    while [ "$run" -lt "$runs" ]; do
        run=$((run + 1))
        "$@" "$program" >"$log" 2>&1 && continue
        failed=$((failed + 1))
        [ "$failed" -gt 3 ] || grep -A 1 -E 'ERROR|FAILED  ' "$log" || true
    done
    echo "$name: $failed of $runs runs failed, $(($(date +%s) - start)) s"
}

series 'one CPU' taskset -c 0
series 'all CPUs' env
for cpu in $(seq 0 $(($(nproc) - 1))); do
    taskset -c "$cpu" sh -c 'while :; do :; done' &
    hogs="$hogs $!"
done
series 'beside busy loops' env
