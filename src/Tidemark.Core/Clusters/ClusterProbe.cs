using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>Is it ready to be protected? Goes the way that backups and restores go, and changes nothing: the checks behind <c>doctor</c>.</summary>
/// <remarks>
/// 1. the configuration · 2. the server: connect, clients, rights to read, rights to restore, its WAL, its clock · 3. each store: a probe
/// written, read and removed; of a folder its rights, its disk, its room · 4. what earlier runs left. What cannot be looked at keeps nothing else from being looked at.
/// </remarks>
internal sealed class ClusterProbe(ConfigurationReading reading, PostgresBinaries binaries, DumpStores stores, TimeProvider clock)
{
    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken token)
    {
        var options = reading.Options;
        List<Check> checks = [ConfigurationCheck.Judge(reading), await SecretFilesCheck.LookAsync(reading.SecretFiles)];

        var (connected, server) = await ConnectionCheck.LookAsync(options.Database, reading, token);
        await using var _ = server;
        checks.Add(connected);
        var (clients, tools) = await ClientsCheck.LookAsync(binaries, server?.Version, token);
        checks.Add(clients);
        checks.Add(await ClientConnectionCheck.LookAsync(server, tools, token));
        checks.Add(await ReadRightsCheck.LookAsync(server, token));
        checks.Add(await LargeObjectsCheck.LookAsync(server, token));
        checks.Add(await RowSecurityCheck.LookAsync(server, token));
        checks.Add(await GlobalsCheck.LookAsync(server, tools, token));
        checks.Add(await RestoreRightsCheck.LookAsync(server, token));
        checks.Add(await SwapCheck.LookAsync(server, token));
        checks.Add(await LocaleCheck.LookAsync(server, token));
        checks.Add(await GuardCheck.LookAsync(server, options.ProductionSaidBy, token));
        checks.Add(await WalCheck.LookAsync(options.Wal, server, token));
        checks.Add(await BaseRightsCheck.LookAsync(options, server, token));

        var (listed, backups) = await BackupsCheck.LookAsync(stores, options, reading.RetentionIsKnown, server, clock, token);
        checks.Add(await ClockCheck.LookAsync(server, backups, clock, token));
        foreach (var store in stores.All)
        {
            if (store.Folder is not { } folder)
            {
                checks.Add(await StoreCheck.LookAsync(store, token));
                continue;
            }
            checks.Add(await FolderCheck.LookAsync(folder));
            checks.Add(await FolderModeCheck.LookAsync(folder, backups));
            checks.Add(await DiskCheck.LookAsync(folder, server, token));
            checks.Add(await SpaceCheck.LookAsync(folder, server?.Facts, options.Database?.Database, backups));
        }
        checks.Add(listed);
        checks.Add(await UnfinishedCheck.LookAsync(stores.State, clock));
        checks.Add(await NoticesCheck.LookAsync(stores.State, options.Notices, clock));
        checks.Add(await KeptDatabasesCheck.LookAsync(stores.State, server, clock, token));
        return checks;
    }
}
