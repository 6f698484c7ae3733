using Tidemark.Postgres.Data;

namespace Tidemark.Tests.Postgres.Data;

public sealed class BackupSelectionTests
{
    private static readonly BackupSelection Selection = new("PG_17_202406281", ["spaces/inside"]);

    [Theory]
    [InlineData("global/1262", "global", 1262, RelationFork.Main, 0)]
    [InlineData("base/5/16384_fsm.1", "base/5", 16384, RelationFork.FreeSpace, 1)]
    [InlineData("base/5/16384_vm", "base/5", 16384, RelationFork.Visibility, 0)]
    [InlineData("base/5/16384_init", "base/5", 16384, RelationFork.Init, 0)]
    [InlineData("pg_tblspc/16400/PG_17_202406281/5/16500.12", "pg_tblspc/16400/PG_17_202406281/5", 16500, RelationFork.Main, 12)]
    public void Relations_are_told_by_place_and_name(string path, string folder, uint number, object fork, uint segment) =>
        Assert.Equal(new RelationFile(folder, number, (RelationFork)fork, segment, false), RelationFile.Parse(path));

    [Theory]
    [InlineData("base/5/t3_16384")]
    [InlineData("base/5/t0_16384_fsm.2")]
    [InlineData("pg_tblspc/16400/PG_17_202406281/5/t12_16384")]
    public void A_temporary_relation_is_one_too(string path) => Assert.True(RelationFile.Parse(path)!.Value.IsTemporary);

    [Theory]
    [InlineData("base/5/PG_VERSION")]
    [InlineData("base/5/pg_filenode.map")]
    [InlineData("base/5/016384")]
    [InlineData("base/5/16384.0")]
    [InlineData("base/5/16384.01")]
    [InlineData("base/5/16384.")]
    [InlineData("base/5/16384_old")]
    [InlineData("base/5/16384_fsm_vm")]
    [InlineData("base/5/99999999999")]
    [InlineData("base/5/t_16384")]
    [InlineData("base/5/t-1_16384")]
    [InlineData("base/5/deeper/16384")]
    [InlineData("base/16384")]
    [InlineData("database/5/16384")]
    [InlineData("log/16384")]
    [InlineData("pg_tblspc/16400/16384")]
    [InlineData("pg_tblspc/16400/PG_17_202406281/16384")]
    [InlineData("pg_xact/0000")]
    [InlineData("16384")]
    public void All_else_is_none(string path) => Assert.Null(RelationFile.Parse(path));

    [Fact]
    public void The_first_page_of_a_later_file_is_counted_on() => Assert.Equal(262144u, RelationFile.Parse("base/5/16384.2")!.Value.FirstBlock(131072));

    [Theory]
    [InlineData("pg_xact/0000")]
    [InlineData("pg_twophase/00000000000002E8")]
    [InlineData("pg_logical/replorigin_checkpoint")]
    [InlineData("pg_stat/pgstat.stat")]
    [InlineData("postgresql.auto.conf")]
    [InlineData("log/postmaster.pid")]
    [InlineData("base/5/backup_label")]
    [InlineData("mine/pg_wal/000000010000000000000001")]
    [InlineData("mine/pg_internal.init")]
    [InlineData("mine/pgsql_tmp1.0")]
    [InlineData("database/pg_replslot/x")]
    [InlineData("base/5/t_16384")]
    public void A_file_that_only_shares_a_name_is_copied(string path) => Assert.Equal(EntryFate.Copied, Fate(path));

    [Theory]
    [InlineData("postmaster.pid")]
    [InlineData("backup_label.old")]
    [InlineData("tablespace_map")]
    [InlineData("backup_manifest")]
    [InlineData("standby.signal")]
    [InlineData("recovery.signal")]
    [InlineData("postgresql.auto.conf.tmp")]
    [InlineData("global/pg_internal.init")]
    [InlineData("base/5/pg_internal.init.4711")]
    [InlineData("pg_wal/000000010000000000000001")]
    [InlineData("pg_replslot/mine/state")]
    [InlineData("pg_stat_tmp/global.stat")]
    [InlineData("base/pgsql_tmp/pgsql_tmp12.0")]
    [InlineData("base/5/t3_16384")]
    [InlineData("pg_tblspc/16400/stray")]
    public void What_is_of_one_server_only_is_left_out(string path)
    {
        // What lies in a folder that is left out is never looked at.
        var folder = path.Contains("pgsql_tmp/", StringComparison.Ordinal) ? Fate(Path.GetDirectoryName(path)!, ClusterEntryKind.Folder) : Fate(path);
        Assert.Equal(EntryFate.LeftOut, folder);
    }

    [Theory]
    [InlineData("pg_wal", EntryFate.KeptEmpty)]
    [InlineData("pg_wal/archive_status", EntryFate.KeptEmpty)]
    [InlineData("pg_wal/summaries", EntryFate.KeptEmpty)]
    [InlineData("pg_wal/mine", EntryFate.LeftOut)]
    [InlineData("pg_replslot", EntryFate.KeptEmpty)]
    [InlineData("pg_replslot/mine", EntryFate.LeftOut)]
    [InlineData("pg_stat", EntryFate.Copied)]
    [InlineData("spaces", EntryFate.Copied)]
    [InlineData("spaces/inside", EntryFate.KeptEmpty)]
    [InlineData("pg_tblspc/16400", EntryFate.Copied)]
    [InlineData("pg_tblspc/16400/PG_17_202406281", EntryFate.Copied)]
    [InlineData("pg_tblspc/16400/PG_16_202307071", EntryFate.LeftOut)]
    [InlineData("pg_tblspc/16400/PG_17_202406281/pgsql_tmp", EntryFate.LeftOut)]
    [InlineData("pg_tblspc/16400/PG_17_202406281/5", EntryFate.Copied)]
    [InlineData("base/pgsql_tmp", EntryFate.LeftOut)]
    public void Folders_are_told_by_their_place(string path, object fate) => Assert.Equal((EntryFate)fate, Fate(path, ClusterEntryKind.Folder));

    [Fact]
    public void Of_an_unlogged_relation_only_the_init_fork_is_copied_and_only_beside_it()
    {
        string[] files = ["base/5/16384", "base/5/16384.1", "base/5/16384_fsm", "base/5/16384_init", "base/5/16385", "base/5/163840"];
        var fates = Selection.Decide([.. files.Select(path => Entry(path, ClusterEntryKind.File))]).Where(pair => pair.Fate == EntryFate.Copied).Select(pair => pair.Entry.Path);
        Assert.Equal(["base/5/16384_init", "base/5/16385", "base/5/163840"], fates);
    }

    [Fact]
    public void Links_and_special_files_are_refused_but_where_PostgreSQL_makes_them()
    {
        Assert.Equal(EntryFate.Copied, Fate("pg_tblspc/16400", ClusterEntryKind.Link));
        Assert.Equal(EntryFate.KeptEmpty, Fate("pg_wal", ClusterEntryKind.Link));
        Assert.Equal(EntryFate.Refused, Fate("log", ClusterEntryKind.Link));
        Assert.Equal(EntryFate.Refused, Fate(".s.PGSQL.5432", ClusterEntryKind.Special));
    }

    [Theory]
    [InlineData("global/pg_control", true)]
    [InlineData("global/pg_filenode.map", true)]
    [InlineData("PG_VERSION", true)]
    [InlineData("base/5/PG_VERSION", false)]
    [InlineData("global/1262", false)]
    public void What_may_not_be_gone_is_little_for_databases_are_dropped_and_catalogues_rewritten(string path, bool essential) =>
        Assert.Equal(essential, BackupSelection.IsEssential(path));

    private static EntryFate Fate(string path, ClusterEntryKind kind = ClusterEntryKind.File) => Selection.Decide([Entry(path, kind)]).Single().Fate;

    private static ClusterEntry Entry(string path, ClusterEntryKind kind) => new(path, kind, 0, UnixFileMode.UserRead, default);
}
