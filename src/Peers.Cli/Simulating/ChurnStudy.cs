using System.Globalization;
using Peers.TestKit;
using Spectre.Console;

namespace Peers.Cli;

/// <summary><c>peers simulate churn</c>: nodes leave at random, stay away for a while and come back with what they had.</summary>
internal sealed class ChurnStudy : Study
{
    private const double Making = 0.8;
    private const int Samples = 10;

    private readonly TimeSpan _stay;
    private readonly TimeSpan _away;
    private readonly Dictionary<RelayItem, bool[]> _onlineAtOrigin = [];
    private readonly List<(TimeSpan At, int Online, int Largest, double Connections, int BestHeight, int AtBest)> _samples = [];
    private int _left;
    private int _returned;

    public ChurnStudy(SimulateValues values, PeerSettings settings, TimeSpan stay, TimeSpan away)
        : base(values, settings, OptionsOf(values, stay, away)) =>
        (_stay, _away) = (stay, away);

    protected override void Plan()
    {
        Figures.Made = item => _onlineAtOrigin[item.Item] = [.. Network.Nodes.Select(node => node.IsOnline)];
        foreach (var node in Network.Nodes)
        {
            PlanLeave(node, SimulateValues.Connecting);
        }

        for (var i = 1; i <= Samples; i++)
        {
            At(SimulateValues.Connecting + (Relaying * i / Samples), Sample);
        }

        PlanItems(SimulateValues.Connecting + (Relaying * Making), AnyOnline);
    }

    public override void Tell(CommandOutput output)
    {
        var table = StudyReport.Table(output, "after", "nodes online", "reach each other", "connections of a node", "height", "nodes with it");
        foreach (var (at, online, largest, connections, height, atBest) in _samples)
        {
            table.AddRow(
                $"{at:hh\\:mm\\:ss}", $"{online}", StudyReport.Percent(largest, online), connections.ToString("0.0", CultureInfo.InvariantCulture), $"{height}",
                StudyReport.Percent(atBest, online));
            output.Tell("sample", new { at, online, largestPart = largest, connections, height, nodesWithIt = atBest }, null);
        }

        output.Write(table);
        TellSpread(output);
        output.Tell("done", new { left = _left, returned = _returned }, $"nodes left {_left} times and came back {_returned} times");
    }

    private void TellSpread(CommandOutput output)
    {
        var table = StudyReport.Table(output, "time to those online", "transactions, median", "blocks, median");
        foreach (var share in (double[])[0.5, 0.9, 0.99])
        {
            var (transactions, blocks) = (Middle(Figures.Transactions, share), Middle(Figures.Blocks, share));
            table.AddRow(string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %"), StudyReport.Text(transactions), StudyReport.Text(blocks));
            output.Tell("propagation", new { share, transactions = StudyReport.Finite(transactions), blocks = StudyReport.Finite(blocks) }, null);
        }

        output.Write(table);
    }

    private TimeSpan? Middle(IEnumerable<Propagation> items, double share) => StudyReport.Middle(StudyReport.Times(items, item =>
    {
        var online = _onlineAtOrigin[item.Item];
        return item.TimeTo(share, online.Count(there => there), node => online[node]);
    }));

    private void Sample()
    {
        var online = Network.Nodes.Where(node => node.IsOnline).ToArray();
        var best = online.Length == 0 ? 0 : online.Max(node => node.Height);
        _samples.Add((
            Simulation.Elapsed, online.Length, Network.LargestPart(), online.Length == 0 ? 0 : online.Average(node => node.Connections), best,
            online.Count(node => node.Height == best)));
    }

    private void PlanLeave(RelayNode node, TimeSpan after)
    {
        var at = after + Draw(_stay);
        At(at, () =>
        {
            node.Leave();
            _left++;
            PlanReturn(node, at + EngineStops);
        });
    }

    private void PlanReturn(RelayNode node, TimeSpan after)
    {
        var at = after + Draw(_away);
        At(at, () =>
        {
            node.Return();
            _returned++;
            for (var i = 0; i < Values.Connections; i++)
            {
                var other = Network.Nodes[Chance.Next(Values.Nodes)];
                if (other != node)
                {
                    node.Dial(other.Endpoint);
                }
            }

            PlanLeave(node, at);
        });
    }

    /// <summary>An engine has left its port by then: <c>peers.stop-timeout</c> and a little more.</summary>
    private TimeSpan EngineStops => Settings.StopTimeout + TimeSpan.FromSeconds(2);

    private TimeSpan Draw(TimeSpan mean) => mean * -Math.Log(1 - Chance.NextDouble());

    private RelayNode AnyOnline()
    {
        var online = Network.Nodes.Where(node => node.IsOnline).ToArray();
        return online.Length == 0 ? Network.Nodes[0] : online[Chance.Next(online.Length)];
    }

    private static RelayNodeOptions OptionsOf(SimulateValues values, TimeSpan stay, TimeSpan away)
    {
        if (stay < TimeSpan.FromSeconds(10) || away < TimeSpan.FromSeconds(10))
        {
            throw new UsageException("--stay and --away: at least 10s each, for an engine takes a while to stop and to connect");
        }

        return new RelayNodeOptions
        {
            Addresses = [.. Enumerable.Range(0, values.Nodes).Select(number => new System.Net.IPEndPoint(RelayNetwork.AddressOf(number), RelayNode.Port))],
        };
    }
}
