namespace Peers;

/// <summary>
/// What became of a request of <see cref="PeerExtensions"/>: exactly one for each, whatever happens. A closed family: match on it, or
/// take <see cref="Get"/>.
/// </summary>
/// <typeparam name="T">What was asked for.</typeparam>
public abstract record Answer<T>
{
    private Answer()
    {
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="RequestFailedException">It did not come; the message says why.</exception>
    public T Get() => this is Value value ? value.Item : throw new RequestFailedException(ToString());

    /// <summary>It came.</summary>
    /// <param name="Item">What was asked for.</param>
    public sealed record Value(T Item) : Answer<T>;

    /// <summary>The remote does not have it.</summary>
    public sealed record NotFound : Answer<T>
    {
        /// <inheritdoc/>
        public override string ToString() => "the remote does not have it";
    }

    /// <summary>It did not come in time.</summary>
    /// <param name="SinceProgress">How long ago it was asked for, or the remote last answered it or a request before it.</param>
    public sealed record TimedOut(TimeSpan SinceProgress) : Answer<T>
    {
        /// <inheritdoc/>
        public override string ToString() => $"no answer for {SinceProgress.TotalSeconds:0.#} s";
    }

    /// <summary>The connection ended first.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record PeerStopped(DisconnectReason Reason) : Answer<T>
    {
        /// <inheritdoc/>
        public override string ToString() => $"the connection ended: {Reason}";
    }

    /// <summary>It was not asked for.</summary>
    /// <param name="Why">Why not, in words.</param>
    public sealed record Refused(string Why) : Answer<T>
    {
        /// <inheritdoc/>
        public override string ToString() => Why;
    }

    /// <summary>The same end, of a request for something else.</summary>
    internal Answer<TOther> Select<TOther>(Func<T, TOther> select) => this switch
    {
        Value value => new Answer<TOther>.Value(select(value.Item)),
        NotFound => new Answer<TOther>.NotFound(),
        TimedOut timedOut => new Answer<TOther>.TimedOut(timedOut.SinceProgress),
        PeerStopped stopped => new Answer<TOther>.PeerStopped(stopped.Reason),
        Refused refused => new Answer<TOther>.Refused(refused.Why),
        _ => throw new InvalidOperationException($"{GetType().Name} is no answer"),
    };
}

/// <summary>What was asked for did not come, and <see cref="Answer{T}.Get"/> was taken all the same.</summary>
public sealed class RequestFailedException(string message) : Exception(message);
