using System.Net;
using Akka.Actor;

namespace Peers;

/// <summary>One listener of an engine.</summary>
internal sealed class ListenerEntry(int key, IActorRef actor, Listen listen)
{
    public int Key { get; } = key;

    public IActorRef Actor { get; } = actor;

    public Listen Listen { get; } = listen;

    /// <summary>The address that was asked for, then the one that was bound.</summary>
    public IPEndPoint Local { get; set; } = listen.Local;

    /// <summary>Who waits for the next answer.</summary>
    public IActorRef ReplyTo { get; set; } = listen.ReplyTo;
}

/// <summary>The listeners of an engine.</summary>
internal sealed class ListenerTable
{
    private readonly Dictionary<int, ListenerEntry> _entries = [];

    public int Count => _entries.Count;

    public void Add(ListenerEntry entry) => _entries.Add(entry.Key, entry);

    public void Remove(int key) => _entries.Remove(key);

    public ListenerEntry? Find(int key) => _entries.GetValueOrDefault(key);

    public ListenerEntry? Find(IPEndPoint local) => _entries.Values.FirstOrDefault(entry => entry.Local.Equals(local));

    /// <summary>Whether that very address is listened on; any free port never is.</summary>
    public bool IsTaken(IPEndPoint local) => local.Port != 0 && Find(local) is not null;

    public void StopAll()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Actor.Tell(StopListening.Instance);
        }
    }
}
