using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Peers.Cli.Tests;

/// <summary>
/// Machines as the kernel makes them: namespaces with an address of their own on one bridge, which also leads to every address of a part of 240.0.0.0/4, where a
/// <see cref="CountingNetwork"/> is. Needs root.
/// </summary>
internal sealed class NetworkNamespaces : IAsyncDisposable
{
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"peers{Environment.ProcessId % 100_000}");
    private readonly string _subnet = string.Create(CultureInfo.InvariantCulture, $"10.99.{Environment.ProcessId % 250}");
    private readonly int _machines;

    private NetworkNamespaces(int machines)
    {
        _machines = machines;
        TargetsByte = (byte)(240 + (Environment.ProcessId % 15));
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>The first byte of the addresses that lead to this machine from all the others, of this run of the tests alone.</summary>
    public byte TargetsByte { get; }

    private string Targets => string.Create(CultureInfo.InvariantCulture, $"{TargetsByte}.0.0.0/8");

    /// <summary>Makes them; null with the reason where it is not allowed.</summary>
    public static async Task<(NetworkNamespaces? Namespaces, string Why)> MakeAsync(int machines)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return (null, "network namespaces need Linux and root");
        }

        var made = new NetworkNamespaces(machines);
        try
        {
            await made.MakeAsync();
            return (made, "");
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception)
        {
            await made.DisposeAsync();
            return (null, $"network namespaces cannot be made here: {fault.Message}");
        }
    }

    /// <summary>The namespace of a machine; the first one is 1.</summary>
    public string NameOf(int machine) => string.Create(CultureInfo.InvariantCulture, $"{_name}-{machine}");

    public string AddressOf(int machine) => string.Create(CultureInfo.InvariantCulture, $"{_subnet}.{machine}");

    /// <summary>From now on nothing goes from this machine to the others, nor back: it still reaches all else.</summary>
    public Task CutOffAsync(int machine) => RoutesAsync("add", machine);

    public Task HealAsync(int machine) => RoutesAsync("del", machine);

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        for (var machine = 1; machine <= _machines; machine++)
        {
            await TryIpAsync("netns", "del", NameOf(machine));
        }

        await TryIpAsync("link", "del", _name);
        await TryIpAsync("route", "del", "local", Targets, "dev", "lo");
    }

    private async Task MakeAsync()
    {
        await IpAsync("link", "add", _name, "type", "bridge");
        await IpAsync("addr", "add", $"{_subnet}.254/24", "dev", _name);
        await IpAsync("link", "set", _name, "up");
        await IpAsync("route", "replace", "local", Targets, "dev", "lo");
        for (var machine = 1; machine <= _machines; machine++)
        {
            var link = string.Create(CultureInfo.InvariantCulture, $"{_name}v{machine}");
            await IpAsync("netns", "add", NameOf(machine));
            await IpAsync("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", NameOf(machine));
            await IpAsync("link", "set", link, "master", _name, "up");
            await IpAsync("-n", NameOf(machine), "addr", "add", $"{AddressOf(machine)}/24", "dev", "eth0");
            await IpAsync("-n", NameOf(machine), "link", "set", "eth0", "up");
            await IpAsync("-n", NameOf(machine), "link", "set", "lo", "up");
            await IpAsync("-n", NameOf(machine), "route", "add", "default", "via", $"{_subnet}.254");
        }
    }

    private async Task RoutesAsync(string change, int machine)
    {
        foreach (var other in Enumerable.Range(1, _machines).Where(other => other != machine))
        {
            await IpAsync("-n", NameOf(machine), "route", change, "blackhole", $"{AddressOf(other)}/32");
            await IpAsync("-n", NameOf(other), "route", change, "blackhole", $"{AddressOf(machine)}/32");
        }
    }

    private static async Task IpAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {errors.Trim()}");
        }
    }

    private static async Task TryIpAsync(params string[] arguments)
    {
        try
        {
            await IpAsync(arguments);
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception)
        {
            // It was not made.
        }
    }

    /// <summary>A run of tests that is given up must not leave namespaces behind.</summary>
    private void OnProcessExit(object? sender, EventArgs e) => DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
}
