#compdef cus
# Completes cus in zsh: cus completions zsh > a folder of $fpath, as _cus; or source <(cus completions zsh)
_cus() {
    local -a values texts
    local line files
    while IFS= read -r line; do
        if [[ $line = $'\tfiles' ]]; then
            files=yes
        else
            values+=("${line%%$'\t'*}")
            texts+=("${line/$'\t'/  }")
        fi
    done < <(cus complete --shell zsh --line="${(j: :)words[1,CURRENT]}" 2> /dev/null)
    if (( ${#values} )); then
        compadd -l -d texts -a values
    fi
    if [[ -n $files ]]; then
        compset -P '*='
        _files
    fi
}
if [ "${funcstack[1]}" = "_cus" ]; then
    _cus "$@"
elif (( ${+functions[compdef]} )); then
    compdef _cus cus
fi
