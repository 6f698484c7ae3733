using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Tidemark.BaseBackups;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Standbys;

namespace Tidemark.Cli.Output;

/// <summary>The shapes of <c>--json</c>: camelCase, times in UTC, bytes as numbers. They are approved files under test.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(Commands.WalReceiveDocument))]
[JsonSerializable(typeof(FaultDocument))]
[JsonSerializable(typeof(BackupsDocument))]
[JsonSerializable(typeof(BackupDocument))]
[JsonSerializable(typeof(DumpManifest))]
[JsonSerializable(typeof(BaseManifest))]
[JsonSerializable(typeof(CopiesDocument))]
[JsonSerializable(typeof(DownloadDocument))]
[JsonSerializable(typeof(VerifyDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(MetricsDocument))]
[JsonSerializable(typeof(RestoreDocument))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(BaseOutlookDocument))]
[JsonSerializable(typeof(BaseRestoreDocument))]
[JsonSerializable(typeof(UndoDocument))]
[JsonSerializable(typeof(PruneDocument))]
[JsonSerializable(typeof(ClusterUpgradedDocument))]
[JsonSerializable(typeof(PinnedDocument))]
[JsonSerializable(typeof(HeartbeatDocument))]
[JsonSerializable(typeof(TokenDocument))]
[JsonSerializable(typeof(TokensDocument))]
[JsonSerializable(typeof(RunsDocument))]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(NotifyTestDocument))]
[JsonSerializable(typeof(SchedulesDocument))]
[JsonSerializable(typeof(StoreCheckDocument))]
[JsonSerializable(typeof(GeneratedKeyDocument))]
[JsonSerializable(typeof(KeyRingsDocument))]
[JsonSerializable(typeof(KeyCheckDocument))]
[JsonSerializable(typeof(DemoDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(ConfigurationDocument))]
[JsonSerializable(typeof(WalPushDocument))]
[JsonSerializable(typeof(WalFetchDocument))]
[JsonSerializable(typeof(WalStatusDocument))]
[JsonSerializable(typeof(StandbyCreatedDocument))]
[JsonSerializable(typeof(StandbysDocument))]
[JsonSerializable(typeof(PromotionPlan))]
[JsonSerializable(typeof(PromotedDocument))]
[JsonSerializable(typeof(StandbyPlan))]
[JsonSerializable(typeof(StandbyDropped))]
[JsonSerializable(typeof(DrillsDocument))]
[JsonSerializable(typeof(EvidenceVerdictDocument))]
[JsonSerializable(typeof(MonthPackDocument))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static void Write<T>(TextWriter output, T document, JsonTypeInfo<T> type)
    {
        using var stream = new MemoryStream();
        // Names and paths are read by people too: only what JSON itself needs is escaped.
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            JsonSerializer.Serialize(writer, document, type);
        output.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }
}

internal sealed record FaultDocument(FaultDetail Error);
