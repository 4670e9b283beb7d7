using System.Buffers.Binary;

namespace Peers.Wire;

/// <summary>Walks over the data that a script pushes; a script that is none ends the walk.</summary>
internal ref struct ScriptPushes(ReadOnlySpan<byte> script)
{
    private const byte PushData1 = 0x4C;
    private const byte PushData2 = 0x4D;
    private const byte PushData4 = 0x4E;

    private ReadOnlySpan<byte> _rest = script;

    /// <summary>The data that was pushed; empty when the operation pushed none.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>The operation.</summary>
    public byte Operation { get; private set; }

    public bool MoveNext()
    {
        Data = [];
        if (_rest.IsEmpty)
        {
            return false;
        }

        Operation = _rest[0];
        _rest = _rest[1..];
        uint length;
        switch (Operation)
        {
            case < PushData1:
                length = Operation;
                break;
            case PushData1 when _rest.Length >= 1:
                length = _rest[0];
                _rest = _rest[1..];
                break;
            case PushData2 when _rest.Length >= 2:
                length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
                _rest = _rest[2..];
                break;
            case PushData4 when _rest.Length >= 4:
                length = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[4..];
                break;
            case PushData1 or PushData2 or PushData4:
                return false;
            default:
                return true;
        }

        if (length > _rest.Length)
        {
            return false;
        }

        Data = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
