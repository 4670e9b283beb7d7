using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Peers.TestKit;

/// <summary>
/// Runs actors on the thread of the test, one message at a time, in an order that the simulation's seed decides.
/// It starts no thread: nothing runs until the <see cref="VirtualTimeScheduler"/> of the same actor system is run.
/// </summary>
public sealed class SeededDispatcher : MessageDispatcher
{
    private readonly RunQueue _ready;

    internal SeededDispatcher(MessageDispatcherConfigurator configurator, RunQueue ready)
        : base(configurator)
    {
        _ready = ready;
        Id = configurator.Config.GetString("id");
        Throughput = 1;
        // A mailbox counts its throughput down after a message, so that 1 means two; a deadline in the past makes it one.
        ThroughputDeadlineTime = 0;
        ShutdownTimeout = TimeSpan.FromSeconds(1);
    }

    /// <inheritdoc />
    public override void Attach(ActorCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        _ready.Know(cell.Mailbox!, cell.Self.Path.ToStringWithoutAddress());
        base.Attach(cell);
    }

    /// <inheritdoc />
    public override void Dispatch(ActorCell cell, Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(cell);
        _ready.Told?.Invoke(cell.Self, envelope.Message, envelope.Sender);
        base.Dispatch(cell, envelope);
    }

    /// <inheritdoc />
    protected override void ExecuteTask(IRunnable run) => _ready.Add(run);

    /// <inheritdoc />
    protected override void Shutdown()
    {
    }
}

/// <summary>Makes the <see cref="SeededDispatcher"/>s of one actor system; they share the run queue of its scheduler.</summary>
public sealed class SeededDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly SeededDispatcher _dispatcher;

    /// <summary>Called by Akka for a dispatcher whose <c>type</c> names this class.</summary>
    public SeededDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        if (prerequisites.Scheduler is not VirtualTimeScheduler scheduler)
            throw new ConfigurationException($"{nameof(SeededDispatcher)} needs akka.scheduler.implementation = {nameof(VirtualTimeScheduler)}");
        _dispatcher = new SeededDispatcher(this, scheduler.Ready);
    }

    /// <inheritdoc />
    public override MessageDispatcher Dispatcher() => _dispatcher;
}
