namespace Peers.TestKit;

internal enum PacketKind : byte
{
    Syn,
    SynAck,
    Ack,
    Refusal,
    Data,
    Credit,
    Fin,
    Reset,
}

/// <summary>What is on its way on a <see cref="SimulatedPath"/>. Packets of one path are a chain: an idle path holds nothing.</summary>
internal sealed class Packet(PacketKind kind, byte[]? data, int count)
{
    public PacketKind Kind => kind;

    /// <summary>The bytes of <see cref="PacketKind.Data"/>.</summary>
    public byte[]? Data => data;

    /// <summary>Bytes carried, or given back by <see cref="PacketKind.Credit"/>.</summary>
    public int Count => count;

    /// <summary>When it arrives, in ticks of virtual time.</summary>
    public long Due { get; set; }

    /// <summary>Whether it has taken its turn of what the receiving host can take in.</summary>
    public bool IsThrough { get; set; }

    public Packet? Next { get; set; }
}
