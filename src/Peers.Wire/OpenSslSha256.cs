using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Peers.Wire;

/// <summary>
/// SHA-256 by OpenSSL's plain functions, where the runtime's own OpenSSL has them. The runtime goes through OpenSSL's general interface, which costs
/// about a microsecond a call; most messages of Bitcoin are hashed in a tenth of that.
/// </summary>
internal static class OpenSslSha256
{
    private const string Library = "libcrypto.so.3";

    /// <summary>While so little is hashed the garbage collector may wait for it: that is cheaper than to let it go on.</summary>
    private const int Short = 512;

    /// <summary>Whether it is there, and says what the runtime says.</summary>
    public static readonly bool IsAvailable = IsThere();

    public static void Hash(ReadOnlySpan<byte> input, Span<byte> digest)
    {
        ref var room = ref MemoryMarshal.GetReference(digest[..SHA256.HashSizeInBytes]);
        Context context = default;
        _ = Initialize(ref context);
        _ = input.Length <= Short
            ? UpdateShortly(ref context, ref MemoryMarshal.GetReference(input), (nuint)input.Length)
            : Update(ref context, ref MemoryMarshal.GetReference(input), (nuint)input.Length);
        _ = Finish(ref room, ref context);
    }

    private static bool IsThere()
    {
        // Elsewhere the platform has its own, and to load a stray libcrypto ends the process on macOS.
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(Library, out var library)
            || !Array.TrueForAll(["SHA256_Init", "SHA256_Update", "SHA256_Final"], name => NativeLibrary.TryGetExport(library, name, out _)))
        {
            return false;
        }

        Span<byte> sample = stackalloc byte[2 * Short];
        Span<byte> ours = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var length in (ReadOnlySpan<int>)[0, 32, Short, 2 * Short])
        {
            Hash(sample[..length], ours);
            if (!ours.SequenceEqual(SHA256.HashData(sample[..length])))
            {
                return false;
            }
        }

        return true;
    }

#pragma warning disable SYSLIB1054 // The generated form needs unsafe code, which this assembly does without.
    [DllImport(Library, EntryPoint = "SHA256_Init"), SuppressGCTransition, DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Initialize(ref Context context);

    [DllImport(Library, EntryPoint = "SHA256_Update"), SuppressGCTransition, DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int UpdateShortly(ref Context context, ref byte input, nuint length);

    [DllImport(Library, EntryPoint = "SHA256_Update"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Update(ref Context context, ref byte input, nuint length);

    [DllImport(Library, EntryPoint = "SHA256_Final"), SuppressGCTransition, DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Finish(ref byte digest, ref Context context);
#pragma warning restore SYSLIB1054

    /// <summary>OpenSSL's SHA256_CTX has 112 bytes.</summary>
    [InlineArray(16)]
    private struct Context
    {
        private ulong _first;
    }
}
