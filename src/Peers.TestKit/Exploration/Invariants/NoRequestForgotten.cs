using Akka.Actor;

namespace Peers.TestKit;

/// <summary>Each <see cref="Request"/> has exactly one <see cref="RequestResult"/>, whatever happens.</summary>
public sealed class NoRequestForgotten : Invariant
{
    private readonly Dictionary<Request, int> _results = new(ReferenceEqualityComparer.Instance);
    private readonly List<Request> _asked = [];

    /// <inheritdoc />
    public override string Rule => "Each Request has exactly one RequestResult";

    /// <inheritdoc />
    public override void Told(IActorRef recipient, object message, IActorRef sender)
    {
        switch (message)
        {
            case Request { ReplyTo: LocalActorRef } request when _results.TryAdd(request, 0):
                _asked.Add(request);
                break;
            case RequestResult { Request: { } request } result when _results.TryGetValue(request, out var results):
                _results[request] = results + 1;
                if (results > 0)
                    Broken($"a {request.Question.Command} has another result, {result.GetType().Name}");
                break;
        }
    }

    /// <inheritdoc />
    public override void Ended()
    {
        foreach (var request in _asked)
        {
            if (_results[request] == 0)
                Broken($"a {request.Question.Command} has no result: {request.Question}");
        }
    }
}
