namespace Peers.Hosting;

/// <summary>A setting that somebody wrote.</summary>
/// <param name="Key">Its path below <c>peers</c>.</param>
/// <param name="Origin">What it is called where it was written, such as <c>Peers:Ping:Interval</c>.</param>
/// <param name="Text">What was written.</param>
/// <param name="Items">The items of a list; null for what is none.</param>
internal sealed record WrittenSetting(string Key, string Origin, string Text, IReadOnlyList<string>? Items);
