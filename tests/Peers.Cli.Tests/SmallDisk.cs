using System.Diagnostics;
using System.Globalization;

namespace Peers.Cli.Tests;

/// <summary>A disk of its own that can be filled, where the user may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Filler = "filler";

    private SmallDisk(string path) => Path = path;

    public static string Missing => "needs the right to mount a disk (root on Linux)";

    public string Path { get; }

    /// <summary>Mounts one; null where that may not be done.</summary>
    public static SmallDisk? Mount(int kibibytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var path = Directory.CreateTempSubdirectory("peers-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={kibibytes}k"), "tmpfs", path))
        {
            return new SmallDisk(path);
        }

        Directory.Delete(path);
        return null;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Leaves so many bytes.</summary>
    public void Fill(int leave)
    {
        var drive = new DriveInfo(Path);
        using var file = System.IO.File.Create(File(Filler));
        file.Write(new byte[Math.Max(0, drive.AvailableFreeSpace - leave)]);
    }

    /// <summary>Gives the space back.</summary>
    public void Free() => System.IO.File.Delete(File(Filler));

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
