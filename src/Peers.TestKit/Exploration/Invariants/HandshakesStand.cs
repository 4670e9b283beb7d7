using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// A handshake agrees on the first <c>version</c> that was heard. A second one changes nothing, and where the strictness policy does not
/// forgive it the connection ends.
/// </summary>
public sealed class HandshakesStand : Invariant
{
    private readonly Dictionary<ObservedConnection, Hellos> _hellos = [];

    /// <inheritdoc />
    public override string Rule => "A handshake stands on the first version, and on no other";

    /// <inheritdoc />
    public override void Heard(ObservedConnection connection, Message message)
    {
        if (message is not (VersionMessage or VerAckMessage))
            return;
        var hellos = _hellos.TryGetValue(connection, out var known) ? known : _hellos[connection] = new Hellos();
        hellos.First ??= message as VersionMessage;
        if (message is VersionMessage)
            hellos.Versions++;
        else if (hellos.First is not null)
            hellos.IsBehindVerAck = true;
        hellos.Repeated |= hellos.Versions > 1 && !hellos.IsBehindVerAck;
    }

    /// <inheritdoc />
    public override void AfterEvent()
    {
        foreach (var connection in Run.LivingConnections)
        {
            if (connection.ReadyAt != Now || connection.Remote is not { } remote || !_hellos.TryGetValue(connection, out var hellos) || hellos.First is not { } first)
                continue;
            if (remote.UserAgent != first.UserAgent || remote.Services != first.Services || remote.Version != first.Version)
                Broken($"{connection} is ready with {remote.UserAgent} {remote.Version} {remote.Services}; it heard {first} first");
            if (hellos.Repeated && !connection.Engine.Settings.Strictness.EarlyMessagesIgnored)
                Broken($"{connection} is ready although it heard a second version, which {connection.Engine.Settings.Strictness.Name} does not forgive");
        }
    }

    private sealed class Hellos
    {
        public VersionMessage? First { get; set; }

        public int Versions { get; set; }

        public bool IsBehindVerAck { get; set; }

        public bool Repeated { get; set; }
    }
}
