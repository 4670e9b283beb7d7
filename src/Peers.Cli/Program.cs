using System.Runtime.InteropServices;
using Peers.Cli;

using var stopping = new CancellationTokenSource();

// The first signal asks the command to stop, the second ends the process as if nobody listened.
void OnSignal(PosixSignalContext signal)
{
    if (!stopping.IsCancellationRequested)
    {
        signal.Cancel = true;
        stopping.Cancel();
    }
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

var environment = new CommandEnvironment(
    Console.OpenStandardInput(),
    Console.Out,
    Console.Error,
    !Console.IsInputRedirected,
    !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
    TimeProvider.System);
return await PeersCommandLine.RunAsync(args, environment, stopping.Token);
