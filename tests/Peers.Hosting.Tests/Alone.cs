namespace Peers.Hosting.Tests;

/// <summary>Listeners of meters and spans hear the whole process: who has one runs beside nobody.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
