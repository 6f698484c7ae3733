using Tidemark.Dumps;
using Tidemark.Protection;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Protection;

public sealed class BackupGroupTests
{
    private readonly List<string> remarks = [];

    [Fact]
    public void Databases_with_backups_in_the_journal_and_configured_are_all_there_once()
    {
        var groups = BackupGroup.Of([Of("a", 1, database: "shop"), Of("b", 2, database: "shop"), Of("foreign", 3, DumpState.Foreign)], ["shop", "only in the journal"], remarks);
        Assert.Equal([("only in the journal", 0), ("shop", 2)], groups.Select(group => (group.Database, group.Backups.Count)).Order());
        Assert.Empty(remarks);
    }

    [Fact]
    public void Two_servers_databases_of_one_name_do_not_stand_in_for_one_another()
    {
        var groups = BackupGroup.Of([Of("a", 1, server: "new"), Of("b", 2, server: "old"), Of("c", 3, server: null, adopted: true)], ["db"], remarks);
        Assert.Equal([("db", "new", "a"), ("db", "old", "b")], groups.Select(group => (group.Database, group.Server, group.Backups.Single().Id)));
        Assert.Contains("give each server a BACKUP_DIR of its own", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Adopted_ones_belong_to_the_one_server_there_is()
    {
        var group = Assert.Single(BackupGroup.Of([Of("a", 1), Of("c", 3, server: null, adopted: true)], [], remarks));
        Assert.Equal(("server", 2), (group.Server, group.Backups.Count));
    }

    [Fact]
    public void A_manifest_that_cannot_be_read_is_told_of_where_its_dump_lies()
    {
        var lost = Of("my%20shop/2026/11/22/backup.dump", 0, DumpState.Damaged, finding: "it is empty");
        var group = Assert.Single(BackupGroup.Of([lost], ["my shop"], remarks));
        Assert.Equal(lost, Assert.Single(group.Backups));
        Assert.Equal(ProtectionState.Exposed, RecoveryLine.Of(Facts(Of("a", 5), lost), NoObjective, Now).State);
        Assert.Empty(BackupGroup.Of([Of("flat.sql.gz", 0, DumpState.Damaged, finding: "it is empty")], ["my shop"], remarks).Single().Backups);
        Assert.Equal(["flat.sql.gz: nobody knows of which database: it is empty"], remarks);
    }
}
