namespace Tidemark.Cli.Teaching;

/// <summary>What a shell must know to ask <c>tidemark complete</c> for the words that fit.</summary>
internal static class CompletionScript
{
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    /// <returns>Null for a shell that is not known.</returns>
    public static string? Of(string shell) => shell switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => null };

    // Where nothing fits, file names are offered: a backup may be named by its path.
    private const string Bash = """
        # bash completion for tidemark: asks the program, which reads the backup folder and no server.
        _tidemark() {
            local line word
            COMPREPLY=()
            while IFS= read -r line; do
                printf -v word '%q' "${line%%$'\t'*}"
                COMPREPLY+=("$word")
            done < <("${COMP_WORDS[0]/#\~/$HOME}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
        }
        complete -o default -o nosort -F _tidemark tidemark

        """;

    private const string Zsh = """
        #compdef tidemark
        # zsh completion for tidemark: asks the program, which reads the backup folder and no server.
        _tidemark() {
            local line program=${(Q)words[1]/#\~/$HOME}
            local -a found
            for line in ${(f)"$($program complete -- "${(@Q)words[2,CURRENT]}" 2> /dev/null)"}; do
                found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
            done
            if (( $#found )); then _describe -V tidemark found; else _files; fi
        }
        if [[ ${funcstack[1]} == _tidemark ]]; then
            _tidemark "$@"
        else
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
            compdef _tidemark tidemark
        fi

        """;

    private const string Fish = """
        # fish completion for tidemark: asks the program, which reads the backup folder and no server.
        function __tidemark_complete
            set -l words (commandline -opc) (commandline -ct)
            set -l found ($words[1] complete -- $words[2..-1] 2> /dev/null)
            if test (count $found) -gt 0
                printf '%s\n' $found
            else
                __fish_complete_path (commandline -ct)
            end
        end
        complete -c tidemark -f -k -a '(__tidemark_complete)'

        """;
}
