using System.Net;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// Those who do not want to be visited, from a file: an address, an address with a port, or a prefix on each line, such as <c>192.0.2.1</c>,
/// <c>[2001:db8::1]:8333</c>, <c>198.51.100.0/24</c> or <c>….onion</c>; <c>#</c> begins a comment.
/// </summary>
internal sealed class OptOutList
{
    private readonly HashSet<NetworkAddress> _addresses = [];
    private readonly HashSet<NetworkEndpoint> _endpoints = [];
    private readonly List<IPNetwork> _prefixes = [];

    public int Count => _addresses.Count + _endpoints.Count + _prefixes.Count;

    /// <exception cref="SettingsException">The file cannot be read, or a line of it is no address.</exception>
    public static OptOutList Read(string path)
    {
        var list = new OptOutList();
        if (path.Length == 0)
        {
            return list;
        }

        try
        {
            foreach (var (line, index) in File.ReadLines(path).Select((line, index) => (line, index)))
            {
                var text = line.Split('#')[0].Trim();
                if (text.Length > 0 && !list.TryAdd(text))
                {
                    throw new SettingsException(
                        [$"peers.crawler.politeness.opt-out-file = {path}, line {index + 1}: expected an address, an address with a port, or a prefix"]);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"peers.crawler.politeness.opt-out-file = {path}: the file cannot be read: {fault.Message}"]);
        }

        return list;
    }

    public bool Contains(NetworkEndpoint endpoint) =>
        _addresses.Contains(endpoint.Address) || _endpoints.Contains(endpoint)
        || (_prefixes.Count > 0 && endpoint.Address.ToIPAddress() is { } address && _prefixes.Exists(prefix => prefix.Contains(address)));

    private bool TryAdd(string text)
    {
        if (IPNetwork.TryParse(text, out var prefix))
        {
            _prefixes.Add(prefix);
        }
        else if (NetworkAddress.TryParse(text.Trim('[', ']'), out var address))
        {
            _addresses.Add(address);
        }
        else if (NetworkEndpoint.TryParse(text, out var endpoint))
        {
            _endpoints.Add(endpoint);
        }
        else
        {
            return false;
        }

        return true;
    }
}
