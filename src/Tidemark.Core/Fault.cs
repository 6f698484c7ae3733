namespace Tidemark;

/// <summary>Why an operation ended badly, in the words an operator needs: what, where, why, what is left behind, what to do next.</summary>
/// <remarks>The only exception that Tidemark throws on purpose. It is told once, at the edge (console, journal, HTTP).</remarks>
internal sealed class Fault(FaultCode code, string what, Exception? inner = null) : Exception(what, inner)
{
    public FaultCode Code { get; } = code;

    public string What { get; } = what;

    /// <summary>The thing it happened to: a file, a database, a setting.</summary>
    public string? Where { get; init; }

    /// <summary>Known facts only, never a guess.</summary>
    public string? Why { get; init; }

    /// <summary>What state is left behind.</summary>
    public string Left { get; init; } = "nothing was changed";

    /// <summary>One next action, as something to type where that is possible.</summary>
    public string? Next { get; init; }

    /// <summary>The same may go through a moment later: a lost connection, a store that has too much to do. Said by who knows the answer.</summary>
    public bool Transient { get; init; }

    /// <summary>What, where and why, for a remark within something that goes on.</summary>
    public string InOneLine => $"{What}{(Where is null ? "" : $" ({Where})")}{(Why is null ? "" : $": {Why}")}";
}
