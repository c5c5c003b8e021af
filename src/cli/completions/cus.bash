# Completes cus in bash: source <(cus completions bash)
_cus() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("${line%%$'\t'*}")
    done < <(cus complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
    if [ "${#COMPREPLY[@]}" -eq 0 ]; then
        compopt -o default 2> /dev/null
    fi
}
complete -F _cus cus
