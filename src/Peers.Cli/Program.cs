using System.Runtime.InteropServices;
using Peers.Cli;

if (OpenFiles.Complaint() is { } complaint)
{
    Console.Error.WriteLine(complaint);
    return 1;
}

using var stopping = new CancellationTokenSource();

// The first signal asks the command to stop, a second one ends the process as if nobody listened. Two at once are one: timeout(1)
// and others send a signal to the process and to its group.
var clock = TimeProvider.System;
long? firstSignal = null;
void OnSignal(PosixSignalContext signal)
{
    lock (stopping)
    {
        firstSignal ??= clock.GetTimestamp();
        signal.Cancel = clock.GetElapsedTime(firstSignal.Value) < TimeSpan.FromMilliseconds(300);
    }

    stopping.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

var environment = new CommandEnvironment(
    Console.OpenStandardInput(),
    Console.Out,
    Console.Error,
    !Console.IsInputRedirected,
    !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
    clock)
{
    IsErrorTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
    OutputStream = Console.OpenStandardOutput(),
};
return await PeersCommandLine.RunAsync(args, environment, stopping.Token);
