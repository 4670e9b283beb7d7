using System.Buffers.Binary;
using System.Text;
using Peers.Wire;

namespace Peers.Fuzz;

/// <summary>One thing that happens in a session.</summary>
internal enum SessionStep : byte
{
    /// <summary>The remote says bytes: two bytes of length, the bytes.</summary>
    Bytes,

    /// <summary>The remote says a message in a whole frame, as a fuzzer can hash nothing: 12 bytes of command, two of length, the payload.</summary>
    Frame,

    /// <summary>Time passes: two bytes of tenths of a second.</summary>
    Wait,

    /// <summary>Our side does something: one byte of which (<see cref="PeerSession"/>).</summary>
    Act,

    /// <summary>The remote reads no more.</summary>
    Hang,

    /// <summary>The remote reads again.</summary>
    GoOn,

    /// <summary>The remote ends its stream.</summary>
    Finish,

    /// <summary>The remote resets the connection.</summary>
    Reset,
}

/// <summary>Reads an input of <see cref="PeerSession"/>: what is missing at its end is nothing.</summary>
internal ref struct SessionReader(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public SessionStep Step() => (SessionStep)(Byte() % (byte)(SessionStep.Reset + 1));

    public ushort Number() => Take(sizeof(ushort)) is { Length: sizeof(ushort) } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    public ReadOnlySpan<byte> Bytes() => Take(Number());

    public ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..Math.Min(count, _rest.Length)];
        _rest = _rest[taken.Length..];
        return taken;
    }
}

/// <summary>Writes an input of <see cref="PeerSession"/>.</summary>
internal sealed class SessionWriter(PeerSession.Choices choices)
{
    private readonly List<byte> _bytes = [(byte)choices];

    public SessionWriter Say(ReadOnlySpan<byte> bytes)
    {
        _bytes.Add((byte)SessionStep.Bytes);
        return Sized(bytes);
    }

    public SessionWriter Say(string command, ReadOnlySpan<byte> payload)
    {
        _bytes.Add((byte)SessionStep.Frame);
        _bytes.AddRange(Encoding.ASCII.GetBytes(command.PadRight(WireLimits.CommandBytes, '\0')));
        return Sized(payload);
    }

    public SessionWriter Wait(double seconds)
    {
        _bytes.Add((byte)SessionStep.Wait);
        return Number((ushort)(seconds * 10));
    }

    public SessionWriter Act(PeerSession.Deed deed)
    {
        _bytes.AddRange([(byte)SessionStep.Act, (byte)deed]);
        return this;
    }

    public SessionWriter Do(SessionStep step)
    {
        _bytes.Add((byte)step);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    private SessionWriter Sized(ReadOnlySpan<byte> bytes)
    {
        Number(checked((ushort)bytes.Length));
        _bytes.AddRange(bytes);
        return this;
    }

    private SessionWriter Number(ushort number)
    {
        _bytes.AddRange([(byte)number, (byte)(number >> 8)]);
        return this;
    }
}
