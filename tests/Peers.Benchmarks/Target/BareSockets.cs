using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Peers.Wire;

namespace Peers.Benchmarks.Target;

/// <summary>
/// The limit of the machine: sockets and tasks, and nothing else of a peer than that frames are found, checksums verified, pings answered and a
/// version said. No message is decoded. Every figure of the engine is also a ratio to this one, taken in the same run.
/// </summary>
internal static class BareSockets
{
    private const uint Regtest = 0xdab5bffa;
    private const int Header = 24;
    private const int Most = 4_000_000;

    public static async Task<int> RunAsync(int port, FileInfo block)
    {
        var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        var hello = codec.Encode(new VersionMessage(
            70016, ServiceFlags.Network | ServiceFlags.Witness, 0, new VersionAddress(ServiceFlags.None, default), new VersionAddress(ServiceFlags.None, default), 1, "/bare:0/", 0, true)).Concat(codec.Encode(VerAckMessage.Instance)).ToArray();
        var served = codec.Encode(new BlockMessage(Block.Decode(await File.ReadAllBytesAsync(block.FullName))));
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(8192);
        _ = AcceptAsync(listener, hello, served);
        Console.WriteLine(port == 0 ? $"READY {((IPEndPoint)listener.LocalEndPoint!).Port}" : "READY");
        while (await Console.In.ReadLineAsync() is { } line && line != "quit")
        {
            if (line == "gc")
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }

            Console.WriteLine(line switch { "stats" => "{}", "used" => ProcessUse.Now.ToString(), _ => "DONE" });
        }

        return 0;
    }

    private static async Task AcceptAsync(Socket listener, byte[] hello, byte[] block)
    {
        while (true)
        {
            _ = SpeakAsync(await listener.AcceptAsync(), hello, block);
        }
    }

    private static async Task SpeakAsync(Socket socket, byte[] hello, byte[] block)
    {
        var room = new byte[4 * 1024];
        var held = 0;
        try
        {
            using (socket)
            {
                socket.NoDelay = true;
                while (await socket.ReceiveAsync(room.AsMemory(held)) is var read and > 0)
                {
                    held += read;
                    var (taken, answer) = Take(room.AsMemory(0, held), hello, block);
                    room.AsSpan(taken, held - taken).CopyTo(room);
                    held -= taken;
                    if (held == room.Length)
                    {
                        Array.Resize(ref room, Math.Min(2 * room.Length, Most + Header));
                    }

                    if (answer is { Length: > 0 })
                    {
                        await socket.SendAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length));
                    }
                }
            }
        }
        catch (SocketException)
        {
            // The remote has had enough.
        }
    }

    private static (int Taken, MemoryStream? Answer) Take(ReadOnlyMemory<byte> received, byte[] hello, byte[] block)
    {
        MemoryStream? answer = null;
        var taken = 0;
        Span<byte> hash = stackalloc byte[32];
        while (received.Length - taken >= Header)
        {
            var frame = received.Span[taken..];
            var length = BinaryPrimitives.ReadInt32LittleEndian(frame[16..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(frame) != Regtest || length is < 0 or > Most)
            {
                throw new SocketException((int)SocketError.ProtocolNotSupported);
            }

            if (frame.Length < Header + length)
            {
                break;
            }

            frame = frame[..(Header + length)];
            SHA256.HashData(frame[Header..], hash);
            SHA256.HashData(hash, hash);
            if (!hash[..4].SequenceEqual(frame[20..24]))
            {
                throw new SocketException((int)SocketError.ProtocolNotSupported);
            }

            taken += frame.Length;
            var command = frame[4..16];
            if (command.SequenceEqual("ping\0\0\0\0\0\0\0\0"u8))
            {
                answer ??= new MemoryStream();
                answer.Write(frame[..4]);
                answer.Write("pong\0\0\0\0\0\0\0\0"u8);
                answer.Write(frame[16..]);
            }
            else if (command.SequenceEqual("version\0\0\0\0\0"u8))
            {
                (answer ??= new MemoryStream()).Write(hello);
            }
            else if (command.SequenceEqual("getdata\0\0\0\0\0"u8))
            {
                for (var items = frame[Header]; items > 0; items--)
                {
                    (answer ??= new MemoryStream()).Write(block);
                }
            }
        }

        return (taken, answer);
    }
}
