# Completion of scripts/lab for zsh: `source scripts/completion/lab.zsh`, after
# compinit.

_process_thread_lab() {
    local typed=${words[1]/#\~/$HOME}
    # The word typed leads to its project: several clones may be around.
    local list=${typed:h}/completion/words.sh
    local -a found
    [[ -x $list ]] || return 1
    if [[ ${words[CURRENT - 1]} == --output ]]; then
        _files -/
        return
    elif (( CURRENT == 2 )); then
        found=(${(f)"$($list)"})
    else
        found=(${(f)"$($list ${words[2]})"})
    fi
    if (( $#found )); then
        compadd -a found
    else
        _files
    fi
}

compdef _process_thread_lab lab
