using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <content>What is kept of the book until the next start, by the user's store: it is called apart, one call at a time.</content>
internal sealed partial class OutboundActor
{
    private bool _isSaving;
    private bool _isLastSave;

    private void OnStore(object message)
    {
        switch (message)
        {
            case Loaded loaded:
                OnLoaded(loaded);
                break;
            case SaveNow when !_isSaving:
                Save();
                break;
            case SaveNow:
                break;
            case Saved saved:
                OnSaved(saved);
                break;
            default:
                OnRelay(message);
                break;
        }
    }

    private void Load()
    {
        if (_settings.AddressStore is not { } store)
        {
            _isLoaded = true;
            return;
        }

        AddressBookState? state = null;
        string? warning = null;
        Context.RunApart(
            () =>
            {
                state = store.Load();
                warning = store.Warning;
            },
            thrown => new Loaded(state, thrown?.Message ?? warning));
    }

    private void OnLoaded(Loaded loaded)
    {
        _isLoaded = true;
        if (loaded.Warning is { } warning)
        {
            _log.Warning("{Warning}", warning);
        }

        if (loaded.State is { } state)
        {
            _book = AddressBook.Restore(state, _settings.Random);
            _choice = new CandidateChoice(_book, _kept, _backoff, _networks);
            foreach (var anchor in state.Anchors.Take(_keeping.Anchors))
            {
                _anchors.Enqueue(anchor);
            }
        }

        Timers.StartPeriodicTimer("save", SaveNow.Instance, _keeping.SaveInterval);
        if (_isFinishing)
        {
            Context.Stop(Self); // Nothing was learnt meanwhile.
            return;
        }

        DialWhatIsMissing();
    }

    private void Save()
    {
        if (_settings.AddressStore is not { } store)
        {
            return;
        }

        _isSaving = true;
        var anchors = _kept.Where(kept => kept is { Type: ConnectionType.BlockRelay, IsReady: true, Address: not null }).Select(kept => kept.Address!.Value);
        var state = _book.Save() with { Anchors = [.. anchors.Concat(_anchors).Take(_keeping.Anchors)] };
        Context.RunApart(() => store.Save(state), thrown => new Saved(thrown?.Message));
    }

    private void OnSaved(Saved saved)
    {
        _isSaving = false;
        if (saved.Fault is { } fault)
        {
            _log.Warning("Addresses could not be saved: {Fault}", fault);
        }

        if (_isLastSave)
        {
            Context.Stop(Self);
        }
        else if (_isFinishing)
        {
            SaveLast();
        }
    }

    /// <summary>The engine stops: what is known now, with whom we were connected to, is for the next start.</summary>
    private void Finish()
    {
        if (_isFinishing)
        {
            return;
        }

        _isFinishing = true;
        Timers.CancelAll();
        if (_settings.AddressStore is null)
        {
            Context.Stop(Self);
        }
        else if (_isLoaded && !_isSaving)
        {
            SaveLast();
        }
    }

    private void SaveLast()
    {
        _isLastSave = true;
        Save();
    }

    private sealed record Loaded(AddressBookState? State, string? Warning) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record SaveNow : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static SaveNow Instance { get; } = new();
    }

    private sealed record Saved(string? Fault) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
