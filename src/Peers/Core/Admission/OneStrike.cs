using Peers.Wire;

namespace Peers;

/// <summary>Bitcoin Core's way: misbehaviour is no matter of more or less. Once is enough to be discouraged, and the oldest are forgotten.</summary>
/// <param name="remembered">Addresses that are remembered at least (Bitcoin Core: 50,000).</param>
/// <param name="hash">How addresses are hashed.</param>
internal sealed class OneStrike(int remembered, AddressHash hash) : IMisbehaviour
{
    /// <summary>As in Bitcoin Core: one stranger in a million is taken for a discouraged one.</summary>
    internal const double FalsePositives = 0.000001;

    private readonly RollingFilter _discouraged = new(remembered, FalsePositives);
    private bool _any;

    public Penalty Note(NetworkAddress address, int points, TimeSpan now)
    {
        if (points <= 0)
        {
            return Penalty.None;
        }

        _any = true;
        _discouraged.Add(hash.Of(address));
        return Penalty.Discourage;
    }

    public bool IsDiscouraged(NetworkAddress address) => _any && _discouraged.Contains(hash.Of(address));
}
