using System.Diagnostics;

namespace Peers.Hostile.Tests.Host;

/// <summary>Runs this assembly as a process of its own, on a host that a shell made poor first.</summary>
internal static class PoorHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Why there is no network of one's own; null where there is.</summary>
    public static async Task<string?> NoNetworkAsync(string prepare = "true")
    {
        if (!OperatingSystem.IsLinux())
        {
            return "only Linux has network namespaces";
        }

        var (code, said) = await ShellAsync($"exec unshare -n sh -c 'ip link set lo up && {prepare}'"); // Root, ip and tc (package iproute2), what the kernel has of them.
        return code == 0 ? null : $"this machine does not let us make such a network ({said.ReplaceLineEndings(" ")})";
    }

    /// <summary>Runs a scene of <see cref="Program"/> behind what the shell prepares; fails with what it says when it fails.</summary>
    public static Task<string> RunAsync(string prepare, string scene) => SucceedAsync($"{prepare} && {Start(scene)}");

    /// <summary>The same on a network of its own, of which only loopback exists.</summary>
    public static Task<string> RunOnOwnNetworkAsync(string prepare, string scene) =>
        SucceedAsync($"exec unshare -n sh -c 'ip link set lo up && {prepare} && {Start(scene)}'");

    private static string Start(string scene) => $"exec dotnet exec \"{typeof(PoorHost).Assembly.Location}\" {scene}";

    private static async Task<string> SucceedAsync(string command)
    {
        var (code, said) = await ShellAsync(command);
        Assert.True(code == 0, said);
        return said;
    }

    private static async Task<(int Code, string Said)> ShellAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"it does not end: {await output}{await error}");
        }

        return (process.ExitCode, $"{await error}{await output}".Trim());
    }
}
