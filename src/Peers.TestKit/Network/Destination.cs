using System.Net;

namespace Peers.TestKit;

/// <summary>Who has an address: a host and its own end of the connection; or nobody, who refuses or is silent.</summary>
internal readonly record struct Destination(SimulatedHost? Host, IPEndPoint? Local, bool Refuses);
