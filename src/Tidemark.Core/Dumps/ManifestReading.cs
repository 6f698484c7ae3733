namespace Tidemark.Dumps;

/// <summary>Reads what lies beside a dump. One document that nobody can read is the trouble of one dump, never of all.</summary>
internal static class ManifestReading
{
    /// <param name="store">Where the dump lies.</param>
    /// <param name="key">The dump.</param>
    /// <param name="mayBeRenamed">It lies in none of our stores, and may have got another name.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The manifest, or why it cannot be relied on; neither where there is none.</returns>
    public static async Task<(DumpManifest? Manifest, string? Finding)> ManifestAsync(DumpStore store, string key, bool mayBeRenamed, CancellationToken token)
    {
        var (manifest, finding) = await DumpDocument.ReadAsync(store, DumpName.ManifestOf(key), DumpJson.Default.DumpManifest, token);
        if (manifest is not null) finding = Objection(manifest, mayBeRenamed ? null : key);
        return finding is null ? (manifest, null) : (null, $"its manifest cannot be relied on: {finding}");
    }

    /// <summary>A mark that cannot be read may have said "damaged": it counts as that.</summary>
    public static async Task<CheckMark?> MarkAsync(DumpStore store, string key, DateTimeOffset? written, CancellationToken token) =>
        await DumpDocument.ReadAsync(store, DumpName.CheckOf(key), DumpJson.Default.CheckMark, token) switch
        {
            ({ Findings: not null } mark, null) => mark,
            (null, null) => null,
            var (_, finding) => new CheckMark(written ?? DateTimeOffset.UnixEpoch, false, [$"the outcome of the latest verify cannot be read: {finding ?? "it is not whole"}"]),
        };

    /// <summary>Null for a manifest that its dump's name bears out. The names in it end up in removals and on command lines.</summary>
    private static string? Objection(DumpManifest manifest, string? key)
    {
        // A list that is not there at all comes as null, whatever its type says.
        if (manifest.Rows is null || manifest.Gaps is null || manifest.Roles is null || manifest.Extensions is null || manifest.Warnings is null || manifest.Recipients is null) return "a list in it is missing";
        if (manifest.Rows.Contains(null!) || manifest.Gaps.Contains(null!) || manifest.Roles.Contains(null!) || manifest.Extensions.Contains(null!) || manifest.Warnings.Contains(null!) || manifest.Recipients.Contains(null!)) return "a list in it has an empty place";
        if (manifest.Database.Length == 0 || manifest.Database.Contains('\0', StringComparison.Ordinal)) return "it names no database";
        if (manifest.Id != DumpName.Id(manifest.File)) return "its id is not that of its file";
        if (key is not null && manifest.File != key) return "it is the manifest of another file";
        return manifest.Globals is null || manifest.Globals == DumpName.GlobalsOf(manifest.File) ? null : "its globals are those of another file";
    }
}
