# Completes cus in fish: cus completions fish > ~/.config/fish/completions/cus.fish
function __cus_complete
    for line in (cus complete --shell fish --line=(commandline -pc | string collect) 2> /dev/null)
        if test $line = \tfiles
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c cus -f -a '(__cus_complete)'
