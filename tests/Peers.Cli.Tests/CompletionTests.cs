using System.Diagnostics;

namespace Peers.Cli.Tests;

public class CompletionTests
{
    [Theory(DisplayName = "What may come next is told as it is")]
    [InlineData("peers ", 6, "listen")]
    [InlineData("peers li", 8, "listen")]
    [InlineData("peers connect --he", 18, "--headers")]
    [InlineData("peers simulate ", 15, "eclipse")]
    [InlineData("peers completion ", 17, "zsh")]
    public async Task Suggestions(string line, int position, string suggested)
    {
        using var run = CommandRun.Start($"[suggest:{position}]", line);

        Assert.Equal(0, await run.Exit);
        Assert.Contains(suggested, run.OutputLines);
    }

    [Theory(DisplayName = "The script is one that the shell can read, and it completes")]
    [InlineData("bash")]
    [InlineData("zsh")]
    public async Task The_script_is_read(string shell)
    {
        using var run = CommandRun.Start("completion", shell);
        Assert.Equal(0, await run.Exit);
        var script = string.Join('\n', run.OutputLines);
        Assert.Contains("_peers", script, StringComparison.Ordinal);
        if (shell == "zsh")
        {
            return; // Nobody has it everywhere; bash is.
        }

        using var folder = new TemporaryFolder();
        var file = folder.Write("peers.bash", script + "\n" + """
            peers() { [[ $1 == '[suggest:8]' && $2 == 'peers li' ]] && printf 'demo\nlisten\n'; }
            COMP_LINE='peers li --json' COMP_POINT=8
            _peers peers li peers
            echo "${COMPREPLY[*]}"
            complete -p peers
            """);
        using var bash = Process.Start(new ProcessStartInfo("bash", [file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await bash.StandardOutput.ReadToEndAsync();
        Assert.Equal("", await bash.StandardError.ReadToEndAsync());
        Assert.Equal(["listen", "complete -o default -F _peers peers"], said.TrimEnd().Split('\n'));
    }
}
