using Akka.Actor;

namespace Peers;

/// <content>
/// What is announced to all. News of one burst is gathered, by a word to ourselves that comes behind it, and each peer is told all of it at once: what
/// it costs to tell a peer is spent once, however many transactions a block had left over.
/// </content>
internal sealed partial class PeerManagerActor
{
    private readonly List<AnnounceToAll> _news = []; // What was in the mailbox in one go, and no more.

    private void Gather(AnnounceToAll announce)
    {
        NoteUse(announce);
        _news.Add(announce);
        if (_news.Count == 1)
        {
            Self.Tell(NewsGathered.Instance);
        }
    }

    private void TellNews()
    {
        TellReady(new News([.. _news]), PeerFilter.All);
        _news.Clear();
    }

    private sealed record NewsGathered
    {
        public static NewsGathered Instance { get; } = new();
    }
}
