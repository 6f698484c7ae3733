using System.Text.Json;
using Tidemark.Codecs;
using Tidemark.Files;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Dumps;

/// <summary>Brings a backup out of its store into a folder, as files that stock tools read: the dump, what lies beside it, and its manifest last. Nothing there is overwritten.</summary>
internal sealed class DownloadRunner(RepositoryKeys keys, TimeProvider clock)
{
    private const int PieceLength = 256 * 1024;

    /// <param name="entry">Which; a foreign file too.</param>
    /// <param name="folder">Where to; made when missing.</param>
    /// <param name="decrypt">Leave it there as it was before it was encrypted.</param>
    /// <param name="progress">Bytes.</param>
    /// <param name="token">Cancels; nothing is left then.</param>
    /// <returns>The path of the dump.</returns>
    /// <exception cref="Fault">10: its bytes are not those that were stored. 5: a file of its name is there.</exception>
    public async Task<string> RunAsync(DumpEntry entry, string folder, bool decrypt, IProgress<DumpProgress> progress, CancellationToken token)
    {
        var whole = decrypt ? await SealedManifest.WithAsync(entry, keys, token) : entry;
        var key = decrypt ? DumpName.Plain(entry.Key) : entry.Key;
        string PathOf(string ofKey) => Path.Combine(folder, Path.GetFileName(ofKey));
        foreach (var wanted in new[] { PathOf(key), PathOf(DumpName.ManifestOf(key)) })
            if (FileFacts.IsThere(wanted)) throw new Fault(FaultCode.Refused, "a file of this name exists, and nothing is overwritten") { Where = wanted, Next = "name another folder: --to FOLDER" };
        PrivateFolder.Ensure(folder);
        var size = await DumpAsync(whole, decrypt, PathOf(key), progress, token);
        if (whole.Manifest is not { } manifest) return PathOf(key);
        if (manifest.Globals is { } globals)
        {
            var stored = await WholeAsync(entry, globals, GlobalsDump.Ceiling, token);
            var opened = decrypt && globals.EndsWith(DumpName.Sealed, StringComparison.Ordinal) ? await keys.OpenWholeAsync(stored, entry.Store.PathOf(globals), manifest.Recipients, token) : stored;
            DurableFile.WriteWhole(PathOf(decrypt ? DumpName.Plain(globals) : globals), opened, replace: false);
        }
        if (decrypt) manifest = manifest with { File = key, Size = size, Sha256 = manifest.ContentSha256, Recipients = [], Globals = manifest.Globals is null ? null : DumpName.GlobalsOf(key) };
        else if (entry.IsEncrypted)
            DurableFile.WriteWhole(PathOf(DumpName.SealedManifestOf(key)), await WholeAsync(entry, DumpName.SealedManifestOf(entry.Key), DumpDocument.Ceiling, token), replace: false);
        DurableFile.WriteWhole(PathOf(DumpName.ManifestOf(key)), JsonSerializer.SerializeToUtf8Bytes(manifest, DumpJson.Default.DumpManifest), replace: false);
        return PathOf(key);
    }

    private static async Task<byte[]> WholeAsync(DumpEntry entry, string key, int atMost, CancellationToken token) =>
        await WholeObject.ReadAsync(entry.Store.Objects, key, atMost, token) ?? throw StoreFault.TooLarge(entry.Store.Objects, key, atMost);

    /// <returns>Bytes written.</returns>
    private async Task<long> DumpAsync(DumpEntry entry, bool decrypt, string path, IProgress<DumpProgress> progress, CancellationToken token)
    {
        using var held = OpenDump.HoldForReading(entry);
        await using var bytes = await entry.Store.Objects.OpenAsync(entry.Key, 0, null, token);
        var stored = new HashingStream(bytes);
        await using var reading = new DumpReading(stored, decrypt && entry.IsEncrypted ? await keys.OpenAsync(stored, entry.Path, entry.Manifest?.Recipients ?? [], token) : stored, null);
        using var file = DurableFile.Create(Path.GetDirectoryName(path)!);
        var tracker = new DumpTracker(new Dictionary<(string, string), long>(), progress);
        var begun = clock.GetTimestamp();
        await Task.Run(() =>
        {
            var piece = new byte[PieceLength];
            int got;
            while ((got = reading.Plain.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false)) > 0)
            {
                token.ThrowIfCancellationRequested();
                file.Stream.Write(piece, 0, got);
                tracker.Moved(got, reading.Moved, null, clock.GetElapsedTime(begun));
            }
        }, token);
        var sha256 = reading.Sha256();
        if (entry.Manifest is { } manifest && manifest.Sha256 != sha256)
        {
            var why = $"SHA-256 is {sha256}, the manifest says {manifest.Sha256}";
            var noted = await CheckMarkWriter.DamagedAsync(entry, why, clock.GetUtcNow());
            throw new Fault(FaultCode.Verification, "the backup is damaged where it lies") { Where = entry.Path, Why = why, Left = $"nothing was written; {noted}", Next = $"tidemark verify {entry.Id}" };
        }
        file.Publish(path);
        return file.Length;
    }
}
