namespace Peers;

/// <summary>A ban: nobody of the subnet may connect to us or be connected to.</summary>
/// <param name="Subject">Who is banned.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when.</param>
/// <param name="Why">In the words of who banned.</param>
public sealed record Ban(Subnet Subject, DateTimeOffset Since, DateTimeOffset Until, string Why);
