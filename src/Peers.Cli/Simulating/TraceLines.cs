using System.Globalization;
using System.Net;
using Peers.TestKit;

namespace Peers.Cli;

/// <summary>What nodes do, as lines of the trace between those of the network: <c>at</c>, <c>event</c>, <c>node</c> and what belongs to it.</summary>
internal sealed class TraceLines(TextWriter writer, Func<TimeSpan> now)
{
    public void Write(string what, RelayNode node, RelayItem item, IPAddress? from)
    {
        var kind = item.IsBlock ? "block" : "transaction";
        var origin = from is null ? "" : $",\"from\":\"{from}\"";
        writer.Write($"{{\"at\":{Seconds},\"event\":\"{what}\",\"node\":\"{node}\",\"{kind}\":\"{item.Id}\"{origin}}}\n");
    }

    public void Connection(RelayNode node, IPAddress remote, Direction direction, DisconnectReason? end)
    {
        var way = direction == Direction.Inbound ? "inbound" : "outbound";
        var why = end is null ? "" : $",\"reason\":{System.Text.Json.JsonSerializer.Serialize(ReasonText.Of(end), WireJson.Options)}";
        writer.Write($"{{\"at\":{Seconds},\"event\":\"{(end is null ? "ready" : "stopped")}\",\"node\":\"{node}\",\"remote\":\"{remote}\",\"direction\":\"{way}\"{why}}}\n");
    }

    private string Seconds => string.Create(CultureInfo.InvariantCulture, $"{now().Ticks / TimeSpan.TicksPerSecond}.{now().Ticks % TimeSpan.TicksPerSecond:0000000}");
}
