namespace Peers;

/// <content>Connections that the user brings: streams and sockets.</content>
internal sealed partial class PeerManagerActor
{
    private void Adopt(Adopt adopt)
    {
        var id = NextId();
        Trace(id, adopt.Trace);
        var remote = adopt.Remote?.Normalized() ?? Endpoints.Untold;
        var identity = IdentityOf(id, remote, adopt.Options);
        if (WhyNot(adopt.Direction, identity) is { } why)
        {
            adopt.Owned.DisposeAsync();
            Refuse(id, remote, adopt.Direction, adopt.Listener, why);
            return;
        }

        var socket = Context.ActorOf(StreamSocketActor.Props(adopt.Owned, _settings), StreamName(id));
        Start(
            id, adopt.Direction, identity, remote, new ConnectionOrigin.Accepted(new AkkaSocket(socket), remote, Endpoints.Untold), adopt.Listener, adopt.Consumption,
            adopt.Options);
    }

    private void Adopt(AdoptSocket adopt)
    {
        var id = NextId();
        var (remote, local) = (adopt.Remote.Normalized(), adopt.Local.Normalized());
        var identity = IdentityOf(id, remote, adopt.Options);
        if (WhyNot(adopt.Direction, identity) is { } why)
        {
            new AkkaSocket(adopt.Socket).Abort();
            Refuse(id, remote, adopt.Direction, adopt.Listener, why);
            return;
        }

        Start(
            id, adopt.Direction, identity, remote, new ConnectionOrigin.Accepted(new AkkaSocket(adopt.Socket), remote, local), adopt.Listener, adopt.Consumption,
            adopt.Options);
    }

    private void Adopt(AdoptConnected adopt)
    {
        var id = NextId();
        var remote = adopt.Remote?.Normalized() ?? Endpoints.Untold;
        var identity = IdentityOf(id, remote, adopt.Options);
        if (WhyNot(adopt.Direction, identity) is { } why)
        {
            adopt.Socket.Dispose();
            Refuse(id, remote, adopt.Direction, adopt.Listener, why);
            return;
        }

        Start(
            id, adopt.Direction, identity, remote, new ConnectionOrigin.Accepted(new PlainSocket(adopt.Socket), remote, Endpoints.Untold), adopt.Listener,
            Consumption.OnDelivery, adopt.Options);
    }

    /// <summary>A stream goes with its peer, however far that one came with it.</summary>
    private static void EndStreamOf(PeerEntry entry) => Context.Stop(Context.Child(StreamName(entry.Id)));

    private static string StreamName(PeerId id) => $"stream-{id}";
}
