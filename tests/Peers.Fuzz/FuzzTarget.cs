namespace Peers.Fuzz;

/// <summary>A door through which foreign bytes come in, and what must hold whatever they are.</summary>
internal abstract class FuzzTarget
{
    /// <summary>All targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } = [new DecodeAny(), new V1Stream(), new PeerSession(), new SettingsFile(), new CaptureFile()];

    /// <summary>The name: that of its folder of inputs, too.</summary>
    public abstract string Name { get; }

    /// <summary>The assemblies whose branches are counted; behind a colon the types, by the beginning of their names.</summary>
    public virtual IReadOnlyList<string> Instrumented => ["Peers.Wire.dll"];

    /// <summary>Words that inputs are made of, for the fuzzer's dictionary.</summary>
    public virtual IEnumerable<byte[]> Words => [];

    /// <summary>An input that reaches most of the target: run once before anything is measured, so that its code is compiled by then.</summary>
    public abstract byte[] Sample { get; }

    /// <summary>Runs one input.</summary>
    /// <exception cref="FindException">Something does not hold.</exception>
    /// <exception cref="Exception">Any other that escapes is a find as well.</exception>
    public abstract void Run(byte[] input);

    /// <summary>The target of that name; null when there is none.</summary>
    public static FuzzTarget? Named(string name) => All.FirstOrDefault(target => target.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
