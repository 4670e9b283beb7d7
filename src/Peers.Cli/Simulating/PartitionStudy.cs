using Peers.TestKit;
using Spectre.Console;

namespace Peers.Cli;

/// <summary><c>peers simulate partition</c>: nodes of even and of odd numbers do not reach each other for a while.</summary>
internal sealed class PartitionStudy : Study
{
    private const double FirstPart = 1.0 / 3;
    private const double Making = 0.85;
    private static readonly string[] Phases = ["before", "while apart", "after"];

    private readonly TimeSpan _begin;
    private readonly TimeSpan _end;
    private SimulatedPartition? _partition;
    private RelayItem? _evenTip;
    private RelayItem? _oddTip;
    private TimeSpan? _oneChain;

    public PartitionStudy(SimulateValues values, PeerSettings settings, TimeSpan apart)
        : base(Checked(values, apart), settings)
    {
        _begin = SimulateValues.Connecting + (Relaying * FirstPart);
        _end = _begin + apart;
    }

    protected override void Plan()
    {
        PlanItems(SimulateValues.Connecting + (Relaying * Making), AnyNode);
        At(_begin, () => _partition = Simulation.Network.Partition(Network.Nodes.Where((_, number) => number % 2 == 0).Select(node => node.Host)));
        At(_end, () =>
        {
            (_evenTip, _oddTip) = (TipOf(0), TipOf(1));
            _partition!.Heal();
        });
        for (var at = _end; at <= Values.For; at += TimeSpan.FromMilliseconds(100))
        {
            var now = at - _end;
            At(at, () => _oneChain ??= Network.Nodes.All(node => node.Tip == Network.Nodes[0].Tip) ? now : null);
        }
    }

    public override void Tell(CommandOutput output)
    {
        foreach (var (name, items) in new[] { ("transactions", Figures.Transactions.ToArray()), ("blocks", Figures.Blocks.ToArray()) })
        {
            Tell(output, name, items);
        }

        var same = _evenTip == _oddTip;
        output.Tell(
            "healed",
            new { after = _end - _begin, evenHeight = _evenTip!.Height, oddHeight = _oddTip!.Height, sameTip = same, oneChainAfter = _oneChain, connectionsEnded = Figures.ConnectionsEnded },
            $"at the healing the halves had chains of {_evenTip.Height} and {_oddTip.Height} blocks{(same ? ", the same" : "")}; all were on one chain {StudyReport.Text(_oneChain ?? TimeSpan.MaxValue)} later");
        output.WriteLine($"{Figures.ConnectionsEnded} ends of connections were given up");
        var complete = Figures.Items.Count(item => item.TimeTo(1) is not null);
        output.Tell("done", new { items = Figures.Items.Count, everywhere = complete }, $"{complete} of {Figures.Items.Count} items were everywhere in the end");
    }

    private void Tell(CommandOutput output, string name, Propagation[] items)
    {
        var table = StudyReport.Table(output, $"{name} made", "count", "own half, 99 %", "other half, 50 %", "other half, 99 %", "the same after the healing");
        List<object> rows = [];
        for (var phase = 0; phase < Phases.Length; phase++)
        {
            var of = items.Where(item => PhaseOf(item.At) == phase).ToArray();
            var own = Middle(of, item => TimeTo(item, 0.99, own: true));
            var half = Middle(of, item => TimeTo(item, 0.5, own: false));
            var other = Middle(of, item => TimeTo(item, 0.99, own: false));
            var healed = phase == 1 ? Middle(of, item => TimeTo(item, 0.99, own: false) - (_end - item.At)) : null;
            table.AddRow(Phases[phase], $"{of.Length}", StudyReport.Text(own), StudyReport.Text(half), StudyReport.Text(other), StudyReport.Text(healed));
            rows.Add(new
            {
                made = Phases[phase], count = of.Length, ownHalf = StudyReport.Finite(own), otherHalf50 = StudyReport.Finite(half), otherHalf99 = StudyReport.Finite(other),
                otherHalf99AfterHealing = StudyReport.Finite(healed),
            });
        }

        output.Tell(name, new { phases = rows }, null);
        output.Write(table);
    }

    private static SimulateValues Checked(SimulateValues values, TimeSpan apart) => apart <= (values.For - SimulateValues.Connecting) / 2
        ? values
        : throw new UsageException($"--apart {apart}: at most half of --for behind its first 30s, so that there is a time before and one after");

    private int PhaseOf(TimeSpan at) => at < _begin ? 0 : at < _end ? 1 : 2;

    private TimeSpan? TimeTo(Propagation item, double share, bool own)
    {
        var side = (Figures.NumberOf(item.Origin) % 2) ^ (own ? 0 : 1);
        return item.TimeTo(share, (Values.Nodes + 1 - side) / 2, node => node % 2 == side);
    }

    private static TimeSpan? Middle(Propagation[] items, Func<Propagation, TimeSpan?> time) => StudyReport.Middle(StudyReport.Times(items, time));

    private RelayItem TipOf(int side) => Network.Nodes.Where((_, number) => number % 2 == side).MaxBy(node => node.Height)!.Tip;
}
