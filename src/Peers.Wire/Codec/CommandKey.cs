using System.Buffers.Binary;
using System.Text;

namespace Peers.Wire;

/// <summary>The 12 bytes of a command field as a value: one hash finds the message type, no string is made.</summary>
internal readonly record struct CommandKey(ulong Head, uint Tail)
{
    public static CommandKey Read(ReadOnlySpan<byte> field) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(field), BinaryPrimitives.ReadUInt32LittleEndian(field[8..]));

    /// <exception cref="ArgumentException">Not 1 to 12 printable ASCII characters.</exception>
    public static CommandKey Of(string command)
    {
        Span<byte> field = stackalloc byte[WireLimits.CommandBytes];
        if (!IsValid(command))
        {
            throw new ArgumentException($"'{new WireText(Encoding.UTF8.GetBytes(command))}' is no command: 1 to 12 printable ASCII characters are needed", nameof(command));
        }

        Encoding.ASCII.GetBytes(command, field);
        return Read(field);
    }

    public static bool IsValid(string command) =>
        command.Length is > 0 and <= WireLimits.CommandBytes && command.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;

    public void Write(Span<byte> field)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(field, Head);
        BinaryPrimitives.WriteUInt32LittleEndian(field[8..], Tail);
    }

    /// <summary>Printable ASCII, then NULs only: anything else could write into terminals and logs.</summary>
    public static bool IsValid(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        var text = end < 0 ? field : field[..end];
        return text.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0 && (end < 0 || field[end..].IndexOfAnyExcept((byte)0) < 0);
    }

    public override string ToString()
    {
        Span<byte> field = stackalloc byte[WireLimits.CommandBytes];
        Write(field);
        var end = field.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? field : field[..end]);
    }
}
