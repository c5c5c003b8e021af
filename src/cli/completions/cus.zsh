#compdef cus
# Completes cus in zsh: cus completions zsh > a folder of $fpath, as _cus; or source <(cus completions zsh)
_cus() {
    local -a values texts
    local line
    while IFS= read -r line; do
        values+=("${line%%$'\t'*}")
        texts+=("${line/$'\t'/  }")
    done < <(cus complete -- "${words[@]:1:$((CURRENT - 1))}" 2> /dev/null)
    if (( ${#values} )); then
        compadd -l -d texts -a values
    else
        _files
    fi
}
if [ "${funcstack[1]}" = "_cus" ]; then
    _cus "$@"
elif (( ${+functions[compdef]} )); then
    compdef _cus cus
fi
