using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Retention;
using Tidemark.Runs;

namespace Tidemark.Tests.Support;

/// <summary>Backups in a folder, asked without waiting: a folder answers at once.</summary>
internal static class Kept
{
    public static readonly RepositoryKeys NoKeys = new(EncryptionOptions.None, []);

    public static DumpCatalog Catalog(string folder) => new(DumpStore.OfFolder(folder));

    public static DumpStores In(string folder) => DumpStores.OfFolder(folder);

    public static DumpListing Look(this DumpCatalog catalog) => Now(catalog.LookAsync(CancellationToken.None));

    public static IReadOnlyList<DumpEntry> All(this DumpCatalog catalog) => catalog.Look().Entries;

    public static DumpEntry Of(this DumpCatalog catalog, string key) => Now(catalog.OfKeyAsync(key, outside: false, CancellationToken.None));

    public static DumpEntry Outside(string path) => Now(Catalog(Path.GetDirectoryName(path)!).OfKeyAsync(Path.GetFileName(path), outside: true, CancellationToken.None));

    public static DumpEntry Find(this DumpChoice choice, string wanted, string? database, string folder) => Now(choice.FindAsync(wanted, database, folder, CancellationToken.None));

    public static OpenDump Open(DumpEntry entry) => Now(OpenDump.OpenAsync(entry, NoKeys, CancellationToken.None));

    public static PinMark? PinOf(DumpEntry entry) => Now(Pins.NowAsync(entry, CancellationToken.None));

    public static PinMark Pin(this PinRunner runner, DumpEntry entry, string reason, DateTimeOffset? until, string by) => Now(runner.PinAsync(entry, reason, until, by, CancellationToken.None));

    public static PinMark Unpin(this PinRunner runner, DumpEntry entry) => Now(runner.UnpinAsync(entry, CancellationToken.None));

    public static IReadOnlyList<PruneOutcome> Run(this PruneRunner runner, IEnumerable<RetentionDecision> goes) => Now(runner.RunAsync(goes, CancellationToken.None));

    public static RetentionPlan Plan(this PruneRun run, string folder) => Now(run.PlanAsync(Now(In(folder).LookEachAsync(CancellationToken.None)), null, CancellationToken.None));

    public static ProtectionReport Read(this ProtectionReader reader, string? configured) => Now(reader.ReadAsync(configured, CancellationToken.None));

    public static (ProvenPoint? Proof, string? Finding) ProofOf(DumpEntry entry) => Now(ProofMarkReader.ReadAsync(entry with { Marks = DumpMarks.Proof }, CancellationToken.None));

    public static void Prove(DumpEntry entry, string by, DateTimeOffset at) => ProofMarkWriter.WriteAsync(entry, by, at, CancellationToken.None).GetAwaiter().GetResult();

    public static IReadOnlyList<ArchiveEntry> Contents(string path, ArchiveRoles? roles = null) => Now(Task.Run(async () =>
    {
        await using var dump = await OpenDump.OpenAsync(Outside(path), NoKeys, CancellationToken.None);
        return await ArchiveContents.ReadAsync(dump, roles, CancellationToken.None);
    }));

    private static T Now<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
