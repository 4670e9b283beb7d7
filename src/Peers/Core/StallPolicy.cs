using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>What becomes of one remote that owes an answer too long: settings and the role of the remote together.</summary>
internal sealed class StallPolicy
{
    private readonly StallSettings _settings;
    private readonly bool _exempt;

    public StallPolicy(StallSettings settings, BitcoinNetwork network, PeerOptions options, IPAddress remote)
    {
        _settings = settings;
        IsOn = options.StallDetection ?? settings.IsOn(network);
        _exempt = (settings.ExemptManual && options.Manual) || (settings.ExemptLocal && IPAddress.IsLoopback(remote));
    }

    /// <summary>Whether a debt of the remote is watched at all.</summary>
    public bool IsOn { get; }

    /// <summary>What follows when that request has no answer.</summary>
    public StallAction On(string request) => _exempt || _settings.ReportOnly.Contains(request) ? StallAction.Report : _settings.Action;
}
