using Npgsql;

namespace Tidemark.Clusters;

/// <summary>One thing that <c>doctor</c> looks at, and the ways in which that can end.</summary>
/// <param name="Id">See <see cref="Check.Id"/>.</param>
/// <param name="What">Begins the line: "what: found".</param>
/// <param name="Nature">What a failure is, where nothing says it better.</param>
internal sealed record CheckSubject(string Id, string What, FaultCode Nature)
{
    public Check Ok(string found) => new(Id, CheckState.Ok, What, found, null, null);

    public Check Warn(string found, string next) => new(Id, CheckState.Warn, What, found, next, null);

    public Check Fail(string found, string next) => new(Id, CheckState.Fail, What, found, next, Nature);

    public Check Fail(Fault fault, string? next = null) => new(Id, CheckState.Fail, What,
        fault.What + (fault.Where is null ? "" : $" ({fault.Where})") + (fault.Why is null ? "" : $": {fault.Why}"), next ?? fault.Next ?? "tidemark backup, which says more", fault.Code);

    public Check NotLookedAt(string because) => new(Id, CheckState.NotLookedAt, What, because, null, null);

    /// <summary>Looks; what keeps it from looking is a failure of this check and of no other.</summary>
    public async Task<Check> LookAsync(Func<Task<Check>> look)
    {
        try
        {
            return await look();
        }
        catch (Fault fault)
        {
            return Fail(fault);
        }
        catch (NpgsqlException broken)
        {
            return Fail($"the server was asked and said: {(broken as PostgresException)?.MessageText ?? broken.InnerException?.Message ?? broken.Message}", "check that the server runs and that the role may read its catalogues");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Fail(unreadable.Message, "check the permissions of the folder");
        }
    }

    /// <summary>Looks at what only the server can say.</summary>
    public Task<Check> LookAsync(ProbedServer? server, Func<ProbedServer, Task<Check>> look) =>
        server is null ? Task.FromResult(NotLookedAt("there is no connection to the server")) : LookAsync(() => look(server));
}
