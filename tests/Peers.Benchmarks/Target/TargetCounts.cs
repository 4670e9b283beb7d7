using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peers.Benchmarks.Target;

/// <summary>What a target has heard since its start, in the words of the load generator's contract.</summary>
internal sealed class TargetCounts
{
    [JsonPropertyName("peers")]
    public long Peers { get; set; }

    [JsonPropertyName("accepted")]
    public long Accepted { get; set; }

    [JsonPropertyName("handshakes")]
    public long Handshakes { get; set; }

    [JsonPropertyName("pings")]
    public long Pings { get; set; }

    [JsonPropertyName("blocks")]
    public long Blocks { get; set; }

    [JsonPropertyName("inv_msgs")]
    public long Inventories { get; set; }

    [JsonPropertyName("inv_items")]
    public long InventoryItems { get; set; }

    [JsonPropertyName("txs")]
    public long Transactions { get; set; }

    [JsonPropertyName("headers_msgs")]
    public long HeadersMessages { get; set; }

    [JsonPropertyName("headers")]
    public long Headers { get; set; }

    [JsonPropertyName("addr_msgs")]
    public long AddrMessages { get; set; }

    [JsonPropertyName("addrs")]
    public long Addresses { get; set; }

    [JsonPropertyName("addrv2_msgs")]
    public long AddrV2Messages { get; set; }

    [JsonPropertyName("addrv2s")]
    public long AddressesV2 { get; set; }

    [JsonPropertyName("getdata_items")]
    public long GetDataItems { get; set; }

    [JsonPropertyName("blocks_sent")]
    public long BlocksSent { get; set; }

    public string ToJson() => JsonSerializer.Serialize(this);
}
