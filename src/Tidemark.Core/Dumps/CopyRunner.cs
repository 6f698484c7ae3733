using System.Security.Cryptography;
using Tidemark.Storage;

namespace Tidemark.Dumps;

/// <summary>Brings a backup from one store to another, byte for byte, and reads there what arrived. Its manifest comes last, as everywhere.</summary>
/// <remarks>No key is needed: what is encrypted stays so. Killed at any moment, the same command goes on.</remarks>
internal sealed class CopyRunner(TimeProvider clock)
{
    private const int PieceLength = 256 * 1024;

    /// <exception cref="Fault">10: what was read, or what arrived, is not what the manifest says; the backup is then not there.</exception>
    public async Task RunAsync(DumpEntry from, DumpStore to, IProgress<DumpProgress> progress, CancellationToken token)
    {
        var manifest = from.Manifest ?? throw new Fault(FaultCode.Refused, "only a backup with a manifest is copied") { Where = from.Path, Next = $"tidemark adopt {Processes.ShellWord.Quote(from.Key)}" };
        using var held = OpenDump.HoldForReading(from);
        if (await to.Objects.FindAsync(DumpName.ManifestOf(from.Key), token) is not null) throw new Fault(FaultCode.Refused, "a backup of this name is there already") { Where = to.PathOf(from.Key), Left = "nothing was overwritten", Next = "tidemark list" };
        await DumpAsync(from, manifest, to, progress, token);
        string[] beside = [DumpName.SealedManifestOf(from.Key), DumpName.CheckOf(from.Key), DumpName.ProofOf(from.Key), DumpName.PinOf(from.Key)];
        if (manifest.Globals is { } globals && await from.Store.Objects.FindAsync(globals, token) is not null) await PutAsync(globals, PutMode.Replace, GlobalsDump.Ceiling);
        foreach (var key in beside)
            if (await from.Store.Objects.FindAsync(key, token) is not null) await PutAsync(key, PutMode.Replace, DumpDocument.Ceiling);
        await PutAsync(DumpName.ManifestOf(from.Key), PutMode.IfAbsent, DumpDocument.Ceiling);

        async Task PutAsync(string key, PutMode mode, int atMost) =>
            await to.Objects.PutAsync(key, await WholeObject.ReadAsync(from.Store.Objects, key, atMost, token) ?? throw StoreFault.TooLarge(from.Store.Objects, key, atMost), mode, token);
    }

    private async Task DumpAsync(DumpEntry from, DumpManifest manifest, DumpStore to, IProgress<DumpProgress> progress, CancellationToken token)
    {
        // Of a copy that was killed before its manifest: whole or not there.
        if (await to.Objects.FindAsync(from.Key, token) is null)
        {
            await using var source = await from.Store.Objects.OpenAsync(from.Key, 0, null, token);
            await using var upload = await to.Objects.BeginUploadAsync(from.Key, token);
            var sent = await HashAsync(source, upload.WriteAsync, progress, token);
            if (sent != manifest.Sha256) throw Differs("the backup is damaged where it lies", from.Path, sent, manifest, "nothing was copied");
            if (!await upload.CompleteAsync(PutMode.IfAbsent, token)) throw new Fault(FaultCode.Refused, "another copy took this name meanwhile") { Where = to.PathOf(from.Key), Left = "nothing was overwritten", Next = "tidemark list" };
        }
        await using var arrived = await to.Objects.OpenAsync(from.Key, 0, null, token);
        var there = await HashAsync(arrived, (_, _) => ValueTask.CompletedTask, progress, token);
        if (there != manifest.Sha256) throw Differs("what lies in the other store is not this backup", to.PathOf(from.Key), there, manifest, "it has no manifest, and so is no backup");
    }

    private async Task<string> HashAsync(Stream source, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, IProgress<DumpProgress> progress, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var tracker = new DumpTracker(new Dictionary<(string, string), long>(), progress);
        var begun = clock.GetTimestamp();
        var piece = new byte[PieceLength];
        long moved = 0;
        int got;
        while ((got = await source.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, token)) > 0)
        {
            hash.AppendData(piece, 0, got);
            await take(piece.AsMemory(0, got), token);
            tracker.Moved(got, moved += got, null, clock.GetElapsedTime(begun));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Fault Differs(string what, string where, string found, DumpManifest manifest, string left) =>
        new(FaultCode.Verification, what) { Where = where, Why = $"SHA-256 is {found}, the manifest says {manifest.Sha256}", Left = left, Next = $"tidemark verify {manifest.Id}" };
}
