using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Peers.Cli;

/// <summary>The command line <c>peers</c>: finds the verb, runs it, and says what went wrong in one line.</summary>
internal static class PeersCommandLine
{
    /// <returns>0 when it succeeded, 1 when it failed, 2 when it was used wrongly.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandEnvironment environment, CancellationToken stopping)
    {
        var common = new CommonOptions();
        var root = CreateRoot(common, environment);

        // No files of arguments: a host name may begin with @ by mistake, and the fault should say so.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var verb = PathOf(parsed.CommandResult);
        if (parsed.Errors.Count > 0 && parsed.Action is not (HelpAction or { ClearsParseErrors: true }))
        {
            environment.Error.WriteLine($"{verb}: {Explain(parsed, root)} (see '{verb} --help')");
            return ExitCode.Usage;
        }

        var invocation = new InvocationConfiguration
        {
            Output = environment.Output,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await RunAsync(() => parsed.InvokeAsync(invocation, stopping), verb, common.Read(parsed), environment.Error, stopping);
    }

    private static RootCommand CreateRoot(CommonOptions common, CommandEnvironment environment)
    {
        var root = new RootCommand("Peers: a Bitcoin peer-to-peer engine, from the command line.") { HelpName = "peers" };
        root.Directives.Clear();
        root.Directives.Add(new SuggestDirective()); // What a shell asks: peers completion.
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        common.AddTo(root);
        root.Add(DemoCommand.Create(common, environment));
        root.Add(ConnectCommand.Create(common, environment));
        root.Add(ListenCommand.Create(common, environment));
        root.Add(DecodeCommand.Create(common, environment));
        root.Add(SimulateCommand.Create(common, environment));
        root.Add(CrawlCommand.Create(common, environment));
        root.Add(CompletionCommand.Create(environment));
        return root;
    }

    private static async Task<int> RunAsync(Func<Task<int>> run, string verb, CommonValues common, TextWriter error, CancellationToken stopping)
    {
#pragma warning disable CA1031 // The end of the line: whatever was thrown becomes one line for the user.
        try
        {
            return await run();
        }
        catch (UsageException fault)
        {
            return Fail(fault.Message, ExitCode.Usage);
        }
        catch (SettingsException fault)
        {
            return Fail(string.Join("; ", fault.Faults), ExitCode.Usage);
        }
        catch (Exception fault) when (fault is CommandFailedException or ChainException or ListenException)
        {
            return Fail(fault.Message, ExitCode.Failure);
        }
        catch (PeerUnreachableException fault)
        {
            return Fail(fault.Message, ExitCode.Failure);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Fail("stopped before it was done", ExitCode.Failure);
        }
        catch (Exception fault)
        {
            if (common.Log <= LogChoice.Debug)
            {
                error.WriteLine(fault);
            }

            return Fail($"{fault.GetType().Name}: {fault.Message} (an unexpected fault; '--log debug' shows where)", ExitCode.Failure);
        }
#pragma warning restore CA1031

        int Fail(string message, int code)
        {
            error.WriteLine($"{verb}: {OneLine.Of(message)}");
            return code;
        }
    }

    /// <summary>The verb as the user wrote it, such as <c>peers simulate relay</c>.</summary>
    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "peers";

    private static string Explain(ParseResult parsed, RootCommand root)
    {
        var stray = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        var command = parsed.CommandResult.Command;
        var (kind, kinds) = command == root ? ("verb", "verbs") : command.Name == "simulate" ? ("scenario", "scenarios") : ("verb of it", "verbs of it");
        var known = string.Join(", ", command.Subcommands.Select(inner => inner.Name));
        return (stray, known.Length > 0) switch
        {
            ({ } option, _) when option.StartsWith('-') => $"there is no option '{option}'",
            ({ } name, true) => $"there is no {kind} '{name}'; the {kinds} are {known}",
            ({ } argument, false) => $"'{argument}' is one argument too many",
            (null, true) when parsed.Errors[0].SymbolResult is CommandResult => $"name a {kind}: {known}",
            _ => parsed.Errors[0].Message.TrimEnd('.'),
        };
    }
}
