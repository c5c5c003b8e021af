# Completes cus in fish: cus completions fish > ~/.config/fish/completions/cus.fish
function __cus_complete
    set -l words (commandline -opc) (commandline -ct)
    cus complete -- $words[2..-1] 2> /dev/null
end
complete -c cus -f -a '(__cus_complete)'
complete -c cus -l attach -rF
complete -c cus -l to -rF -n '__fish_seen_subcommand_from attachment'
complete -c cus -F -n '__fish_seen_subcommand_from attach batch'
