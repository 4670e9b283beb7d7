namespace Peers.Cli;

/// <summary>What a remote sent is no chain: a broken link, too little work, a wrong merkle root, an answer that is missing.</summary>
internal sealed class ChainException(string message) : Exception(message);
