using System.Collections.Concurrent;

namespace Tidemark.Files;

/// <summary>Folders that a service works in for as long as it runs. One that is gone meanwhile, removed or unmounted, is not made anew: empty, it would look as if there had never been anything.</summary>
internal static class HeldFolders
{
    private static readonly ConcurrentDictionary<string, (ulong Number, int Holders)> Held = new(StringComparer.Ordinal);

    /// <summary>Until what is returned is disposed, nothing is made at or below this path unless the folder is the one that it is now.</summary>
    /// <remarks>The number alone, without the device: mounted again, the same file system may be another device.</remarks>
    /// <exception cref="Fault">8: it is not there.</exception>
    public static IDisposable Hold(string path)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var number = FileFacts.Find(folder)?.Number ?? throw Gone(folder, "it is not there");
        Held.AddOrUpdate(folder, (number, 1), (_, known) => (known.Number, known.Holders + 1));
        return new Holder(folder);
    }

    /// <exception cref="Fault">8: a held folder on the way to this path is gone, or is another one by now.</exception>
    public static void Require(string path)
    {
        if (Held.IsEmpty) return;
        for (var part = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)); part is not null; part = Path.GetDirectoryName(part))
            if (Held.TryGetValue(part, out var known) && FileFacts.Find(part) is var facts && facts?.Number != known.Number)
                throw Gone(part, facts is null ? "it was removed or unmounted while this program ran" : "another folder has its name by now: it was replaced or unmounted while this program ran");
    }

    private static Fault Gone(string folder, string why) => new(FaultCode.Store, "the folder of the backups or of their history is gone")
    {
        Where = folder,
        Why = why,
        Left = "nothing was made in its place",
        Next = $"findmnt --target '{folder}' # bring it back; to begin anew without it, restart the service",
    };

    private sealed class Holder(string folder) : IDisposable
    {
        private int released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref released, 1) != 0) return;
            while (Held.TryGetValue(folder, out var known))
                if (known.Holders == 1 ? Held.TryRemove(new(folder, known)) : Held.TryUpdate(folder, known with { Holders = known.Holders - 1 }, known)) return;
        }
    }
}
