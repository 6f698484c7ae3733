using Tidemark.Configuration;
using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Protection;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Hosting;

public sealed class ReadinessTests
{
    private static readonly ObjectiveOptions Day = new(TimeSpan.FromMinutes(100), TimeSpan.FromHours(1), null);

    [Theory]
    [InlineData(10, "Ready", null)]
    [InlineData(90, "Degraded", "1 of 1 databases at risk")]
    [InlineData(110, "NotReady", "1 of 1 databases exposed: over an objective, or nothing to go back to")]
    public void A_late_backup_is_told_the_later_the_worse(int minutesOld, string state, string? words) =>
        Assert.Equal(new ReadinessFinding("protection", Enum.Parse<ReadinessState>(state), words), Readiness.OfProtection(Report(Facts(Of("a", minutesOld)))));

    [Fact]
    public void What_nobody_knows_is_never_ready()
    {
        Assert.Equal(ReadinessState.Degraded, Readiness.OfProtection(null).State);
        Assert.Equal(ReadinessState.Degraded, Readiness.OfProtection(new ProtectionReport(Now, [], [])).State);
        Assert.Equal(ReadinessState.Degraded, Readiness.OfProtection(new ProtectionReport(Now, [DatabaseProtection.Of(Facts(), NoObjective, Now)], [])).State);
    }

    [Fact]
    public void The_words_name_nothing_that_a_stranger_may_not_know()
    {
        var failed = new Seen<JournalSeen>(null, null, new Fault(FaultCode.Store, "the journal of runs cannot be used") { Where = "/srv/secret", Why = "hunter2" }, false);
        Assert.Equal(new ReadinessFinding("journal", ReadinessState.NotReady, "the journal of runs cannot be used"), Readiness.OfJournal(failed));
        var away = new Seen<StoresSeen>(null, null, new Fault(FaultCode.Store, "s3://bucket is away"), false);
        Assert.Equal(new ReadinessFinding("stores", ReadinessState.NotReady, "the store cannot be read"), Readiness.OfStores(away, 1));
        Assert.Equal(new ReadinessFinding("worker", ReadinessState.NotReady, "the loop that takes tasks stands still"), Readiness.OfWorker(false));
    }

    [Fact]
    public void Without_a_server_to_back_up_nothing_is_ready()
    {
        Assert.Equal(("no database is configured", ReadinessState.NotReady), Said(new(null, null, new Fault(FaultCode.NoDatabase, "x"), false)));
        Assert.Equal(("the database server cannot be reached, or does not let us in", ReadinessState.NotReady), Said(new(new ServerSeen(), Now, new Fault(FaultCode.Unreachable, "db1 is secret"), false)));
        Assert.Equal(("the database server does not answer", ReadinessState.NotReady), Said(new(new ServerSeen(), Now, null, true)));
        Assert.Equal((null, ReadinessState.Ready), Said(new(new ServerSeen(), Now, null, false)));

        static (string?, ReadinessState) Said(Seen<ServerSeen> seen) => Readiness.OfDatabase(seen) is var finding ? (finding.Words, finding.State) : default;
    }

    [Fact]
    public void Stores_that_hang_are_degraded_while_something_was_seen_of_them()
    {
        Assert.Equal(ReadinessState.NotReady, Readiness.OfStores(new Seen<StoresSeen>(null, null, null, true), 1).State);
        var seen = new StoresSeen([], new ProtectionLook(Now, new([], []), new RunHistory(), new Dictionary<(Tidemark.Dumps.DumpStore, string), (ProvenPoint?, string?)>(), []));
        Assert.Equal(ReadinessState.Degraded, Readiness.OfStores(new Seen<StoresSeen>(seen, Now, null, true), 1).State);
        Assert.Equal(ReadinessState.Ready, Readiness.OfStores(new Seen<StoresSeen>(seen, Now, null, false), 1).State);
    }

    private static ProtectionReport Report(ProtectionFacts facts) => new(Now, [DatabaseProtection.Of(facts, Day, Now)], []);
}
