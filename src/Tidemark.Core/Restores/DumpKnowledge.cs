using Tidemark.Dumps;
using Tidemark.Dumps.Plain;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>What is known for sure of a dump before a byte of it is restored: that it is whole, its rows, and that it stays inside its database.</summary>
/// <param name="Rows">Rows per table.</param>
/// <param name="LargeObjects">How many.</param>
internal sealed record DumpKnowledge(IReadOnlyList<TableRows> Rows, long LargeObjects)
{
    /// <summary>Of the stored bytes, lower-case hex: what is fed must be what was read before.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Of plain text: what psql shall not see. None of an archive: its text was made for the reading only.</summary>
    public IReadOnlyList<TextRange> NotForPsql { get; init; } = [];

    /// <summary>We made it and checked it in full, as far as its manifest is to be believed. An adopted dump has no facts of its database.</summary>
    public static bool IsOurs(DumpEntry source) => source.Manifest is { Check: DumpManifest.FullCheck, DatabaseFacts: not null };

    /// <summary>An archive that we made: its hash says that it is still that one. Any other, and plain text always, is read in full: who can write a dump can write a manifest.</summary>
    public static async Task<DumpKnowledge> GainAsync(DumpEntry source, StoredForm form, OpenDump dump, PostgresBinaries binaries, TimeProvider clock, IProgress<RestoreProgress> progress, CancellationToken token)
    {
        if (form == StoredForm.Archive && IsOurs(source))
        {
            var manifest = source.Manifest!;
            progress.Report(new RestoreProgress("comparing the dump's SHA-256", 0, source.Size, "bytes"));
            await using var bytes = await dump.FromStartAsync(token);
            var sha256 = await Task.Run(bytes.Sha256, token);
            return sha256 == manifest.Sha256 ? new DumpKnowledge(manifest.Rows, manifest.LargeObjects) { Sha256 = sha256 }
                : throw Damaged(source, [$"the bytes are not those that were stored: SHA-256 is {sha256}, the manifest says {manifest.Sha256}"]);
        }
        var reading = new Progress<DumpProgress>(at => progress.Report(new RestoreProgress("reading the dump in full", at.Stored, source.Size, "bytes")));
        var report = await new VerifyRunner(binaries, clock).RunAsync(source, dump, reading, token);
        if (!report.Passed) throw Damaged(source, report.Faults);
        var contents = report.Contents!;
        RefuseForeignStatements(source, contents);
        return new DumpKnowledge(contents.Tables, contents.LargeObjects) { Sha256 = report.Sha256, NotForPsql = form == StoredForm.Archive ? [] : contents.NotForPsql };
    }

    private static Fault Damaged(DumpEntry source, IReadOnlyList<string> faults) => new(FaultCode.Verification, "the dump is damaged")
    {
        Where = source.Path,
        Why = string.Join("; ", faults),
        Next = "restore another backup: tidemark list",
    };

    /// <summary>A script may say DROP DATABASE or \connect: replayed, it would leave the new database and act on others.</summary>
    private static void RefuseForeignStatements(DumpEntry source, PlainDumpSummary contents)
    {
        if (contents.IsClusterDump || contents.Forbidden.Count > 0)
            throw new Fault(FaultCode.Refused, "the script would act outside of the database it is restored into")
            {
                Where = source.Path,
                Why = contents.IsClusterDump ? "it is a dump of a whole cluster (pg_dumpall)" : string.Join("; ", contents.Forbidden.Take(5).Select(found => $"line {found.Line}: {found.Why}: {found.Text}")),
                Next = "dump again without --create, or look at the script and replay it by hand with psql",
            };
    }
}
