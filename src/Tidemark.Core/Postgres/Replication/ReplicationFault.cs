namespace Tidemark.Postgres.Replication;

/// <summary>What a walsender refuses, in the words that an operator needs.</summary>
internal static class ReplicationFault
{
    /// <summary>The refusal stays inside, for those who must tell one SQLSTATE from another.</summary>
    public static Fault Of(ServerRefusal refusal, string server, string user)
    {
        var (code, what, next, transient) = refusal.SqlState switch
        {
            "28P01" => (FaultCode.AccessDenied, "the server refused the password", "check user and password in DATABASE_URL", false),
            "28000" => (FaultCode.AccessDenied, "the server refused the connection for replication",
                $"add to the server's pg_hba.conf a line such as: host replication {user} samenet scram-sha-256 (the word all does not match replication), then: select pg_reload_conf()", false),
            "42501" => (FaultCode.AccessDenied, "the role may not do this", $"as a superuser: alter role {SqlText.Identifier(user)} replication", false),
            "53300" => (FaultCode.Unreachable, "the server has no place left for a connection for replication", "raise max_wal_senders (0 while wal_level=minimal), or end one of: select * from pg_stat_replication", false),
            "57P03" or "57P01" or "57P02" => (FaultCode.Unreachable, "the server does not accept connections now", "try again when the server accepts connections", true),
            "55006" => (FaultCode.Locked, "the replication slot is in use", "see who has it: select * from pg_replication_slots", true),
            "42704" => (FaultCode.NotFound, "there is no such replication slot", "see which there are: select * from pg_replication_slots", false),
            "42710" => (FaultCode.Refused, "there is a replication slot of that name already", "see which there are: select * from pg_replication_slots", false),
            "53400" => (FaultCode.Refused, "the server has no place left for a replication slot", "raise max_replication_slots, or drop one of: select * from pg_replication_slots", false),
            "58P01" => (FaultCode.NotFound, "the server no longer has the WAL that is asked for", "begin anew with a base backup; a replication slot keeps the server from removing what is needed", false),
            "55000" => (FaultCode.Refused, "the server is not in a state to do this", refusal.Hint ?? "look at: select * from pg_replication_slots, and at wal_level, which must be replica or logical", false),
            _ => (FaultCode.Failed, "the server refused a command of replication", refusal.Hint ?? "see the reason above, and the server's log", false),
        };
        return new Fault(code, what, refusal) { Where = server, Why = $"{refusal.InOneLine} ({refusal.SqlState})", Next = next, Transient = transient };
    }
}
