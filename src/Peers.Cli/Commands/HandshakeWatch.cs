namespace Peers.Cli;

/// <summary>Tells the handshake of the one connection of a visit, step by step, as it happens.</summary>
internal sealed class HandshakeWatch(CommandOutput output, PeerSettings settings, TimeProvider clock)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the last step was told, so that what follows stands below it.</summary>
    public Task Ended => _ended.Task;

    /// <summary>For the engine's events, which come on a thread of their own.</summary>
    public void OnEvent(PeerEvent happened)
    {
        switch (happened)
        {
            case PeerOpened opened:
                PeerReport.Opened(output, opened);
                PeerReport.Said(output, settings, settings.BestHeight());
                break;
            case VersionHeard heard:
                PeerReport.Heard(output, heard.Version, clock);
                break;
            case PeerReady ready:
                PeerReport.Ready(output, ready.Remote.Features);
                _ended.TrySetResult();
                break;
            case PeerStopped:
                _ended.TrySetResult();
                break;
        }
    }
}
