namespace Peers.Hostile.Tests;

/// <summary>A row of the matrix of <c>docs/hostile.md</c>, and the test that shows it.</summary>
public interface IRow
{
    /// <summary>Its number, or the name of a disclosed fault.</summary>
    string Number { get; }

    /// <summary>What comes.</summary>
    string Input { get; }

    /// <summary>What Bitcoin Core does.</summary>
    string Core { get; }

    /// <summary>What happens here.</summary>
    string Here { get; }
}

/// <summary>A row shown by one test.</summary>
public sealed class RowAttribute : FactAttribute, IRow
{
    public RowAttribute(string number, string input, string core, string here)
    {
        (Number, Input, Core, Here) = (number, input, core, here);
        DisplayName = $"{number}: {input}: {here}";
    }

    public string Number { get; }

    public string Input { get; }

    public string Core { get; }

    public string Here { get; }
}

/// <summary>A row shown by a table.</summary>
public sealed class RowsAttribute : TheoryAttribute, IRow
{
    public RowsAttribute(string number, string input, string core, string here)
    {
        (Number, Input, Core, Here) = (number, input, core, here);
        DisplayName = $"{number}: {input}: {here}";
    }

    public string Number { get; }

    public string Input { get; }

    public string Core { get; }

    public string Here { get; }
}
