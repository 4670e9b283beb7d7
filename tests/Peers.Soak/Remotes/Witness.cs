using System.Diagnostics;
using System.Net;
using Peers.Wire;

namespace Peers.Soak;

/// <summary>A well-behaved peer that was there before: it pings all the time and measures how long the answers take.</summary>
internal sealed class Witness : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly Remote _remote;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _pinging;
    private readonly Task _reading;
    private TimeSpan _longest;
    private long _sentAt;
    private ulong _asked;
    private ulong _answered;

    private Witness(Remote remote)
    {
        _remote = remote;
        _reading = ReadAsync();
        _pinging = PingAsync();
    }

    /// <summary>The longest that an answer took, or that one has been missing by now.</summary>
    public TimeSpan Longest
    {
        get
        {
            var missing = _asked > _answered ? Stopwatch.GetElapsedTime(_sentAt) : TimeSpan.Zero;
            return missing > _longest ? missing : _longest;
        }
    }

    /// <summary>Pings that were answered.</summary>
    public ulong Answered => _answered;

    /// <summary>Whether the engine has ended its connection.</summary>
    public bool IsGone { get; private set; }

    public static async Task<Witness> StartAsync(IPEndPoint engine)
    {
        var remote = await Remote.DialAsync(engine, IPAddress.Parse("127.200.1.1"));
        await remote.HandshakeAsync();
        return new Witness(remote);
    }

    /// <summary>Forgets how long it took so far.</summary>
    public void Forget() => _longest = TimeSpan.Zero;

    /// <summary>Waits until a ping that is sent from now on was answered.</summary>
    public async Task AnsweredAgainAsync(TimeSpan within)
    {
        var (known, start) = (_asked, Stopwatch.GetTimestamp());
        while (_answered <= known && !IsGone && Stopwatch.GetElapsedTime(start) < within)
        {
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_pinging, _reading);
        _remote.Dispose();
        _stopping.Dispose();
    }

    private async Task PingAsync()
    {
        try
        {
            while (!IsGone)
            {
                if (_asked == _answered)
                {
                    _sentAt = Stopwatch.GetTimestamp();
                    await _remote.SendAsync(new PingMessage(++_asked), _stopping.Token);
                }

                await Task.Delay(Beat, _stopping.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            IsGone |= ended is not OperationCanceledException;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var received = await _remote.ReceiveAsync(stopping: _stopping.Token);
                if (received.IsEmpty)
                {
                    break;
                }

                foreach (var message in _remote.Read(received))
                {
                    if (message is PongMessage pong && pong.Nonce == _asked)
                    {
                        var took = Stopwatch.GetElapsedTime(_sentAt);
                        _longest = took > _longest ? took : _longest;
                        _answered = pong.Nonce;
                    }
                    else if (message is PingMessage ping)
                    {
                        await _remote.SendAsync(new PongMessage(ping.Nonce), _stopping.Token);
                    }
                }
            }

            IsGone = true;
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
        catch (System.Net.Sockets.SocketException)
        {
            IsGone = true;
        }
    }
}
