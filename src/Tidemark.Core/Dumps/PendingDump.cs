using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.Files;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Dumps;

/// <summary>A dump on its way to its final names. Killed at any moment, the next start either finishes it or sweeps it.</summary>
/// <remarks>
/// The bytes are in the stores; the pending folder, in the state folder of this machine, holds what must not be forgotten: the intent (which
/// stores, which key), then the globals, and last the manifest. The pending manifest is the decision: it is written after the check has
/// passed, so whoever finds one may finish each store that holds all the bytes; whoever finds none removes what was uploaded.
/// The lock lies beside the folder and is older than it: who tidies up can never hold the folder of a dump that lives. It is removed only by its holder.
/// </remarks>
internal sealed class PendingDump : IDisposable
{
    private const string IntentFile = "intent.json", GlobalsFile = "globals.sql", SealedFile = "manifest.json.age", ManifestFile = "manifest.json", LockSuffix = ".lock";
    private readonly string path;
    private readonly FileLock held;
    private bool done;
    private volatile bool left;

    private PendingDump(string path, FileLock held) => (this.path, this.held) = (path, held);

    public static PendingDump Create(string stateFolder, string name, PendingIntent intent, TimeProvider clock)
    {
        var path = Path.Combine(Pending(stateFolder), name);
        FileLock? held;

        // Who tidies up may have taken the new lock for one that was left, and have removed it.
        while ((held = FileLock.TryAcquire(path + LockSuffix, clock)) is null || !File.Exists(held.Path)) held?.Dispose();
        PrivateFolder.Ensure(path);
        DurableFile.WriteWhole(Path.Combine(path, IntentFile), JsonSerializer.SerializeToUtf8Bytes(intent, PendingJson.Default.PendingIntent), replace: true);
        return new PendingDump(path, held);
    }

    /// <summary>From here on the dump is whole and checked, and will be finished wherever all of its bytes are.</summary>
    /// <param name="manifest">Its <see cref="DumpManifest.File"/> is the name that is wanted.</param>
    /// <param name="globals">As they will be stored; null when there are none.</param>
    /// <param name="keys">For the manifest of an encrypted dump.</param>
    public void Decide(DumpManifest manifest, byte[]? globals, RepositoryKeys keys)
    {
        if (globals is not null) DurableFile.WriteWhole(Path.Combine(path, GlobalsFile), globals, replace: false);
        var whole = JsonSerializer.SerializeToUtf8Bytes(manifest, DumpJson.Default.DumpManifest);
        if (manifest.Recipients.Count > 0)
        {
            DurableFile.WriteWhole(Path.Combine(path, SealedFile), keys.Seal(whole), replace: false);
            whole = JsonSerializer.SerializeToUtf8Bytes(manifest.ForAll(), DumpJson.Default.DumpManifest);
        }
        DurableFile.WriteWhole(Path.Combine(path, ManifestFile), whole, replace: false);
    }

    /// <summary>Gives the dump its name in one store, then its globals and last its manifest. Null when its bytes are not there.</summary>
    public Task<DumpManifest?> FinishAsync(DumpStore store, CancellationToken token) => FinishAsync(path, store, token);

    /// <summary>Nothing is left to be done in any store.</summary>
    public void Done() => done = true;

    /// <summary>A store failed in the middle of it and may hold a part that it could not be asked to drop: the next start sweeps there.</summary>
    public void MayBeLeft() => left = true;

    public void Dispose()
    {
        // Kept when it broke off after the decision: the next start finishes.
        if (done || !(left || File.Exists(Path.Combine(path, ManifestFile)))) Directory.Delete(path, recursive: true);
        File.Delete(held.Path);
        held.Dispose();
    }

    /// <summary>Finishes or sweeps what killed runs left. Returns one sentence for each, for the operator.</summary>
    public static async Task<IReadOnlyList<string>> TidyAsync(DumpStores stores, TimeProvider clock, CancellationToken token)
    {
        var told = new List<string>();
        var pending = Pending(stores.State);
        if (Directory.Exists(pending)) await TidyAsync(pending, stores, clock, told, token);
        // What else was on its way into a folder: whoever lives holds a lock on it.
        foreach (var store in stores.All.Where(store => store.Folder is not null))
            if (await store.Objects.SweepUploadsAsync("", DateTimeOffset.MaxValue, token) is > 0 and var swept) told.Add($"swept {swept} unfinished {(swept == 1 ? "file" : "files")} of runs that were ended{In(store, stores)}");
        return told;
    }

    private static async Task TidyAsync(string pending, DumpStores stores, TimeProvider clock, List<string> told, CancellationToken token)
    {
        var locks = Directory.GetFiles(pending, "*" + LockSuffix).Select(file => file[..^LockSuffix.Length]);
        foreach (var left in Directory.GetDirectories(pending).Union(locks))
        {
            using var held = FileLock.TryTakeOver(left + LockSuffix, clock);
            if (held is null || (Directory.Exists(left) && !await TidyAsync(left, stores, told, token))) continue;
            if (Directory.Exists(left)) Directory.Delete(left, recursive: true);
            File.Delete(held.Path);
        }
    }

    private static string Pending(string stateFolder) => Path.Combine(stateFolder, "pending");

    /// <summary>False when a store could not be reached: the next start tries again.</summary>
    private static async Task<bool> TidyAsync(string left, DumpStores stores, List<string> told, CancellationToken token)
    {
        var name = Path.GetFileName(left);
        if (Read(left, IntentFile, PendingJson.Default.PendingIntent) is not { } intent)
        {
            // Killed before the first byte, or after the last of its names.
            told.Add($"removed the empty pending folder of a run that was ended: {name}; if its dump was done, tidemark list shows it");
            return true;
        }
        var decided = File.Exists(Path.Combine(left, ManifestFile));
        var reached = true;
        foreach (var store in stores.All.Where(store => intent.Stores.Contains(store.Address)))
        {
            try
            {
                if (decided && await FinishAsync(left, store, token) is { } manifest) told.Add($"finished a dump that was whole and checked, but not yet named when its run was ended: {manifest.File}{In(store, stores)}");
                else
                {
                    await store.Objects.SweepUploadsAsync(intent.Key, DateTimeOffset.MaxValue, token);
                    told.Add($"swept an unfinished dump of a run that was ended: {name}{In(store, stores)}");
                }
            }
            catch (Fault unreachable) when (unreachable.Code == FaultCode.Store)
            {
                told.Add($"what a run left that was ended could not be swept now: {name}: {unreachable.InOneLine}");
                reached = false;
            }
        }
        return reached;
    }

    private static string In(DumpStore store, DumpStores stores) => stores.All.Count == 1 ? "" : $", in {store.Address}";

    /// <summary>Repeatable at every point: what is done already is passed over.</summary>
    private static async Task<DumpManifest?> FinishAsync(string path, DumpStore store, CancellationToken token)
    {
        var (intent, decided) = (Read(path, IntentFile, PendingJson.Default.PendingIntent)!, Read(path, ManifestFile, DumpJson.Default.DumpManifest)!);
        var (key, there) = await new DumpNaming(store, intent.Key, decided).FindAsync(token);
        if (key is null || there is not null) return there;
        var globals = Path.Combine(path, GlobalsFile);
        var manifest = decided with { File = key, Id = DumpName.Id(key), Globals = File.Exists(globals) ? DumpName.GlobalsOf(key) : null };
        if (manifest.Globals is not null) await store.Objects.PutAsync(manifest.Globals, await File.ReadAllBytesAsync(globals, token), PutMode.IfAbsent, token);
        var whole = Path.Combine(path, SealedFile);
        if (File.Exists(whole)) await store.Objects.PutAsync(DumpName.SealedManifestOf(key), await File.ReadAllBytesAsync(whole, token), PutMode.IfAbsent, token);
        if (await store.Objects.PutAsync(DumpName.ManifestOf(key), JsonSerializer.SerializeToUtf8Bytes(manifest, DumpJson.Default.DumpManifest), PutMode.IfAbsent, token)) return manifest;
        throw new Fault(FaultCode.Store, "a manifest of this name exists already, without its dump") { Where = store.PathOf(DumpName.ManifestOf(key)), Left = "the dump has its name but no manifest", Next = "move that file away, then run any backup: it finishes this one" };
    }

    private static T? Read<T>(string path, string name, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        var file = Path.Combine(path, name);
        return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), type) : null;
    }
}

/// <param name="Key">That the bytes are uploaded under.</param>
/// <param name="Stores">Addresses.</param>
internal sealed record PendingIntent(string Key, IReadOnlyList<string> Stores);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PendingIntent))]
internal sealed partial class PendingJson : JsonSerializerContext;
