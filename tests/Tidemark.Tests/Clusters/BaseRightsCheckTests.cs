using Tidemark.BaseBackups;
using Tidemark.Clusters;

namespace Tidemark.Tests.Clusters;

public sealed class BaseRightsCheckTests
{
    [Fact]
    public void Who_wants_base_backups_is_told_every_grant_and_what_it_means()
    {
        var check = BaseRightsCheck.Judge(new BaseRights(["pg_catalog.pg_switch_wal()"], false), true, "we\"ak", "\"we\"\"ak\"", 15);
        Assert.Equal(CheckState.Warn, check.State);
        Assert.Contains("every byte", check.Found, StringComparison.Ordinal);
        Assert.Equal([.. BackupGrants.Statements("we\"ak", 15).Select(grant => $"{grant};"), "alter role \"we\"\"ak\" replication;"], check.Next!.Split('\n'));
    }

    [Fact]
    public void Who_wants_none_hears_no_more_than_that_it_lacks()
    {
        var check = BaseRightsCheck.Judge(new BaseRights(["pg_catalog.pg_switch_wal()"], false), false, "weak", "weak", 15);
        Assert.Equal((CheckState.Ok, null), (check.State, check.Next));
        Assert.Equal(CheckState.Ok, BaseRightsCheck.Judge(new BaseRights([], true), true, "strong", "strong", 18).State);
    }

    [Theory]
    [InlineData(14, "pg_catalog.pg_start_backup(text, boolean, boolean)")]
    [InlineData(15, "pg_catalog.pg_backup_start(text, boolean)")]
    public void The_names_of_functions_are_those_of_the_major(int major, string name) => Assert.Contains(name, BackupGrants.Functions(major));
}
