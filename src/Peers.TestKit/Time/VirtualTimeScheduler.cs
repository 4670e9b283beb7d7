using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Peers.TestKit;

/// <summary>
/// Akka's scheduler in virtual time. Each item runs at its own due time, in the order (due, scheduled first), and the actors are
/// run until they rest before the next item is looked at: what one timer causes is over, or scheduled, before the next one fires.
/// </summary>
/// <remarks>
/// Scheduling is safe from any thread; <see cref="Run"/> and <see cref="AdvanceTo"/> belong to the thread that drives the simulation.
/// </remarks>
public sealed class VirtualTimeScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly TimerQueue _timers = new();
    private readonly DateTimeOffset _start;
    private readonly int _stepsPerInstant;
    private long _elapsed;
    private bool _running;
    private bool _actorsRun;

    /// <summary>Called by Akka when <c>akka.scheduler.implementation</c> names this class; reads <c>peers-simulation</c>.</summary>
    public VirtualTimeScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        var settings = scheduler.GetConfig("peers-simulation");
        Seed = settings.GetInt("seed");
        _start = DateTimeOffset.Parse(settings.GetString("start"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        _stepsPerInstant = settings.GetInt("steps-per-instant");
        Ready = new RunQueue(Seed);
    }

    /// <summary>The seed of the simulation.</summary>
    public int Seed { get; }

    /// <summary>The virtual instant.</summary>
    public DateTimeOffset Now => _start + Elapsed;

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _elapsed));

    /// <inheritdoc />
    public override TimeSpan MonotonicClock => Elapsed;

    /// <inheritdoc />
    public override TimeSpan HighResMonotonicClock => Elapsed;

    /// <summary>When the next item is due, in virtual time since the start; <c>null</c> when nothing is scheduled.</summary>
    public TimeSpan? NextDue => _timers.NextDue is { } due ? TimeSpan.FromTicks(due) : null;

    /// <summary>How many items are scheduled, those included that were cancelled and not yet forgotten.</summary>
    public int Scheduled => _timers.Count;

    internal RunQueue Ready { get; }

    /// <summary>Called when the actors have come to rest, after each event; what it throws ends the run.</summary>
    internal Action? Rested { get; set; }

    /// <inheritdoc />
    protected override DateTimeOffset TimeNow => Now;

    /// <summary>Runs what is due now, and every actor, until nothing more happens at this instant.</summary>
    public void Run() => AdvanceTo(Elapsed);

    /// <summary>Moves virtual time to <paramref name="elapsed"/>, running everything that becomes due on the way.</summary>
    public void AdvanceTo(TimeSpan elapsed)
    {
        while (Step(elapsed))
        {
        }

        if (elapsed.Ticks > _elapsed)
            Interlocked.Exchange(ref _elapsed, elapsed.Ticks);
    }

    /// <summary>
    /// Lets the actors rest; then, if an item is due no later than <paramref name="limit"/>, moves to the next due instant and runs
    /// all that happens at it.
    /// </summary>
    /// <returns><c>false</c> when nothing is due up to <paramref name="limit"/>.</returns>
    public bool Step(TimeSpan limit)
    {
        if (_running)
            throw new InvalidOperationException("The simulation is running already: an actor must not drive it.");

        _running = true;
        try
        {
            var steps = 0;
            RunReady(ref steps);
            Rested?.Invoke();
            if (_timers.NextDue is not { } due || due > limit.Ticks)
                return false;

            Interlocked.Exchange(ref _elapsed, due);
            while (_timers.TryTake(due) is { } item)
            {
                Count(ref steps);
                item.Action();
                if (item is { Interval: { } interval, IsCancelled: false })
                    _timers.Add(due + interval, item);
                RunReady(ref steps);
                Rested?.Invoke();
            }

            return true;
        }
        finally
        {
            _running = false;
        }
    }

    /// <summary>Forgets everything scheduled; scheduling more is then refused as Akka's own scheduler refuses it.</summary>
    public void Dispose() => _timers.Close();

    // Unlike Step this may be called by an item: a test's own callback may dial, which makes actors.
    internal void RunActors()
    {
        var steps = 0;
        RunReady(ref steps);
    }

    /// <inheritdoc />
    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(delay, null, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Schedule(delay, null, action, cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Schedule(delay, null, action.Run, cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, action, cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, action.Run, cancelable);

    private void Schedule(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        ValidateDelay(delay, nameof(delay));
        if (interval is { } repeat)
            ValidateInterval(repeat, nameof(interval));
        _timers.Add(Elapsed.Ticks + delay.Ticks, new TimerItem(action, interval?.Ticks, cancelable));
    }

    private void RunReady(ref int steps)
    {
        if (_actorsRun)
            throw new InvalidOperationException("The actors are running already: an actor must not drive the simulation.");

        _actorsRun = true;
        try
        {
            RunAll(ref steps);
        }
        finally
        {
            _actorsRun = false;
        }
    }

    private void RunAll(ref int steps)
    {
        while (Ready.TryTake(out var next))
        {
            next.Run();
            Count(ref steps);
        }
    }

    private void Count(ref int steps)
    {
        if (++steps > _stepsPerInstant)
            throw new SimulationException($"Nothing came to rest at {Elapsed} after {_stepsPerInstant} steps: actors or timers keep each other busy without time passing (seed {Seed}).");
    }
}
