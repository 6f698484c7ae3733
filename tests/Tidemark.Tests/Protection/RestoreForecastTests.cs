using Tidemark.Journal;
using Tidemark.Protection;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Protection;

public sealed class RestoreForecastTests
{
    [Fact]
    public void It_is_what_the_latest_restore_took_and_more_for_a_larger_backup_but_never_less()
    {
        var old = Of("old", 10);
        Assert.Equal(TimeSpan.FromMinutes(1), RestoreForecast.Of([Restored("old")], [old], old));
        Assert.Equal(TimeSpan.FromMinutes(3), RestoreForecast.Of([Restored("old")], [old], old with { Size = 3000 }));
        Assert.Equal(TimeSpan.FromMinutes(1), RestoreForecast.Of([Restored("old")], [old], old with { Size = 10 }));
    }

    [Fact]
    public void Restores_of_backups_that_are_gone_or_of_other_databases_foretell_nothing()
    {
        Assert.Null(RestoreForecast.Of([Restored("another")], [Of("old", 10)], Of("old", 10)));
        Assert.Null(RestoreForecast.Of([], [Of("old", 10)], Of("old", 10)));
        Assert.Equal(TimeSpan.FromMinutes(1), RestoreForecast.Of([Restored("another"), Restored("old")], [Of("old", 10)], Of("old", 10)));
    }

    private static RunRow Restored(string backup) => Run("succeeded", kind: "restore") with { BackupId = backup };
}
