using System.Security.Cryptography;
using Tidemark.Dumps;
using Tidemark.Storage;

namespace Tidemark.Clusters;

/// <summary>Whether backups can be written to an object store.</summary>
internal static class StoreCheck
{
    private const int Bytes = 64 * 1024;

    public static Task<Check> LookAsync(DumpStore store, CancellationToken token)
    {
        var subject = new CheckSubject("store", $"write, read back and remove an object in {store.Address}", FaultCode.Store);
        return subject.LookAsync(async () =>
        {
            var key = $"tidemark-doctor-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
            var bytes = RandomNumberGenerator.GetBytes(Bytes);
            await store.Objects.PutAsync(key, bytes, PutMode.IfAbsent, token);
            await using (var stored = await store.Objects.OpenAsync(key, 0, null, token))
            {
                var read = new byte[Bytes];
                if (await stored.ReadAtLeastAsync(read, Bytes, throwOnEndOfStream: false, token) != Bytes || !read.AsSpan().SequenceEqual(bytes))
                    return subject.Fail("what was written is not what is read back", $"tidemark store check {Processes.ShellWord.Quote(store.Address)}");
            }
            return await IsRemovedAsync(store, key, token) is { } refused ? subject.Warn($"done, but not removed: {refused.InOneLine}", "let these keys delete, or purge old backups by the store's own rules") : subject.Ok("done");
        });
    }

    /// <summary>A store that lets nobody delete keeps backups well, but retention cannot work there.</summary>
    private static async Task<Fault?> IsRemovedAsync(DumpStore store, string key, CancellationToken token)
    {
        try
        {
            await store.Objects.DeleteAsync(key, token);
            return null;
        }
        catch (Fault refused)
        {
            return refused;
        }
    }
}
