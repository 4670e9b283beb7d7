using System.CommandLine;

namespace Peers.Cli;

/// <summary><c>peers completion</c>: the script by which a shell asks the tool itself what may come next, so that it never grows old.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # peers, completed by bash. Now: source <(peers completion bash)   Always: peers completion bash > ~/.local/share/bash-completion/completions/peers
        _peers() {
            COMPREPLY=()
            local line
            while IFS= read -r line; do
                # An address has colons, at which bash breaks words.
                [[ $line == "$2"* ]] && COMPREPLY+=("$line")
            done < <("$1" "[suggest:$COMP_POINT]" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
        }
        complete -o default -F _peers peers
        """;

    private const string Zsh = """
        #compdef peers
        # peers, completed by zsh. Now: source <(peers completion zsh)   Always: peers completion zsh > "${fpath[1]}/_peers"
        _peers() {
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "${BUFFER[1,CURSOR]}" 2>/dev/null)}")
            found=(${found:#})
            if (( ${#found} )); then
                compadd -a found
            else
                _files
            fi
        }
        if [[ ${funcstack[1]} == _peers ]]; then
            _peers "$@"
        else
            compdef _peers peers
        fi
        """;

    public static Command Create(CommandEnvironment environment)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash or zsh." };
        shell.CompletionSources.Add("bash", "zsh");
        var command = new Command("completion", "Prints the script that completes verbs and options in bash or zsh.") { shell };
        command.SetAction(parsed =>
        {
            environment.Output.WriteLine(parsed.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                var other => throw new UsageException($"SHELL {other}: expected bash or zsh"),
            });
            return ExitCode.Success;
        });
        return command;
    }
}
