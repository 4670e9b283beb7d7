using System.Runtime.CompilerServices;
using Akka.Actor;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>Each <see cref="Send"/> with a receipt has exactly one <see cref="SendResult"/>, whatever happens.</summary>
public sealed class NoReceiptForgotten : Invariant
{
    private readonly Dictionary<Slip, int> _owed = [];

    /// <inheritdoc />
    public override string Rule => "Each Send with a receipt has exactly one SendResult";

    /// <inheritdoc />
    public override void Told(IActorRef recipient, object message, IActorRef sender)
    {
        switch (message)
        {
            // The manager that broadcasts tells peers to send as anybody else does; a message may be sent many times.
            case Send { Receipt: LocalActorRef receipt } send:
                var slip = new Slip(receipt, send.Message);
                _owed[slip] = _owed.GetValueOrDefault(slip) + 1;
                break;
            case SendResult result when _owed.TryGetValue(new Slip(recipient, result.Message), out var owed):
                _owed[new Slip(recipient, result.Message)] = owed - 1;
                if (owed == 0)
                    Broken($"a {result.Message.Command} has another result, {result.GetType().Name}");
                break;
        }
    }

    /// <inheritdoc />
    public override void Ended()
    {
        foreach (var (slip, owed) in _owed)
        {
            if (owed > 0)
                Broken($"a {slip.Message.Command} that {slip.Receipt.Path.Name} wants a receipt for has no result");
        }
    }

    // By reference: equal messages are different sends.
    private readonly record struct Slip(IActorRef Receipt, Message Message)
    {
        public bool Equals(Slip other) => ReferenceEquals(Message, other.Message) && Receipt.Equals(other.Receipt);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Message), Receipt);
    }
}
