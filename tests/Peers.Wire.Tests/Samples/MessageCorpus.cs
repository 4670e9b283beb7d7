using System.Reflection;
using CsCheck;

namespace Peers.Wire.Tests.Samples;

/// <summary>All marked samples. Properties run over the catalog, so a type that nobody made samples for fails by name.</summary>
internal static class MessageCorpus
{
    private static readonly Dictionary<string, Gen<Message>> ByCommand = typeof(MessageCorpus).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<MessageSamplesAttribute>() is not null)
        .Select(type => (IReadOnlyDictionary<string, Gen<Message>>)type.GetProperty("All")!.GetValue(null)!)
        .SelectMany(samples => samples)
        .ToDictionary(sample => sample.Key, sample => sample.Value);

    public static IEnumerable<string> Commands => MessageCatalog.Default.Select(type => type.Command).Order(StringComparer.Ordinal);

    public static TheoryData<string> CommandData => [.. Commands];

    public static Gen<Message> Any { get; } = Gen.OneOf([.. ByCommand.Values]);

    public static Gen<Message> Of(string command) => ByCommand.TryGetValue(command, out var samples)
        ? samples
        : throw new InvalidOperationException($"'{command}' has no samples: add them to a class marked [MessageSamples]");

    public static MessageType TypeOf(string command) => MessageCatalog.Default.Find(command)!;
}
