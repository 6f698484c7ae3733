namespace Tidemark.Protection;

/// <summary>The parts of a restore, from nothing to an application that works: RTO is their sum.</summary>
internal static class RestorePhase
{
    public const string Server = "start a server", Restore = "restore", Recover = "recover", AfterRestore = "after-restore hook", SmokeTest = "smoke test";

    public static readonly IReadOnlyList<string> All = [Server, Restore, Recover, AfterRestore, SmokeTest];

    /// <summary>The user's own commands: there, or not, as they are configured.</summary>
    public static bool IsHook(string phase) => phase is AfterRestore or SmokeTest;
}
