using Akka.Actor;

namespace Peers;

/// <summary>What all actors of an engine share.</summary>
internal static class ActorProps
{
    public static Props OnDispatcherOf(this Props props, PeerSettings settings) =>
        settings.Dispatcher.Length == 0 ? props : props.WithDispatcher(settings.Dispatcher);

    /// <summary>A nonce of all 64 bits, never zero: zero means none.</summary>
    public static ulong NextNonce(this Random random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        ulong nonce;
        do
        {
            random.NextBytes(bytes);
            nonce = BitConverter.ToUInt64(bytes);
        }
        while (nonce == 0);

        return nonce;
    }

    /// <summary>Time that never jumps: wall clocks are set and virtual machines sleep.</summary>
    public static TimeSpan Monotonic(this TimeProvider clock) => clock.GetElapsedTime(0);
}
