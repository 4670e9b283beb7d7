namespace Peers.Wire.Tests.Samples;

/// <summary>Marks a static class that makes messages for the properties: <c>IReadOnlyDictionary&lt;string, Gen&lt;Message&gt;&gt; All</c> by command.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class MessageSamplesAttribute : Attribute;
