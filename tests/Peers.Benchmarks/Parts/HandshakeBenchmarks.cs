using BenchmarkDotNet.Attributes;
using Peers.Benchmarks.Load;
using Peers.Wire;

namespace Peers.Benchmarks.Parts;

/// <summary>The table of the handshake, from the opening of the socket to its end.</summary>
[Config(typeof(ShortJob))]
public class HandshakeBenchmarks
{
    private static readonly HandshakeInput[] Inputs =
    [
        new HandshakeInput.Started(), new HandshakeInput.Heard(TypicalMessages.Version), new HandshakeInput.Admitted(),
        new HandshakeInput.Heard(WtxIdRelayMessage.Instance), new HandshakeInput.Heard(SendAddrV2Message.Instance), new HandshakeInput.Heard(VerAckMessage.Instance),
    ];

    private LocalSide _us = null!;

    [ParamsAllValues]
    public bool WeDialled { get; set; }

    [GlobalSetup]
    public void Prepare() => _us = new LocalSide(
        WeDialled ? Direction.Outbound : Direction.Inbound, TypicalMessages.Version with { Nonce = 1 }, 209, ServiceFlags.None, WtxIdRelay: true, AddressV2: true, EarlyMessagesIgnored: true);

    [Benchmark]
    public bool Run()
    {
        HandshakeState state = new HandshakeState.AwaitingVersion();
        foreach (var input in Inputs)
        {
            state = Handshake.On(state, input, _us).Next;
        }

        return state is HandshakeState.Done ? true : throw new InvalidOperationException(state.ToString());
    }
}
