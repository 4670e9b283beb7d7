using System.Buffers.Binary;

namespace Peers.Wire;

/// <summary>Walks the operations of a script for what they push. A script that is malformed ends the walk where it is (as Bitcoin Core).</summary>
internal ref struct ScriptPushes(ReadOnlySpan<byte> script)
{
    private const byte PushData1 = 0x4C;
    private const byte PushData2 = 0x4D;
    private const byte PushData4 = 0x4E;
    private const byte One = 0x51;
    private const byte Sixteen = 0x60;
    private const byte CheckSignature = 0xAC;
    private const byte CheckMultisignature = 0xAE;
    private const int CompressedKey = 33;
    private const int FullKey = 65;

    /// <summary>Keys of a bare multisig at most (as Bitcoin Core).</summary>
    private const int MaximumKeys = 20;

    private ReadOnlySpan<byte> _rest = script;

    /// <summary>The operation that was read last.</summary>
    public byte Operation { get; private set; }

    /// <summary>What it pushes; nothing when it pushes no data.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Reads the next operation; false at the end, and when less is there than it pushes.</summary>
    public bool MoveNext()
    {
        Data = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        Operation = _rest[0];
        _rest = _rest[1..];
        return Operation > PushData4 || (TryReadLength(out var length) && TryTake(length));
    }

    /// <summary>Whether the script pays to one public key, or to several by a bare multisig.</summary>
    public static bool PaysToPublicKeys(ReadOnlySpan<byte> script) => PaysToPublicKey(script) || PaysToMultisignature(script);

    private static bool PaysToPublicKey(ReadOnlySpan<byte> script) =>
        script.Length is CompressedKey + 2 or FullKey + 2
        && script[0] == script.Length - 2 && script[^1] == CheckSignature && IsPublicKey(script[1..^1]);

    private static bool PaysToMultisignature(ReadOnlySpan<byte> script)
    {
        var walk = new ScriptPushes(script);
        if (!walk.MoveNext() || !walk.TryGetCount(out var signatures))
        {
            return false;
        }

        var found = 0;
        bool more;
        while ((more = walk.MoveNext()) && IsPublicKey(walk.Data))
        {
            found++;
        }

        return more && walk.TryGetCount(out var keys) && keys == found && keys >= signatures
            && walk._rest.Length == 1 && walk._rest[0] == CheckMultisignature;
    }

    /// <summary>By the form alone: the first byte says how long a key is.</summary>
    private static bool IsPublicKey(ReadOnlySpan<byte> data) => !data.IsEmpty && data[0] switch
    {
        2 or 3 => data.Length == CompressedKey,
        4 or 6 or 7 => data.Length == FullKey,
        _ => false,
    };

    /// <summary>A number of keys or signatures in its shortest form: an operation to sixteen, above it one byte that is pushed.</summary>
    private readonly bool TryGetCount(out int count)
    {
        count = Operation switch
        {
            >= One and <= Sixteen => Operation - One + 1,
            1 when Data[0] is > 16 and <= MaximumKeys => Data[0],
            _ => 0,
        };
        return count > 0;
    }

    private bool TryReadLength(out uint length)
    {
        var size = Operation switch { PushData1 => 1, PushData2 => 2, PushData4 => 4, _ => 0 };
        length = Operation;
        if (size == 0)
        {
            return true;
        }

        if (_rest.Length < size)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        bytes.Clear();
        _rest[..size].CopyTo(bytes);
        length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        _rest = _rest[size..];
        return true;
    }

    private bool TryTake(uint length)
    {
        if (length > (uint)_rest.Length)
        {
            return false;
        }

        Data = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
