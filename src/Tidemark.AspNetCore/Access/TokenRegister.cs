using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.AspNetCore.Access;

/// <summary>The tokens that hold now: those in the journal, and the one of the configuration.</summary>
internal sealed class TokenRegister(Workbench workbench)
{
    /// <summary>Of the token in TIDEMARK_ADMIN_TOKEN, and of the one that the first start makes.</summary>
    public const string FirstName = "admin";

    /// <summary>When a token was last used is known to the minute: not every look is a write.</summary>
    private static readonly TimeSpan Noted = TimeSpan.FromMinutes(1);

    /// <summary>Null: no token that holds has this secret.</summary>
    public KnownToken? Find(string secret)
    {
        var hash = TokenSecret.HashOf(secret);
        if (workbench.Options.Access.AdminToken is { } configured && TokenSecret.Same(TokenSecret.HashOf(configured), hash)) return new KnownToken(FirstName, Roles.Admin, []);
        var now = workbench.Clock.GetUtcNow();
        TokenRow? found = null;
        // All of them are looked at, so that the time tells nothing of which.
        foreach (var token in All())
            if (TokenSecret.Same(token.Hash, hash)) found = token;
        if (found is null || !found.Holds(now)) return null;
        if (found.LastUsedAt is null || now - found.LastUsedAt >= Noted) Note(found.Id, now);
        return new KnownToken(found.Name, found.Role, found.Also);
    }

    /// <summary>A journal that cannot be written shuts nobody out: who comes may be the one to make room.</summary>
    private void Note(string id, DateTimeOffset now)
    {
        try
        {
            using var journal = RunJournal.Open(workbench.State);
            journal.Tokens.Used(id, now);
        }
        catch (Fault)
        {
            // When it was used last is all that is missing; that the journal fails is told by whatever records something.
        }
    }

    /// <summary>Gives the secret, which nobody can ask for again.</summary>
    /// <exception cref="Fault">5: a token has this name.</exception>
    public async Task<(TokenRow Token, string Secret)> CreateAsync(string name, string role, IReadOnlyList<string> also, TimeSpan? expires)
    {
        var (secret, now) = (TokenSecret.New(), workbench.Clock.GetUtcNow());
        var token = new TokenRow { Id = Guid.NewGuid().ToString("N")[..8], Name = name, Hash = TokenSecret.HashOf(secret), Role = role, Also = also, CreatedAt = now, ExpiresAt = now + expires };
        await workbench.Recorder.RecordMomentAsync(RunKind.TokenCreate, "all", new RunDetails { Target = $"{name} ({string.Join(", ", also.Prepend(role))})" }, () =>
        {
            using var journal = RunJournal.Open(workbench.State);
            var configured = name == FirstName && workbench.Options.Access.AdminToken is not null;
            return !configured && journal.Tokens.TryAdd(token) ? Task.FromResult(true)
                : throw new Fault(FaultCode.Refused, "a token of this name exists") { Where = name, Why = configured ? "it is the one in TIDEMARK_ADMIN_TOKEN" : null, Next = "tidemark token list # then choose another name" };
        });
        return (token, secret);
    }

    /// <param name="wanted">Name or id.</param>
    /// <exception cref="Fault">4: none that holds has it.</exception>
    public Task<TokenRow> RevokeAsync(string wanted) => workbench.Recorder.RecordMomentAsync(RunKind.TokenRevoke, "all", new RunDetails { Target = wanted }, () =>
    {
        using var journal = RunJournal.Open(workbench.State);
        var now = workbench.Clock.GetUtcNow();
        var token = journal.Tokens.All().FirstOrDefault(one => one.RevokedAt is null && (one.Id == wanted || one.Name == wanted));
        if (token is null || !journal.Tokens.Revoke(token.Id, now)) throw new Fault(FaultCode.NotFound, "there is no such token") { Where = wanted, Next = "tidemark token list" };
        return Task.FromResult(token with { RevokedAt = now });
    });

    /// <summary>Null where somebody can come in already, or could once; else the secret of a new token, to be shown once.</summary>
    public async Task<string?> FirstAsync() =>
        workbench.Options.Access.AdminToken is null && All().Count == 0 ? (await CreateAsync(FirstName, Roles.Admin, [], null)).Secret : null;

    /// <summary>Revoked and expired ones too, the oldest first.</summary>
    public IReadOnlyList<TokenRow> All()
    {
        using var journal = JournalReader.Open(workbench.State);
        return journal?.Tokens() ?? [];
    }
}

/// <summary>Whose token it is and what it may.</summary>
internal sealed record KnownToken(string Name, string Role, IReadOnlyList<string> Also);
