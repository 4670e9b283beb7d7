using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace Peers.Crawler;

/// <summary>
/// Stands where Akka's serializer by reflection would: a remote could name any type to it, and have it made. It refuses everything, in both directions.
/// </summary>
internal sealed class NoSerializer : Serializer
{
    public NoSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>Akka has settings for the serializer whose name this one takes, and hands them over.</summary>
    public NoSerializer(ExtendedActorSystem system, Config settings)
        : base(system) => _ = settings;

    /// <summary>The number of the one whose place it takes.</summary>
    public override int Identifier => 1;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj.GetType()} is none of the messages that cross machines");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException("a message in a form that nobody sends here");
}
