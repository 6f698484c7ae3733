using Npgsql;
using Tidemark.Protection;

namespace Tidemark.Drills;

/// <summary>How a drill ended, and why.</summary>
/// <param name="Result">How.</param>
/// <param name="Reason">In a sentence.</param>
/// <param name="Broken">Of an inconclusive one: what broke.</param>
internal sealed record DrillVerdict(DrillResult Result, string Reason, FaultCode? Broken = null)
{
    /// <summary>What these say is said of the backup, or of what it takes to restore it; every other failure is of the place where it was tried.</summary>
    private static readonly FaultCode[] OfTheBackup = [FaultCode.Failed, FaultCode.Verification, FaultCode.WrongMagic, FaultCode.Keys, FaultCode.NotFound, FaultCode.Refused, FaultCode.Partly, FaultCode.TargetChanged];

    /// <summary>Of a drill that broke off.</summary>
    /// <param name="broken">Why.</param>
    /// <param name="phase">In which phase.</param>
    public static DrillVerdict Of(Exception broken, string phase)
    {
        var fault = broken as Fault;
        var server = broken as PostgresException ?? broken.InnerException as PostgresException;
        var damaged = server?.SqlState is PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted;
        var words = $"{phase}: {fault?.InOneLine ?? broken.Message}";
        // A statement of ours that the server refuses, such as CREATE DATABASE with a locale it lacks, is no fault of the backup.
        var failed = damaged || fault is not null && phase != RestorePhase.Server && server is null && OfTheBackup.Contains(fault.Code);
        return failed ? new DrillVerdict(DrillResult.Failed, words) : new DrillVerdict(DrillResult.Inconclusive, words, fault?.Code ?? FaultCode.Failed);
    }
}
