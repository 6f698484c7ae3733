using System.Security.Cryptography;

namespace Tidemark.Postgres.Replication;

/// <summary>Goes through the hosts of an address, as libpq does, until one lets us in and is what target_session_attrs wants.</summary>
/// <param name="address">The hosts, and which kind is wanted.</param>
/// <param name="clock">Time-outs go by it.</param>
/// <param name="objection">What else speaks against a server; null: nothing ever does.</param>
/// <remarks>A host that refuses us (role, password, pg_hba.conf) ends the search; one that is away, starting or full does not. Read-only is what is in recovery.</remarks>
internal sealed class ServerSearch(DatabaseAddress address, TimeProvider clock, Func<ReplicationConnection, CancellationToken, Task<Fault?>>? objection)
{
    private readonly List<Fault> failures = [];

    public async Task<ReplicationConnection> RunAsync(CancellationToken token)
    {
        var tls = TlsRules.Of(address);
        if (address.Keyword("gssencmode") == "require") throw AddressFault.Of("gssencmode=require: Tidemark has no GSSAPI for replication");
        if (address.Keyword("min_protocol_version") is not (null or "3.0")) throw AddressFault.Of("min_protocol_version must be 3.0: Tidemark speaks no later one");
        foreach (var wanted in Wishes())
        {
            foreach (var at in Shuffled(Enumerable.Range(0, address.Places.Count)))
            {
                if (await AtPlaceAsync(at, tls, wanted, token) is { } connection) return connection;
            }
        }
        throw Summary();
    }

    /// <summary>In recovery or not; null: either. Several: the next when nobody is the one before.</summary>
    private bool?[] Wishes() => address.Keyword("target_session_attrs") switch
    {
        "read-write" or "primary" => [false],
        "read-only" or "standby" => [true],
        "prefer-standby" => [true, null],
        _ => [null],
    };

    private async Task<ReplicationConnection?> AtPlaceAsync(int at, TlsRules tls, bool? wanted, CancellationToken token)
    {
        IReadOnlyList<IReadOnlyList<ServerTarget>> addresses;
        try
        {
            addresses = await ServerTarget.OfAsync(address, at, tls, clock, token);
        }
        catch (Fault unknown) when (unknown.Code == FaultCode.Unreachable)
        {
            failures.Add(unknown);
            return null;
        }
        foreach (var ways in Shuffled(addresses))
        {
            if (await AtAddressAsync(ways, token) is not { } connection) continue;
            try
            {
                var against = wanted is { } kind && await connection.IsInRecoveryAsync(token) != kind
                    ? new Fault(FaultCode.Unreachable, kind ? "the server is no standby" : "the server is a standby") { Where = connection.Server, Why = $"target_session_attrs={address.Keyword("target_session_attrs")}", Next = "name the other server too, as host1,host2 in DATABASE_URL", Transient = true }
                    : objection is null ? null : await objection(connection, token);
                if (against is null) return connection;
                failures.Add(against);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
            await connection.DisposeAsync();
            // All addresses of a name are taken for one server.
            return null;
        }
        return null;
    }

    private async Task<ReplicationConnection?> AtAddressAsync(IReadOnlyList<ServerTarget> ways, CancellationToken token)
    {
        var ended = new List<Fault>();
        foreach (var way in ways)
        {
            try
            {
                return await ReplicationConnection.OpenAsync(way, token);
            }
            catch (Fault fault) when (fault.Code == FaultCode.Unreachable || fault.Code == FaultCode.AccessDenied)
            {
                ended.Add(fault);
                // Nobody is there: nor would he be with, or without, TLS.
                if (fault.Transient) break;
            }
        }
        // What a server said of us says more than that one way was closed.
        var telling = ended.Find(fault => fault.InnerException is ServerRefusal) ?? ended[^1];
        if (telling.Code == FaultCode.AccessDenied) throw telling;
        failures.Add(telling);
        return null;
    }

    private Fault Summary()
    {
        var first = failures[0];
        var all = failures.Select(failure => failure.InOneLine).Distinct().ToList();
        // None of them will do, whenever one asks again.
        if (all.Count == 1 || failures.TrueForAll(failure => failure.Code == FaultCode.Refused)) return first;
        return new Fault(FaultCode.Unreachable, "none of the servers can be used", first.InnerException)
        {
            Where = address.ToString(),
            Why = string.Join("; ", all),
            Next = first.Next,
            Transient = failures.Exists(failure => failure.Transient),
        };
    }

    private T[] Shuffled<T>(IEnumerable<T> items)
    {
        var all = items.ToArray();
        if (address.Keyword("load_balance_hosts") == "random") RandomNumberGenerator.Shuffle(all.AsSpan());
        return all;
    }
}
