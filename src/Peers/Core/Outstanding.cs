using Peers.Wire;

namespace Peers;

/// <summary>A request that was made and has no answer yet, or not the whole of it.</summary>
/// <param name="ticket">Tells it from all others of its connection.</param>
/// <param name="kind">What answers it.</param>
/// <param name="question">The message that asks.</param>
/// <param name="asker">Who waits for the answer; null when nobody does and only the remote's debt is watched.</param>
/// <param name="parts">How many answers complete it.</param>
internal sealed class Outstanding<TAsker>(long ticket, AnswerKind kind, Message question, TAsker? asker, int parts)
    where TAsker : class
{
    private List<Message>? _answers;
    private List<InventoryVector>? _missing;

    public long Ticket { get; } = ticket;

    public AnswerKind Kind { get; } = kind;

    public Message Question { get; } = question;

    public TAsker? Asker { get; set; } = asker;

    /// <summary>Answers that are still to come.</summary>
    public int Parts { get; private set; } = parts;

    /// <summary>What came, as long as somebody waits for it.</summary>
    public IReadOnlyList<Message> Answers => _answers ?? (IReadOnlyList<Message>)[];

    /// <summary>What the remote does not have.</summary>
    public IReadOnlyList<InventoryVector> Missing => _missing ?? (IReadOnlyList<InventoryVector>)[];

    /// <summary>When it was written; null until then, and until then it cannot be late.</summary>
    public TimeSpan? WrittenAt { get; set; }

    /// <summary>When the remote last answered it or one before it.</summary>
    public TimeSpan Progress { get; set; } = TimeSpan.MinValue;

    public Outstanding<TAsker>? Previous { get; set; }

    public Outstanding<TAsker>? Next { get; set; }

    /// <summary>Keeps an answer for who waits.</summary>
    public void Collect(Message answer)
    {
        if (Asker is not null)
        {
            (_answers ??= []).Add(answer);
        }
    }

    /// <summary>Takes an answer, or the part of one.</summary>
    /// <returns>Whether it is complete.</returns>
    public bool Take(Message answer)
    {
        Collect(answer);
        return --Parts == 0;
    }

    /// <summary>Takes the word that the remote does not have an item.</summary>
    /// <returns>Whether it is complete.</returns>
    public bool TakeMissing(InventoryVector item)
    {
        (_missing ??= []).Add(item);
        return --Parts == 0;
    }
}
