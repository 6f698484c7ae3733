using Tidemark.Journal;
using Tidemark.Protection;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Protection;

public sealed class RestoreForecastTests
{
    [Fact]
    public void What_was_never_measured_has_no_forecast_and_other_databases_and_kinds_foretell_nothing()
    {
        Assert.Null(RestoreForecast.OfDump([], "db", 1000));
        Assert.Null(RestoreForecast.OfDump([Took(1, 1000, 60) with { Database = "other" }, Took(1, 1000, 60) with { Kind = RestoreForecast.Base }], "db", 1000));
        // A server that was started for a restore which failed is no restore.
        Assert.Null(RestoreForecast.OfDump([Took(1, null, 2, RestorePhase.Server)], "db", 1000));
    }

    [Theory]
    [InlineData(1000, 60)]
    [InlineData(3000, 180)]
    [InlineData(10, 60)]
    public void Of_one_it_is_what_that_took_and_more_for_a_larger_backup_but_never_less_and_how_much_it_varies_is_not_known(long size, double seconds) =>
        Assert.Equal(new RestoreForecast(TimeSpan.FromSeconds(seconds), null, 1), RestoreForecast.OfDump([Took(1, 1000, 60)], "db", size));

    [Fact]
    public void Phases_add_up_and_a_server_starts_as_fast_for_a_large_backup()
    {
        MeasuredPhase[] measured = [Took(1, null, 2, RestorePhase.Server), Took(1, 1000, 10), Took(1, 1000, 3, RestorePhase.AfterRestore), Took(1, 1000, 99, "amcheck")];
        Assert.Equal(2 + 100 + 30, RestoreForecast.OfDump(measured, "db", 10_000)!.P50.TotalSeconds, 6);
        Assert.Equal(2 + 10 + 3, RestoreForecast.OfDump(measured, "db", 10)!.P50.TotalSeconds, 6);
    }

    [Fact]
    public void A_hook_that_the_latest_restore_did_not_run_is_left_out_and_a_server_that_it_found_is_not()
    {
        MeasuredPhase[] measured = [Took(2, null, 2, RestorePhase.Server), Took(2, 1000, 10), Took(2, 1000, 500, RestorePhase.SmokeTest), Took(1, 1000, 10)];
        Assert.Equal(12, RestoreForecast.OfDump(measured, "db", 1000)!.P50.TotalSeconds, 6);
    }

    [Fact]
    public void A_recovery_goes_by_WAL_and_the_restore_before_it_by_files_and_WAL()
    {
        MeasuredPhase[] measured = [.. RestoreForecast.Measure(RestoreForecast.Base, "db", Now, [(RestorePhase.Server, 1), (RestorePhase.Restore, 10), (RestorePhase.Recover, 4), ("plan", 7)], phase => phase == RestorePhase.Recover ? 100 : 1000)];
        Assert.Equal([(long?)null, 1000, 100], measured.Select(one => one.Bytes));
        Assert.Equal(1 + 10 + 8, RestoreForecast.OfBase(measured, "db", 800, 200)!.P50.TotalSeconds, 6);
    }

    [Fact]
    public void It_is_said_how_often_it_was_measured()
    {
        Assert.Equal("a restore takes about 12 s; too few were measured to know how much that varies (measured once)", new RestoreForecast(TimeSpan.FromSeconds(12), null, 1).InWords);
        Assert.Equal("a restore takes about 12 s, 9 of 10 times up to 2 min (measured 5 times)", new RestoreForecast(TimeSpan.FromSeconds(12), TimeSpan.FromMinutes(2), 5).InWords);
    }

    private static MeasuredPhase Took(double daysAgo, long? bytes, double seconds, string phase = RestorePhase.Restore) => new(RestoreForecast.Dump, "db", phase, seconds, bytes, Now.AddDays(-daysAgo));
}
