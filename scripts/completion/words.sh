#!/bin/sh
# What can stand after `scripts/lab [VERB]`, a word a line; for the completions
# of bash and zsh beside this. Verbs and options are those that `scripts/lab
# help` names, so no list of them can be forgotten here.
set -eu

project=$(dirname -- "$0")/../..

# The lines of a verb: its own, and the more indented ones that follow.
verb_lines() {
    "$project/scripts/lab" help | awk -v verb="$1" '
        /^  [a-z]/ { inside = ($1 == verb) }
        inside'
}

if [ $# = 0 ]; then
    "$project/scripts/lab" help | awk '/^  [a-z]/ { print $1 }'
    exit
fi

lines=$(verb_lines "$1")
printf '%s\n' "$lines" | grep -oE -e '--[a-z]+(-[a-z]+)*' || :
case $lines in
    *' NN '*)
        for folder in "$project"/labs/[0-9][0-9]-*/; do
            name=$(basename -- "$folder")
            printf '%s\n%s\n' "${name%%-*}" "${name#*-}"
        done ;;
    *'[EXPERIMENT'*)
        sed -n 's/^ *&experiment_\([a-z]*\),$/\1/p' \
            "$project/bench/driver/experiments/experiments.c" ;;
esac
