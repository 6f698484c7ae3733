using Tidemark.BaseBackups;
using Tidemark.Configuration;
using Tidemark.Repositories;
using Tidemark.Retention.Bases;
using Tidemark.Storage.Memory;
using static Tidemark.Tests.Retention.Bases.MadeBases;

namespace Tidemark.Tests.Retention.Bases;

/// <summary>A base backup that somebody asks to go by its id.</summary>
public sealed class BaseRemovalTests
{
    private static readonly RetentionPolicy Policy = new(365);

    [Fact]
    public void One_that_rules_alone_would_keep_goes_in_the_words_of_who_asks()
    {
        var old = Good(50);
        var gone = Remove(old, Good(5), old)!;
        Assert.Equal(("asked", "ann asked for it", Good(5).Id.Text), (gone.Expiry!.Rule, gone.Expiry.Text, gone.StandIn!.Id));
    }

    [Fact]
    public void The_last_good_one_a_pinned_one_one_that_is_built_on_and_a_strangers_stay()
    {
        Assert.Equal("last good one", Refused(Good(5), Good(5), Good(50)));
        var pinned = Good(50).Pinned();
        Assert.StartsWith("pinned", Refused(pinned, Good(5), pinned), StringComparison.Ordinal);
        Assert.Equal("a backup is being built on it", Refused(Good(50), Good(5), Good(50), Taken(Good(50))));
        Assert.Equal("made up", Refused(Of(50, BaseState.Unauthenticated), Good(5), Of(50, BaseState.Unauthenticated)));
        Assert.Equal("there is no good one yet", Refused(Of(50, BaseState.Damaged), Of(50, BaseState.Damaged)));
    }

    [Fact]
    public void While_the_newest_one_is_damaged_it_may_go_and_no_good_one()
    {
        var damaged = Of(5, BaseState.Damaged);
        Assert.Equal($"the newest one, {damaged.Id}, is damaged", Refused(Good(100), damaged, Good(50), Good(100)));
        Assert.NotNull(Remove(damaged, damaged, Good(50), Good(100)));
    }

    [Fact]
    public void One_that_has_expired_already_is_not_asked_to_go_again() => Assert.Null(Remove(Good(50).Expired(), Good(5), Good(50).Expired()));

    private static BaseDecision? Remove(BaseEntry entry, params BaseEntry[] all)
    {
        var plan = Plan(Policy, all);
        return BaseRemoval.Of(new StoredBackup(new BaseStore(new MemoryObjectStore(TimeProvider.System), new BaseKeys(plan.Facts.Life), new RepositoryKeys(EncryptionOptions.None, [])), entry), plan, "ann asked for it");
    }

    private static string? Refused(BaseEntry entry, params BaseEntry[] all) => Assert.Throws<Fault>(() => Remove(entry, all)).Why;
}
