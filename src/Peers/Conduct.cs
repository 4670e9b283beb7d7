namespace Peers;

/// <summary>What the end of a connection says of its remote. Kept apart, because different things follow.</summary>
public enum Conduct
{
    /// <summary>Nothing bad: it left, we left, or the fault is ours.</summary>
    Fair,

    /// <summary>It did not work this time: unreachable, silent, slow, damaged on the way. Try again later.</summary>
    Failure,

    /// <summary>It is not for us, though nothing is wrong with it: another network, an old version, other services. Do not try again for this role.</summary>
    Unsuitable,

    /// <summary>It broke the protocol in a way that no fault of the line explains: it is discouraged or banned.</summary>
    Misbehaviour,
}
