using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

public sealed class SwapJournalTests
{
    [Fact]
    public void What_an_undoing_kept_stands_until_it_is_forgotten_and_then_the_swap_is_undone_all_the_same()
    {
        var folder = Directory.CreateTempSubdirectory("tidemark-test-");
        try
        {
            var journal = new SwapJournal(Path.Combine(folder.FullName, "state"));
            var older = Record("a", 1, "shop_before_1");
            var swap = Record("b", 2, "shop_before_2");
            var undo = Record("c", 3, "shop_undone_3") with { Undoes = "b" };
            foreach (var record in new[] { older, swap, undo }) journal.Write(record);
            Assert.Equal(["c", "a"], journal.Standing().Select(record => record.Id));
            journal.Write(undo with { Phase = SwapPhase.Forgotten });
            Assert.Equal(["a"], journal.Standing().Select(record => record.Id));
            Assert.Equal("a", journal.Latest("7", "shop")?.Id);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SwapRecord Record(string id, int day, string kept) => new()
    {
        Id = id,
        Phase = SwapPhase.Swapped,
        At = new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero),
        Server = "host:5432",
        SystemIdentifier = "7",
        Database = "shop",
        OldOid = 1,
        Kept = kept,
        OldAllowedConnections = true,
        NewOid = 2,
        NewName = "shop_restored",
    };
}
