#!/bin/sh
# fresh.sh FOLDER COMMAND…: runs the command, with nothing left in FOLDER of an
# earlier run. Skips, as meson understands it, where hyperfine is asked for and
# is not there.
set -eu

folder=$1
shift
case " $* " in
*" instruments "*)
    if ! command -v hyperfine >/dev/null; then
        echo 'hyperfine is not installed: scripts/lab setup does it'
        exit 77
    fi
    ;;
esac
rm -rf "$folder"
mkdir -p "${folder%/*}"
exec "$@"
