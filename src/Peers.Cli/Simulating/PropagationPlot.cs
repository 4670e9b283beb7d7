namespace Peers.Cli;
internal static class PropagationPlot { public static void Write(TextWriter writer, RelayFigures figures, string title) { writer.Write(title + figures.Nodes); } }
