using Tidemark.Postgres;
using Tidemark.Postgres.Wal;
using Tidemark.Wal;

namespace Tidemark.BaseBackups;

/// <summary>Whether somebody brings a server's WAL into a store already, so that a backup need not.</summary>
/// <param name="archive">Of the store.</param>
/// <param name="slot">Of our receiver.</param>
internal sealed class WalBringer(WalArchive archive, string slot)
{
    private const string OurCommand = "wal push";

    /// <remarks>Where it is in doubt the answer is no: what is brought twice is stored once.</remarks>
    public async Task<bool> IsThereAsync(DatabaseAddress address, WalServer server, CancellationToken token)
    {
        if (server.Slots.Any(one => one.Name == slot && one.Active)) return true;
        if (server.Standby || !await IsPushedAsync(address, token)) return false;
        var number = server.SegmentSize.NumberAt(server.Flushed);
        // Our command may be told another store.
        return number > 0 && await archive.FindAsync(WalSegmentName.Of(server.Timeline, number - 1, server.SegmentSize), token) is not null;
    }

    private static async Task<bool> IsPushedAsync(DatabaseAddress address, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        return await connection.ScalarAsync<bool>($"select current_setting('archive_mode') <> 'off' and position('{OurCommand}' in current_setting('archive_command')) > 0", token);
    }
}
