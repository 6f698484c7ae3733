using System.Text.Json.Nodes;
using Tidemark.Cli.Output;
using Tidemark.Hosting;
using Tidemark.Postgres.Wal;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Restores;
using Tidemark.Wal;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Output;

public sealed class StatusDocumentTests
{
    /// <summary>The shape is a contract: what changes here on purpose is a change that users see.</summary>
    [Fact]
    public void The_document_of_status_is_as_approved()
    {
        var swap = new SwapRecord { Id = "s", Phase = SwapPhase.Swapped, At = Now.AddDays(-2), Server = "h:5432", SystemIdentifier = "7571", Database = "db", OldOid = 1, Kept = "db_before_20261120120000", OldAllowedConnections = true, NewOid = 2, NewName = "n" };
        var facts = Facts(Of("0123456789ab", 90)) with { Server = "7571", Proofs = [Proof(3) with { RpoSeconds = 90, RtoSeconds = 12.5 }], LastBackup = Run("failed") with { ErrorCode = "disk-full", Error = "the disk is full" }, Forecast = new RestoreForecast(TimeSpan.FromSeconds(12.5), TimeSpan.FromSeconds(20), 3) };
        var objectives = Hundred with { ProofAge = TimeSpan.FromDays(92) };
        var report = new ProtectionReport(Now, [DatabaseProtection.Of(facts, objectives, Now), DatabaseProtection.Of(Facts() with { Database = "none" }, objectives, Now)], []);
        var document = StatusDocument.Of(report, "/srv/backups", objectives, one => one.Facts.Server is null ? [] : [new KeptDatabase(swap, 1450000), new KeptDatabase(swap, null)], one => one.Facts.Server is null ? null : "tidemark backup", ["a remark"], WalStanding.Of([new StoreReach("/srv/backups", new IncarnationFolder("default", 1, 7571), new WalReach(new TimelineId(2), new Lsn(0x5000028), Now.AddSeconds(-12)), null)], Now), []);
        using var written = new StringWriter();
        CliJson.Write(written, document, CliJson.Default.StatusDocument);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Approved), JsonNode.Parse(written.ToString())), written.ToString());
    }

    private const string Approved = """
        {
          "at": "2026-11-22T12:00:00Z", "backupFolder": "/srv/backups", "rpoSeconds": 6000, "rtoSeconds": 3600, "proofAgeSeconds": 7948800,
          "databases": [
            {
              "database": "db", "server": "7571", "state": "atRisk",
              "recovery": { "state": "atRisk", "recoveryPoint": "2026-11-22T10:30:00Z", "backupId": "0123456789ab", "ageSeconds": 5400, "breached": false,
                "words": ["1 h 30 min old, BACKUP_RPO is 100m", "the last backup did not succeed"] },
              "proof": { "state": "protected", "provenPoint": "2026-11-21T12:00:00Z", "provenAt": "2026-11-19T12:00:00Z", "provenBy": "drill-1", "backupId": "a", "ageSeconds": 259200, "breached": false,
                "words": ["proven 3 d 0 h ago by drill-1, BACKUP_PROOF_AGE is 92d", "measured: RPO 90 s, RTO 12 s"], "measuredRpoSeconds": 90, "measuredRtoSeconds": 12.5 },
              "lastBackup": { "id": "backup-5", "state": "failed", "startedAt": "2026-11-22T11:55:00Z", "finishedAt": "2026-11-22T11:56:00Z", "errorCode": "disk-full", "error": "the disk is full" },
              "restoreForecastSeconds": 12.5, "restoreForecastP90Seconds": 20, "restoresMeasured": 3,
              "keptDatabases": [
                { "database": "db_before_20261120120000", "size": 1450000, "keptSince": "2026-11-20T12:00:00Z", "ageSeconds": 172800 },
                { "database": "db_before_20261120120000", "size": null, "keptSince": "2026-11-20T12:00:00Z", "ageSeconds": 172800 }
              ],
              "next": "tidemark backup"
            },
            {
              "database": "none", "server": null, "state": "exposed",
              "recovery": { "state": "exposed", "recoveryPoint": null, "backupId": null, "ageSeconds": null, "breached": true, "words": ["nothing to go back to: no backup is here, BACKUP_RPO is 100m"] },
              "proof": { "state": "exposed", "provenPoint": null, "provenAt": null, "provenBy": null, "backupId": null, "ageSeconds": null, "breached": true, "words": ["never proven by a drill, BACKUP_PROOF_AGE is 92d"], "measuredRpoSeconds": null, "measuredRtoSeconds": null },
              "lastBackup": null, "restoreForecastSeconds": null, "restoreForecastP90Seconds": null, "restoresMeasured": 0, "keptDatabases": [], "next": null
            }
          ],
          "remarks": ["a remark"],
          "wal": {
            "stores": [
              { "store": "/srv/backups", "systemIdentifier": "7571", "timeline": 2, "lsn": "0/5000028", "everyCommitUntil": "2026-11-22T11:59:48Z", "ageSeconds": 12, "failure": null,
                "words": "every commit up to 2026-11-22 11:59:48Z is there, 12 s old" }
            ],
            "words": "WAL alone restores nothing: it is replayed onto a base backup (tidemark backup --kind base); the states above go by dumps alone"
          }
        }
        """;
}
