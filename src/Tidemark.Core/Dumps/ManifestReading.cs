using Tidemark.Files;

namespace Tidemark.Dumps;

/// <summary>Reads what lies beside a dump. One document that nobody can read is the trouble of one dump, never of all.</summary>
internal static class ManifestReading
{
    /// <param name="path">The dump.</param>
    /// <param name="key">Its key; null where the file lies outside of the folder, and may have got another name.</param>
    /// <returns>The manifest, or why it cannot be relied on.</returns>
    public static (DumpManifest? Manifest, string? Finding) Manifest(string path, string? key)
    {
        var (manifest, finding) = DumpDocument.Read(DumpFolder.ManifestOf(path), DumpJson.Default.DumpManifest);
        finding ??= Objection(manifest!, key);
        return finding is null ? (manifest, null) : (null, $"its manifest cannot be relied on: {finding}");
    }

    /// <summary>A mark that cannot be read may have said "damaged": it counts as that.</summary>
    public static CheckMark? Mark(string path) => DumpDocument.Read(DumpFolder.MarkOf(path), DumpJson.Default.CheckMark) switch
    {
        ({ Findings: not null } mark, null) => mark,
        var (_, finding) => new CheckMark(FileFacts.Of(DumpFolder.MarkOf(path), ofLink: true)?.Written ?? DateTimeOffset.UnixEpoch, false, [$"the outcome of the latest verify cannot be read: {finding ?? "it is not whole"}"]),
    };

    /// <summary>Null for a manifest that its dump's name bears out. The names in it end up in removals and on command lines.</summary>
    private static string? Objection(DumpManifest manifest, string? key)
    {
        // A list that is not there at all comes as null, whatever its type says.
        if (manifest.Rows is null || manifest.Gaps is null || manifest.Roles is null || manifest.Extensions is null || manifest.Warnings is null) return "a list in it is missing";
        if (manifest.Rows.Contains(null!) || manifest.Gaps.Contains(null!) || manifest.Roles.Contains(null!) || manifest.Extensions.Contains(null!) || manifest.Warnings.Contains(null!)) return "a list in it has an empty place";
        if (manifest.Database.Length == 0 || manifest.Database.Contains('\0', StringComparison.Ordinal)) return "it names no database";
        if (manifest.Id != DumpName.Id(manifest.File)) return "its id is not that of its file";
        if (key is not null && manifest.File != key) return "it is the manifest of another file";
        return manifest.Globals is null || manifest.Globals == DumpName.Stem(manifest.File) + ".globals.sql" ? null : "its globals are those of another file";
    }
}
