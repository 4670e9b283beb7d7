using System.Globalization;
using System.Net;
using Peers.TestKit;
using Spectre.Console;

namespace Peers.Cli;

/// <summary>
/// <c>peers simulate eclipse</c>: victims dial as everybody does, but each connection is the attacker's with some probability. The attacker's
/// nodes look alive and tell nothing.
/// </summary>
internal sealed class EclipseStudy(SimulateValues values, PeerSettings settings, int share, int victims) : Study(values, settings)
{
    private const double Making = 0.8;

    private readonly List<(RelayNode Node, int Honest)> _victims = [];
    private readonly Dictionary<(RelayNode, RelayItem), TimeSpan> _heard = [];

    protected override void Plan()
    {
        List<IPEndPoint> attackers = [];
        for (var i = 0; i < Values.Connections; i++)
        {
            var address = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"198.51.100.{i + 1}"));
            attackers.Add(new SilentNode(Simulation, Simulation.Network.Host(address), Silence.Withholding).Listen());
        }

        var watcher = new VictimWatcher(this);
        for (var i = 0; i < victims; i++)
        {
            var host = Simulation.Network.Host(new IPAddress([172, 16, (byte)(i / 250), (byte)((i % 250) + 1)]));
            var victim = new RelayNode(Simulation, host, Network.Inventory, Settings, null, watcher);
            var honest = 0;
            List<int> dialled = [];
            for (var connection = 0; connection < Values.Connections; connection++)
            {
                var remote = attackers[connection];
                if (Chance.Next(100) >= share)
                {
                    honest++;
                    remote = DrawOther(dialled);
                }

                At(SimulateValues.Connecting * (0.4 + (0.2 * Chance.NextDouble())), () => victim.Dial(remote));
            }

            _victims.Add((victim, honest));
        }

        PlanItems(SimulateValues.Connecting + (Relaying * Making), AnyNode);
    }

    public override void Tell(CommandOutput output)
    {
        StudyReport.Propagation(output, Figures);
        var table = StudyReport.Table(output, "honest connections", "victims", "expected", "transactions heard", "median after", "blocks heard", "median after");
        List<object> rows = [];
        for (var honest = 0; honest <= Values.Connections; honest++)
        {
            var some = _victims.Where(victim => victim.Honest == honest).Select(victim => victim.Node).ToArray();
            var expected = victims * Binomial(Values.Connections, honest, 1 - (share / 100.0));
            var (transactions, blocks) = (Heard(some, Figures.Transactions), Heard(some, Figures.Blocks));
            table.AddRow(
                $"{honest} of {Values.Connections}", $"{some.Length}", expected.ToString("0.0", CultureInfo.InvariantCulture), transactions.Share, StudyReport.Text(transactions.Median),
                blocks.Share, StudyReport.Text(blocks.Median));
            rows.Add(new
            {
                honest, victims = some.Length, expected = Math.Round(expected, 3), transactionsHeard = transactions.Count, transactionsMedian = transactions.Median,
                blocksHeard = blocks.Count, blocksMedian = blocks.Median,
            });
        }

        var eclipsed = _victims.Count(victim => victim.Honest == 0);
        output.Tell("victims", new { share, victims, eclipsed, byHonestConnections = rows }, null);
        output.Write(table);
        output.Tell(
            "done", new { eclipsed, victims },
            $"the attacker has {share} % of the connections: {eclipsed} of {victims} victims hear nothing but the attacker");
    }

    private IPEndPoint DrawOther(List<int> dialled)
    {
        int number;
        do
        {
            number = Chance.Next(Values.Nodes);
        }
        while (dialled.Contains(number));
        dialled.Add(number);
        return Network.Nodes[number].Endpoint;
    }

    private (int Count, string Share, TimeSpan? Median) Heard(RelayNode[] some, IEnumerable<Propagation> items)
    {
        List<TimeSpan> times = [];
        var all = 0;
        foreach (var item in items)
        {
            foreach (var victim in some)
            {
                all++;
                if (_heard.TryGetValue((victim, item.Item), out var at))
                {
                    times.Add(at - item.At);
                }
            }
        }

        times.Sort();
        return (times.Count, StudyReport.Percent(times.Count, all), StudyReport.Middle([.. times]));
    }

    private static double Binomial(int of, int count, double probability)
    {
        var ways = 1.0;
        for (var i = 1; i <= count; i++)
        {
            ways *= (double)(of - count + i) / i;
        }

        return ways * Math.Pow(probability, count) * Math.Pow(1 - probability, of - count);
    }

    /// <summary>Victims are no nodes of the network whose figures are told: they are watched apart, and traced with the others.</summary>
    private sealed class VictimWatcher(EclipseStudy study) : IRelayWatcher
    {
        public void Originated(RelayNode node, RelayItem item)
        {
        }

        public void Has(RelayNode node, RelayItem item, IPAddress? from)
        {
            study._heard.TryAdd((node, item), study.Simulation.Elapsed);
            study.Figures.Trace?.Write("has", node, item, from);
        }

        public void HeardOf(RelayNode node, RelayItem item, IPAddress from) => study.Figures.Trace?.Write("heard-of", node, item, from);

        public void Connection(RelayNode node, IPAddress remote, Direction direction, DisconnectReason? end) =>
            study.Figures.Trace?.Connection(node, remote, direction, end);
    }
}
