using Microsoft.Extensions.Logging;
using Peers;

namespace Hosting;

/// <summary>What the sample logs.</summary>
internal static partial class CensusLog
{
    [LoggerMessage(LogLevel.Information, "{UserAgent} came: {Ready} peers")]
    public static partial void Came(ILogger log, string userAgent, int ready);

    [LoggerMessage(LogLevel.Information, "One went, {Reason}: {Ready} peers")]
    public static partial void Went(ILogger log, DisconnectReason reason, int ready);

    [LoggerMessage(LogLevel.Information, "{Node} has {Headers} headers behind the genesis block")]
    public static partial void Told(ILogger log, string node, int headers);

    [LoggerMessage(LogLevel.Warning, "{Node} cannot be reached: {Reason}")]
    public static partial void Unreachable(ILogger log, string node, DisconnectReason reason);
}
