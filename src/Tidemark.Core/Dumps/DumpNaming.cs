namespace Tidemark.Dumps;

/// <summary>Gives an uploaded dump its final name in a store. Repeatable: killed at any point, it finds what was done.</summary>
/// <param name="store">Where.</param>
/// <param name="uploaded">The key of its bytes.</param>
/// <param name="manifest">Of it, with the name that is wanted.</param>
internal sealed class DumpNaming(DumpStore store, string uploaded, DumpManifest manifest)
{
    /// <returns>Its name, or its manifest where it has one already; neither when its bytes are not there.</returns>
    public async Task<(string? Key, DumpManifest? There)> FindAsync(CancellationToken token)
    {
        for (var number = 1; ; number++)
        {
            var key = DumpName.Numbered(manifest.File, number);
            if (await store.Objects.FindAsync(DumpName.ManifestOf(key), token) is not null)
            {
                var (other, _) = await ManifestReading.ManifestAsync(store, key, mayBeRenamed: false, token);
                if (other?.Sha256 == manifest.Sha256 && other.StartedAt == manifest.StartedAt) return (key, other);
            }
            else if (key == uploaded) return (await HoldsAsync(key, token) ? key : null, null);
            else if (!await HoldsAsync(uploaded, token)) return (await HoldsAsync(key, token) ? key : null, null);
            else if (await MoveAsync(key, token) is { } named) return (named, null);
        }
    }

    private async Task<bool> HoldsAsync(string key, CancellationToken token) => await store.Objects.FindAsync(key, token) is { } found && found.Size == manifest.Size;

    /// <summary>Null when the name is taken. A store that lets us neither copy nor delete keeps the name it has: the hash stands in the manifest.</summary>
    private async Task<string?> MoveAsync(string key, CancellationToken token)
    {
        try
        {
            return await store.Objects.MoveAsync(uploaded, key, token) ? key : null;
        }
        catch (Fault refused) when (refused.Code == FaultCode.Store)
        {
            // The copy may be there, and only the old name could not be taken away.
            if (await HoldsAsync(key, token)) return key;
            if (await HoldsAsync(uploaded, token)) return uploaded;
            throw;
        }
    }
}
