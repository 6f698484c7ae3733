using Tidemark.Dumps;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>The command line of another restore of the same part of the same dump, as it can be pasted.</summary>
internal static class RestoreLine
{
    public const string NoOwner = "--no-owner", CreateRoles = "--create-roles", Swap = "--swap";

    /// <param name="options">What was restored; its mode and confirmations are left to the caller.</param>
    /// <param name="more">Options to add.</param>
    public static string Of(RestoreOptions options, params IEnumerable<string> more)
    {
        List<string> words = [.. PartOf(options.Part)];
        words.AddRange(options.RenamedRoles.SelectMany(role => (string[])["--map-role", role.Typed]));
        if (options.NoOwner) words.Add(NoOwner);
        words.AddRange(more.Where(word => !words.Contains(word)));
        // They exclude each other.
        if (options.CreateRoles && !words.Contains(NoOwner) && !words.Contains(CreateRoles)) words.Add(CreateRoles);
        return Of(options.Source, words);
    }

    public static string Of(DumpEntry source, params IEnumerable<string> options) =>
        string.Join(' ', ((string[])["tidemark", "restore", source.Handle, .. options]).Select(ShellWord.Quote));

    private static IEnumerable<string> PartOf(RestorePart? part) => part is null ? [] :
    [
        .. part.Schemas.SelectMany(schema => (string[])["--schema", schema]),
        .. part.Tables.SelectMany(table => (string[])["--table", table]),
        .. part.Content switch { PartContent.SchemaOnly => ["--schema-only"], PartContent.DataOnly => ["--data-only"], _ => (string[])[] },
    ];
}
