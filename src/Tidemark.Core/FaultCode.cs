namespace Tidemark;

/// <summary>A stable name of a failure and the exit code it maps to. Exit codes are frozen; names are only ever added.</summary>
internal readonly record struct FaultCode(string Name, int ExitCode)
{
    public static readonly FaultCode Failed = new("failed", 1);
    public static readonly FaultCode Usage = new("usage", 2);
    public static readonly FaultCode BadLabel = new("bad-label", 2);
    public static readonly FaultCode KeyReused = new("idempotency-key-reused", 2);
    public static readonly FaultCode Ambiguous = new("ambiguous", 2);
    public static readonly FaultCode Partly = new("partly-done", 3);
    public static readonly FaultCode NotFound = new("not-found", 4);
    public static readonly FaultCode Refused = new("refused", 5);
    public static readonly FaultCode NotAuthenticated = new("not-authenticated", 5);
    public static readonly FaultCode Forbidden = new("forbidden", 5);
    public static readonly FaultCode TooLarge = new("too-large", 5);
    public static readonly FaultCode OutsideStore = new("outside-store", 5);
    public static readonly FaultCode Configuration = new("configuration", 6);
    public static readonly FaultCode NoDatabase = new("no-database-configured", 6);
    public static readonly FaultCode NoClient = new("no-client", 6);
    public static readonly FaultCode Unreachable = new("database-unreachable", 7);
    public static readonly FaultCode NoSuchDatabase = new("no-such-database", 7);
    public static readonly FaultCode AccessDenied = new("access-denied", 7);
    public static readonly FaultCode Store = new("store", 8);
    public static readonly FaultCode ObjectLocked = new("object-locked", 8);
    public static readonly FaultCode BrokenPromise = new("broken-promise", 8);
    public static readonly FaultCode Keys = new("keys", 9);
    public static readonly FaultCode KeyUnusable = new("key-unusable", 9);
    public static readonly FaultCode Verification = new("verification-failed", 10);
    public static readonly FaultCode WrongMagic = new("wrong-magic", 10);
    public static readonly FaultCode Locked = new("locked", 11);
    public static readonly FaultCode QueueFull = new("queue-full", 11);
    public static readonly FaultCode TooMany = new("too-many-requests", 11);
    public static readonly FaultCode ObjectiveBreached = new("objective-breached", 12);
    public static readonly FaultCode TargetChanged = new("target-changed", 13);
    public static readonly FaultCode DiskFull = new("disk-full", 15);
    public static readonly FaultCode Stopped = new("stopped", 130);
    public static readonly FaultCode Interrupted = new("interrupted", 130);

    public override string ToString() => Name;
}
