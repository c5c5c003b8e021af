# Completes cus in bash: source <(cus completions bash)
_cus() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        if [ "$line" = $'\tfiles' ]; then
            compopt -o default 2> /dev/null
        else
            # What is inserted is quoted already.
            COMPREPLY+=("${line%%$'\t'*}")
        fi
    done < <(cus complete --shell bash --breaks="$COMP_WORDBREAKS" --line="${COMP_LINE:0:COMP_POINT}" 2> /dev/null)
}
complete -o nosort -F _cus cus 2> /dev/null || complete -F _cus cus
