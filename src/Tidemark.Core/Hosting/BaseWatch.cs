using Tidemark.Notifications;
using Tidemark.Storage;

namespace Tidemark.Hosting;

/// <summary>What the service knows of the base backups in its stores. They change a few times a day, so a look is good for minutes; a backup or a verification that has ended asks for another.</summary>
internal sealed class BaseWatch : IAsyncDisposable
{
    private static readonly TimeSpan Near = TimeSpan.FromMinutes(1), Far = TimeSpan.FromMinutes(15), Patience = TimeSpan.FromSeconds(3);

    private readonly Glance<IReadOnlyList<BaseStanding>> glance;
    private readonly TimeProvider clock;
    private DateTimeOffset? changedAt;

    public BaseWatch(Workbench workbench)
    {
        clock = workbench.Clock;
        var isFar = workbench.Options.Stores.Any(store => store.Kind != StoreKind.Folder);
        glance = new Glance<IReadOnlyList<BaseStanding>>(token => BaseStandingReader.ReadEachAsync(workbench, token), _ => isFar ? Far : Near, Patience, clock);
        workbench.Listen(news =>
        {
            if (news.ExitCode is not null && news.Run.Database == Repositories.IncarnationFolder.DefaultCluster) changedAt = clock.GetUtcNow();
        });
    }

    /// <summary>Within a few seconds; empty also where it is not known yet.</summary>
    public async Task<IReadOnlyList<BaseStanding>> SeeAsync(CancellationToken token) => (await glance.SeeAsync(changedAt, token)).Found ?? [];

    /// <summary>What people should hear of.</summary>
    public async Task<Survey> SurveyAsync(CancellationToken token)
    {
        var seen = await glance.SeeAsync(changedAt, token);
        // A store that could not be read may hold what was damaged there.
        return !seen.IsWhole || seen.Found!.Any(one => one.Failure is not null) ? new Survey() : BaseConditions.Of(seen.Found!);
    }

    public ValueTask DisposeAsync() => glance.DisposeAsync();
}
