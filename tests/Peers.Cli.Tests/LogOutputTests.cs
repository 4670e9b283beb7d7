using Akka.Remote.Transport;

namespace Peers.Cli.Tests;

public sealed class LogOutputTests
{
    [Fact(DisplayName = "Of bytes that a stranger sends to a cluster's port, the log has one line, and all of it where everything is wanted")]
    public void Strangers_bytes()
    {
        Assert.EndsWith("was none of Akka's messages", Assert.Single(Lines(LogChoice.Warning)), StringComparison.Ordinal);
        Assert.True(Lines(LogChoice.Debug).Length > 2);

        static string[] Lines(LogChoice choice)
        {
            using var writer = new StringWriter();
            using (var log = LogOutput.Create(choice, writer))
            {
                for (var connection = 0; connection < 3; connection++)
                {
                    log.Error(new AkkaProtocolException("Error while decoding\n   at somewhere"), "Error while decoding");
                }
            }

            return writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    [Fact(DisplayName = "Of a machine that has gone the cluster tells by itself: the fault of its connection is left out")]
    public void Departures()
    {
        var departure = typeof(AkkaProtocolException).Assembly.GetType("Akka.Remote.EndpointDisassociatedException", throwOnError: true)!;
        using var writer = new StringWriter();
        using (var log = LogOutput.Create(LogChoice.Warning, writer))
        {
            log.Error((Exception)Activator.CreateInstance(departure, "Disassociated")!, "Disassociated");
        }

        Assert.Equal("", writer.ToString());
    }

    [Fact(DisplayName = "Any other fault is told whole")]
    public void Other_faults()
    {
        using var writer = new StringWriter();
        using (var log = LogOutput.Create(LogChoice.Warning, writer))
        {
            log.Error(new InvalidOperationException("of ours"), "Wrong");
        }

        Assert.Contains("of ours", writer.ToString(), StringComparison.Ordinal);
    }
}
