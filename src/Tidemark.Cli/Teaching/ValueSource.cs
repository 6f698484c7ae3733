using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Tidemark.Cli.Teaching;

/// <summary>Where the values of an option or argument come from.</summary>
/// <param name="Words">All that it takes; empty: anything.</param>
/// <param name="Live">What is looked up when a shell asks.</param>
internal sealed record ValueSource(IReadOnlyList<string> Words, LiveValue? Live = null)
{
    private static readonly ConditionalWeakTable<Symbol, ValueSource> Given = [];

    public static ValueSource? Of(Symbol symbol) => Given.TryGetValue(symbol, out var source) ? source : null;

    public static void Give(Symbol symbol, ValueSource source) => Given.AddOrUpdate(symbol, source);
}

internal enum LiveValue
{
    /// <summary>Databases that there are backups of.</summary>
    Databases,

    /// <summary>The same, and "all".</summary>
    DatabasesOrAll,

    /// <summary>Ids of backups, and "latest".</summary>
    Backups,

    /// <summary>Dumps that somebody else put into the backup folder.</summary>
    ForeignFiles,
}
