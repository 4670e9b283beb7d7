using System.Text;
using Peers.Wire;

namespace Peers;

/// <summary>User agents as BIP 14 writes them.</summary>
internal static class UserAgent
{
    /// <summary>Puts comments behind the last name: <c>/name:1.0(one; two)/</c>.</summary>
    /// <exception cref="ArgumentException">A comment has a character that is part of the form, or the whole has more than 256 bytes.</exception>
    public static string WithComments(string userAgent, IReadOnlyList<string> comments)
    {
        if (comments.Any(comment => comment.AsSpan().ContainsAny("/:()")))
        {
            throw new ArgumentException("comments without any of / : ( )", nameof(comments));
        }

        var whole = comments.Count == 0 ? userAgent : $"{userAgent.TrimEnd('/')}({string.Join("; ", comments)})/";
        return Encoding.UTF8.GetByteCount(whole) <= WireLimits.UserAgentBytes
            ? whole
            : throw new ArgumentException($"at most {WireLimits.UserAgentBytes} bytes with its comments", nameof(userAgent));
    }
}
