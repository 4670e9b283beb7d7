using Akka.Actor;
using Peers.TestKit;

namespace Peers.Simulations.Kit;

public sealed class VirtualTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact(DisplayName = "Items run in the order of their due times, those due together in the order they were scheduled")]
    public void Items_run_in_order()
    {
        using var simulation = new Simulation();
        IActionScheduler scheduler = simulation.Scheduler;
        var ran = new List<string>();

        scheduler.ScheduleOnce(3 * Second, () => ran.Add($"c {simulation.Elapsed.TotalSeconds}"));
        scheduler.ScheduleOnce(Second, () => ran.Add($"a {simulation.Elapsed.TotalSeconds}"));
        scheduler.ScheduleOnce(3 * Second, () => ran.Add($"d {simulation.Elapsed.TotalSeconds}"));
        scheduler.ScheduleOnce(2 * Second, () => ran.Add($"b {simulation.Elapsed.TotalSeconds}"));
        simulation.Advance(3 * Second);

        Assert.Equal(["a 1", "b 2", "c 3", "d 3"], ran);
    }

    [Fact(DisplayName = "An item scheduled by an item runs relative to the instant of its cause, not to the end of the advance")]
    public void Causes_come_before_effects()
    {
        using var simulation = new Simulation();
        IActionScheduler scheduler = simulation.Scheduler;
        var instants = new List<double>();
        void Again()
        {
            instants.Add(simulation.Elapsed.TotalSeconds);
            scheduler.ScheduleOnce(10 * Second, Again);
        }

        scheduler.ScheduleOnce(10 * Second, Again);
        simulation.Advance(35 * Second);

        Assert.Equal([10, 20, 30], instants);
        Assert.Equal(35 * Second, simulation.Elapsed);
        Assert.Equal(40 * Second, simulation.Scheduler.NextDue);
    }

    [Fact(DisplayName = "Repeated items of every kind run once per interval, each at its own instant")]
    public void Repeated_items_repeat()
    {
        using var simulation = new Simulation();
        var scheduler = simulation.Scheduler;
        var recorder = simulation.Recorder();
        var actions = new List<double>();
        var runnables = new List<double>();

        ((ITellScheduler)scheduler).ScheduleTellRepeatedly(Second, 2 * Second, recorder.Ref, "tick", ActorRefs.NoSender);
        ((IActionScheduler)scheduler).ScheduleRepeatedly(TimeSpan.Zero, 3 * Second, () => actions.Add(simulation.Elapsed.TotalSeconds));
        scheduler.ScheduleRepeatedly(Second, Second, new Runnable(() => runnables.Add(simulation.Elapsed.TotalSeconds)));
        scheduler.ScheduleOnce(Second, new Runnable(() => runnables.Add(-1)));
        simulation.Advance(6 * Second);

        Assert.Equal([1, 3, 5], recorder.All.Select(recorded => recorded.At.TotalSeconds));
        Assert.Equal([0, 3, 6], actions);
        Assert.Equal([1, -1, 2, 3, 4, 5, 6], runnables);
    }

    [Fact(DisplayName = "A cancelled item never runs, not even when it is cancelled by an item due at the same instant")]
    public void Cancelled_items_do_not_run()
    {
        using var simulation = new Simulation();
        IActionScheduler scheduler = simulation.Scheduler;
        var recorder = simulation.Recorder();
        var once = new Cancelable(simulation.System.Scheduler);
        var repeated = new Cancelable(simulation.System.Scheduler);
        var early = new Cancelable(simulation.System.Scheduler);
        early.Cancel();

        scheduler.ScheduleOnce(5 * Second, () => { once.Cancel(); repeated.Cancel(); });
        ((ITellScheduler)simulation.Scheduler).ScheduleTellOnce(5 * Second, recorder.Ref, "once", ActorRefs.NoSender, once);
        ((ITellScheduler)simulation.Scheduler).ScheduleTellRepeatedly(Second, 2 * Second, recorder.Ref, "repeated", ActorRefs.NoSender, repeated);
        ((ITellScheduler)simulation.Scheduler).ScheduleTellOnce(Second, recorder.Ref, "early", ActorRefs.NoSender, early);
        simulation.Advance(10 * Second);

        Assert.Equal(["repeated", "repeated"], recorder.Messages);
        Assert.Null(simulation.Scheduler.NextDue);
    }

    [Fact(DisplayName = "What a timer causes is over before the next timer of the same instant fires")]
    public void Actors_rest_between_items()
    {
        using var simulation = new Simulation();
        var order = new List<string>();
        var second = simulation.ActorOf(Props.Create(() => new Teller(order, "second", null)));
        var first = simulation.ActorOf(Props.Create(() => new Teller(order, "first", second)));
        ITellScheduler scheduler = simulation.Scheduler;

        scheduler.ScheduleTellOnce(Second, first, 1, ActorRefs.NoSender);
        scheduler.ScheduleTellOnce(Second, first, 2, ActorRefs.NoSender);
        simulation.Advance(Second);

        Assert.Equal(["first 1", "second 1", "first 2", "second 2"], order);
    }

    [Fact(DisplayName = "A timer of two minutes fires thirty times in one advance of an hour")]
    public void Periodic_timer_of_an_actor()
    {
        using var simulation = new Simulation();
        var ticks = new List<TimeSpan>();
        simulation.ActorOf(Props.Create(() => new Ticker(ticks, simulation.Scheduler)));

        simulation.Advance(Hour);

        Assert.Equal(Enumerable.Range(1, 30).Select(tick => TimeSpan.FromMinutes(2 * tick)), ticks);
    }

    [Fact(DisplayName = "A receive timeout comes after silence, is moved by a message, and repeats until it is cancelled")]
    public void Receive_timeout_of_an_actor()
    {
        using var simulation = new Simulation();
        var timeouts = new List<double>();
        var actor = simulation.ActorOf(Props.Create(() => new Silent(timeouts, simulation.Scheduler)));

        simulation.Advance(3 * Second);
        actor.Tell("not yet");
        simulation.Advance(60 * Second);

        Assert.Equal([8, 13, 18], timeouts);
        Assert.Null(simulation.Scheduler.NextDue);
    }

    [Fact(DisplayName = "The clock, its timers and tasks that wait for it follow virtual time")]
    public void The_clock_follows()
    {
        using var simulation = new Simulation();
        var clock = simulation.Clock;
        var start = clock.GetUtcNow();
        var stamp = clock.GetTimestamp();
        var fired = new List<double>();
        using var timer = clock.CreateTimer(_ => fired.Add(simulation.Elapsed.TotalSeconds), null, Second, 10 * Second);
        var delay = Task.Delay(TimeSpan.FromMinutes(1), clock);

        simulation.Advance(25 * Second);
        timer.Change(Second, Timeout.InfiniteTimeSpan);
        simulation.Advance(34 * Second);
        Assert.False(delay.IsCompleted);
        simulation.Advance(Second);

        Assert.True(delay.IsCompleted);
        Assert.Equal([1, 11, 21, 26], fired);
        Assert.Equal(TimeSpan.FromMinutes(1), clock.GetUtcNow() - start);
        Assert.Equal(TimeSpan.FromMinutes(1), clock.GetElapsedTime(stamp));
        timer.Dispose();
        Assert.False(timer.Change(Second, Second));
    }

    [Fact(DisplayName = "Many cancelled receive timeouts do not pile up in the scheduler")]
    public void Cancelled_items_are_swept()
    {
        using var simulation = new Simulation();
        ITellScheduler scheduler = simulation.Scheduler;
        var recorder = simulation.Recorder();
        for (var i = 0; i < 100_000; i++)
        {
            var cancelable = new Cancelable(simulation.System.Scheduler);
            scheduler.ScheduleTellOnce(Hour, recorder.Ref, i, ActorRefs.NoSender, cancelable);
            cancelable.Cancel();
        }

        Assert.InRange(simulation.Scheduler.Scheduled, 0, 5000);
    }

    [Fact(DisplayName = "Actors that keep each other busy without time passing fail the simulation instead of hanging it")]
    public void No_rest_is_an_error()
    {
        using var simulation = new Simulation(config: Akka.Configuration.ConfigurationFactory.ParseString("peers-simulation.steps-per-instant = 1000"));
        var loop = simulation.ActorOf(Props.Create(() => new Loop()));

        loop.Tell("go");

        Assert.Contains("seed", Assert.Throws<SimulationException>(simulation.Run).Message, StringComparison.Ordinal);
        loop.Tell(PoisonPill.Instance);
        simulation.Declare(lost => lost.Message is "go");
    }

    [Fact(DisplayName = "An actor must not drive the simulation it runs in")]
    public void No_reentrance()
    {
        using var simulation = new Simulation();
        Exception? refused = null;
        ((IActionScheduler)simulation.Scheduler).ScheduleOnce(Second, () => refused = Record.Exception(simulation.Run));

        simulation.Advance(Second);

        Assert.IsType<InvalidOperationException>(refused);
    }

    private sealed class Runnable(Action action) : Akka.Dispatch.IRunnable
    {
        public void Run() => action();

        public void Execute() => action();
    }

    private sealed class Teller(List<string> order, string name, IActorRef? next) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            order.Add($"{name} {message}");
            next?.Tell(message);
        }
    }

    private sealed class Ticker(List<TimeSpan> ticks, VirtualTimeScheduler scheduler) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromMinutes(2));

        protected override void OnReceive(object message) => ticks.Add(scheduler.Elapsed);
    }

    private sealed class Silent(List<double> timeouts, VirtualTimeScheduler scheduler) : UntypedActor
    {
        protected override void PreStart() => Context.SetReceiveTimeout(TimeSpan.FromSeconds(5));

        protected override void OnReceive(object message)
        {
            if (message is not ReceiveTimeout)
                return;
            timeouts.Add(scheduler.Elapsed.TotalSeconds);
            if (timeouts.Count == 3)
                Context.SetReceiveTimeout(null);
        }
    }

    private sealed class Loop : UntypedActor
    {
        protected override void OnReceive(object message) => Self.Tell(message);
    }
}
