using System.Globalization;

namespace Peers.Cli;

/// <summary><c>peers simulate relay</c>: an undisturbed network, and an observer who is connected to everybody.</summary>
internal sealed class RelayStudy(SimulateValues values, PeerSettings settings) : Study(values, settings)
{
    /// <summary>Nothing new is made in the last fifth, so that what was made can arrive.</summary>
    private const double Making = 0.8;

    protected override void Plan()
    {
        Observe();
        PlanItems(SimulateValues.Connecting + (Relaying * Making), AnyNode);
    }

    public override void Tell(CommandOutput output)
    {
        StudyReport.Propagation(output, Figures);
        var traffic = Network.Measure();
        StudyReport.Traffic(output, traffic, Values.Nodes);
        StudyReport.Duplicates(output, Network.Nodes);
        TellOrigins(output);
        var (complete, all) = (Figures.Items.Count(item => item.TimeTo(1) is not null), Figures.Items.Count);
        output.Tell("done", new { items = all, everywhere = complete, tips = Network.Nodes.Select(node => node.Tip).Distinct().Count() }, $"{complete} of {all} items were everywhere in the end");
    }

    private void TellOrigins(CommandOutput output)
    {
        var heard = Figures.Transactions.Select(item => (item.Origin, First: Observer!.FirstAnnouncer(item.Item))).Where(guess => guess.First is not null).ToArray();
        var right = heard.Count(guess => guess.First!.Value.From.Equals(guess.Origin.Endpoint.Address));
        if (heard.Length > 0)
        {
            var share = (double)right / heard.Length;
            output.Tell(
                "origins",
                new { observed = heard.Length, right, share = Math.Round(share, 4) },
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"an observer connected to all nodes takes the first announcer for the origin: right for {right} of {heard.Length} transactions ({100 * share:0.0} %)"));
        }
    }
}
