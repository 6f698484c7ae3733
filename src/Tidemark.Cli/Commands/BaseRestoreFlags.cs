using System.CommandLine;
using Tidemark.Cli.Teaching;
using Tidemark.Postgres;
using Tidemark.Restores.Bases;

namespace Tidemark.Cli.Commands;

/// <summary>What <c>restore … --target-dir</c> may be told.</summary>
internal static class BaseRestoreFlags
{
    private static readonly Option<string?> At = new("--at") { Description = "up to where: a time with its zone, an LSN, xid:N, name:X, immediate, or latest (default)", HelpName = "WHEN" };
    private static readonly Option<string?> Timeline = new("--timeline") { Description = "follow this one (default: the newest that a backup leads to)", HelpName = "N" };
    private static readonly Option<bool> MoveAside = new("--move-aside") { Description = "rename what is there to DIR.before-TIME" };
    private static readonly Option<bool> Delta = new("--delta") { Description = "DIR is this cluster's old data directory: write only what differs, remove what is not in the backup; its pg_wal is moved aside" };
    private static readonly Option<string[]> Tablespaces = new("--tablespace") { Description = "OLD=NEW: a tablespace comes into another folder; OLD is its folder or number (may be given again)", HelpName = "OLD=NEW" };
    private static readonly Option<string?> WalDir = new("--wal-dir") { Description = "pg_wal comes into this folder, and DIR has a link to it", HelpName = "WALDIR" };
    private static readonly Option<string?> Wal = new Option<string?>("--wal") { Description = "local: all WAL is laid into pg_wal (default where there is room); fetch: the server fetches it as it goes", HelpName = "WAY" }.Completes("local", "fetch");
    private static readonly Option<string?> As = new Option<string?>("--as") { Description = "copy (default): archives nothing, follows no publication; primary: in the place of the server that was lost; standby: follows another", HelpName = "ROLE" }.Completes("copy", "primary", "standby");
    private static readonly Option<string?> Primary = new("--primary") { Description = "for --as standby: primary_conninfo, without a password (passfile=FILE may name one)", HelpName = "CONNINFO" };
    private static readonly Option<string?> Port = new("--port") { Description = "the restored server listens there (default: as in the backup)", HelpName = "N" };
    private static readonly Option<bool> Start = new("--start") { Description = "start the server, show the replay, and say what was reached" };
    private static readonly Option<bool> Promote = new("--promote") { Description = "at the target the server goes on by itself (default: it waits there, readable)" };

    public static readonly Option<string?> TargetDir = new("--target-dir") { Description = "make a data directory of a base backup and its WAL here; it must be empty or absent", HelpName = "DIR" };

    /// <summary>Those that mean nothing without <see cref="TargetDir"/>.</summary>
    public static readonly IReadOnlyList<Option> All = [At, Timeline, MoveAside, Delta, Tablespaces, WalDir, Wal, As, Primary, Port, Start, Promote];

    public static bool StartOf(ParseResult parsed) => parsed.GetValue(Start);

    /// <exception cref="Fault">2.</exception>
    public static BaseRestoreOptions Read(ParseResult parsed, string backup, string folder, Session session)
    {
        if (parsed.GetValue(MoveAside) && parsed.GetValue(Delta)) throw Usage("--move-aside and --delta exclude each other", "--delta", null, "give one of them: --move-aside keeps all that is there");
        var target = RecoveryTarget.Parse(parsed.GetValue(At));
        var role = RoleOf(parsed.GetValue(As));
        if (role == RestoredRole.Standby && (target is not RecoveryTarget.End || parsed.GetValue(Promote))) throw Usage("a standby goes on for ever, and stops at no target", "--as standby", null, "leave out --at and --promote");
        if (parsed.GetValue(Primary) is not null && role != RestoredRole.Standby) throw Usage("--primary is whom a standby follows", "--primary", null, "add --as standby");
        return new BaseRestoreOptions(BaseRestore.Backup(backup, folder), folder, target, BaseRestore.Timeline(parsed.GetValue(Timeline)))
        {
            Old = parsed.GetValue(MoveAside) ? OldContent.MovedAside : parsed.GetValue(Delta) ? OldContent.Mended : OldContent.Refused,
            Tablespaces = [.. (parsed.GetValue(Tablespaces) ?? []).Select(text => Moved(text, session.Terminal.Folder))],
            WalFolder = parsed.GetValue(WalDir) is { } wal ? Path.GetFullPath(wal, session.Terminal.Folder) : null,
            Wal = WayOf(parsed.GetValue(Wal)),
            Role = role,
            Primary = PrimaryOf(parsed.GetValue(Primary)),
            Port = PortOf(parsed.GetValue(Port)),
            Promote = parsed.GetValue(Promote),
            Fetch = FetchCall.Of(BaseRestore.OwnProgram(), session.Options),
        };
    }

    private static MovedTablespace Moved(string text, string folder) => text.Split('=') is [{ Length: > 0 } old, { Length: > 0 } to] ? new MovedTablespace(old, Path.GetFullPath(to, folder))
        : throw Usage("--tablespace says from where to where", text, null, "--tablespace /srv/old=/srv/new");

    private static WalWay? WayOf(string? text) => text switch
    {
        null => null,
        "local" => WalWay.Local,
        "fetch" => WalWay.Fetch,
        _ => throw Usage($"\"{text}\" is no way for WAL", $"--wal {text}", "the ways are local and fetch", "--wal local"),
    };

    private static RestoredRole RoleOf(string? text) => text switch
    {
        null or "copy" => RestoredRole.Copy,
        "primary" => RestoredRole.Primary,
        "standby" => RestoredRole.Standby,
        _ => throw Usage($"\"{text}\" is no role of a server", $"--as {text}", "the roles are copy, primary and standby", "--as copy"),
    };

    private static string? PrimaryOf(string? text) => text is not null && DatabaseAddress.HoldsSecret(text)
        ? throw Usage("a password on a command line can be read by every user of the machine", "--primary", null, "--primary 'host=… user=… passfile=/path' # a file that the server's user may read") : text;

    private static int? PortOf(string? text) => text is null ? null : int.TryParse(text, out var port) && port is > 0 and < 65536 ? port : throw Usage("--port is a number from 1 to 65535", text, null, "--port 5433");

    private static Fault Usage(string what, string where, string? why, string next) => new(FaultCode.Usage, what) { Where = where, Why = why, Next = next };
}
