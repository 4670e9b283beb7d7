using Peers.Wire;

namespace Peers.Interop.Tests.Kit;

/// <summary>One connection of ours, read by someone who waits for one message after another and overhears the rest without forgetting it.</summary>
public sealed class Conversation(IPeer peer)
{
    private readonly List<Message> _overheard = [];

    public IPeer Peer { get; } = peer;

    /// <summary>Says something; done when it has left us, and with it everything said before.</summary>
    public async Task SayAsync(Message message) =>
        Assert.IsType<SendResult.Sent>(await Peer.SendAsync(message).WithinLimitAsync($"{message.Command} is sent"));

    /// <summary>The first message of that kind that was not taken before; messages of other kinds keep.</summary>
    public async Task<T> HearAsync<T>(Func<T, bool>? which = null)
        where T : Message
    {
        bool Fits(Message message) => message is T wanted && (which?.Invoke(wanted) ?? true);

        if (_overheard.FirstOrDefault(Fits) is T earlier)
        {
            _overheard.Remove(earlier);
            return earlier;
        }

        try
        {
            var limit = Patience.Token;
            while (true)
            {
                var message = await Peer.Messages.ReadAsync(limit);
                if (Fits(message))
                {
                    return (T)message;
                }

                _overheard.Add(message);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"waited {Patience.Limit.TotalSeconds} s in vain for {typeof(T).Name}; overheard: {string.Join(", ", _overheard.Select(message => message.Command))}");
        }
    }

    /// <summary>
    /// Everything up to the node's answer to a ping of ours: what it had to say to what we said before is here then.
    /// A ping overtakes what waits to be sent, but nothing waits here: see <see cref="SayAsync"/>.
    /// </summary>
    public async Task<IReadOnlyList<Message>> HearEverythingAsync(ulong nonce)
    {
        await SayAsync(new PingMessage(nonce));
        var pong = await HearAsync<PongMessage>(pong => pong.Nonce == nonce);
        Message[] all = [.. _overheard, pong];
        _overheard.Clear();
        return all;
    }
}
