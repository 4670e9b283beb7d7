namespace Peers.Fuzz;

/// <summary>A fuzzer's find: an input under which something does not hold.</summary>
internal sealed class FindException(string message, Exception? cause = null) : Exception(message, cause);
