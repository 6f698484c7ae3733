using Tidemark.Postgres;

namespace Tidemark.Restores.Bases;

/// <summary>What a restore would do, before anything is done.</summary>
/// <param name="Plan">Which backup, which WAL, up to where.</param>
/// <param name="Target">Where it comes.</param>
/// <param name="Outside">What comes elsewhere.</param>
/// <param name="Wal">How the server comes to its WAL.</param>
/// <param name="Room">Free space.</param>
/// <param name="Settings">What the server will be told, as far as it is known now.</param>
/// <param name="Delta">What stays of an old folder; null: nothing is there that could.</param>
/// <param name="Trial">What was read to see how fast the store is.</param>
/// <param name="Programs">The folder of the server's programs of this major; null: this machine has none.</param>
/// <param name="Warnings">For a person.</param>
internal sealed record RestoreOutlook(
    RecoveryPlan Plan, TargetFolder Target, OutsideFolders Outside, WalWay Wal, RestoreRoom Room, IReadOnlyList<(string Name, string Value)> Settings,
    DeltaPlan? Delta, TrialReading Trial, (string Folder, ServerVersion Version)? Programs, IReadOnlyList<string> Warnings);
