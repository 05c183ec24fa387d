# Completion of scripts/lab for bash: `source scripts/completion/lab.bash`.
# shellcheck shell=bash

_process_thread_lab() {
    local words
    # The word typed leads to its project: several clones may be around.
    words=$(dirname -- "${COMP_WORDS[0]/#\~/$HOME}")/completion/words.sh
    COMPREPLY=()
    [ -x "$words" ] || return 0
    if [ "${COMP_WORDS[COMP_CWORD - 1]}" = --output ]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$2")
    elif [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$words")" -- "$2")
    else
        mapfile -t COMPREPLY < <(compgen -W "$("$words" "${COMP_WORDS[1]}")" -- "$2")
    fi
}

# Where nothing of ours fits, a file may.
complete -o default -F _process_thread_lab lab
