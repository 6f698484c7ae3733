using System.CommandLine;
using Tidemark.AspNetCore.Access;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Journal;

namespace Tidemark.Cli.Commands;

/// <summary>Who may use the HTTP API.</summary>
internal static class TokenCommand
{
    private const int LongestName = 60;

    public static Command Build(Terminal terminal) =>
        new Command("token", "Let programs and people use the HTTP API of serve, and take that back.") { BuildCreate(terminal), BuildList(terminal), BuildRevoke(terminal) }
            .Teach(CommandGroup.SetUp, ("tidemark token list", "who may use the HTTP API"));

    private static Command BuildCreate(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "what its runs are recorded under: letters, digits and . _ - @" };
        var role = new Option<string>("--role") { Description = $"what it may do: {string.Join(", ", Roles.All.Select(one => one.Role))}", Required = true, HelpName = "ROLE" }.Completes([.. Roles.All.Select(one => one.Role)]);
        var also = new Option<string[]>("--also") { Description = $"a right beyond the role's: {string.Join(", ", Roles.Grantable.Select(Roles.NameOf))} (may be given again)", HelpName = "RIGHT" }.Completes([.. Roles.Grantable.Select(Roles.NameOf)]);
        var expires = new Option<string?>("--expires") { Description = "after a duration, such as 90d (default: never)", HelpName = "DURATION" };
        var command = new Command("create", "Make a token and print its secret, once.") { name, role, also, expires };
        command.SetAction(async (parsed, _) =>
        {
            var session = Session.Open(terminal);
            var rights = (parsed.GetValue(also) ?? []).Select(right => OneOf("--also", right, Roles.Grantable.Select(Roles.NameOf))).Distinct().ToList();
            var (token, secret) = await new TokenRegister(session.Workbench).CreateAsync(Name(parsed.GetValue(name)!), OneOf("--role", parsed.GetValue(role)!, Roles.All.Select(one => one.Role)), rights, Span(parsed.GetValue(expires)));
            terminal.Say(secret);
            terminal.Remark($"token {token.Id} \"{token.Name}\" of role {string.Join(", also ", token.Also.Prepend(token.Role))}, {(token.ExpiresAt is { } at ? $"until {at.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "without an end")}; its secret is not shown again");
            terminal.Remark("  send it as      Authorization: Bearer SECRET");
            terminal.Remark($"  take it back    tidemark token revoke {token.Name}");
            if (terminal.Json) CliJson.Write(terminal.Output, TokenDocument.Of(token, session.Clock.GetUtcNow(), secret), CliJson.Default.TokenDocument);
            return 0;
        });
        return command.Teach(CommandGroup.SetUp,
            ("tidemark token create monitoring --role viewer", "looks, and changes nothing"),
            ("tidemark token create nightly-ci --role operator --also download --expires 90d", "takes backups and fetches them, for three months"));
    }

    private static Command BuildList(Terminal terminal)
    {
        var command = new Command("list", "Show the tokens that were ever made, without their secrets.");
        command.SetAction(_ =>
        {
            var session = Session.Open(terminal);
            var (tokens, now) = (new TokenRegister(session.Workbench).All(), session.Clock.GetUtcNow());
            if (terminal.Json) CliJson.Write(terminal.Output, new TokensDocument([.. tokens.Select(token => TokenDocument.Of(token, now))]), CliJson.Default.TokensDocument);
            else if (tokens.Count == 0) terminal.Say("no token was made yet: tidemark token create NAME --role viewer");
            else Table(terminal, tokens, now);
            if (session.Options.Access.AdminToken is not null) terminal.Remark($"and \"{TokenRegister.FirstName}\" of role admin, set as TIDEMARK_ADMIN_TOKEN");
            return 0;
        });
        return command.Teach(CommandGroup.SetUp,
            ("tidemark token list", "id, name, role, end and last use of each"),
            ("tidemark token list --json", "the same for a program"));
    }

    private static Command BuildRevoke(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "name or id of a token" };
        var command = new Command("revoke", "Take a token back; from now on it opens nothing.") { name };
        command.SetAction(async (parsed, _) =>
        {
            var session = Session.Open(terminal);
            var token = await new TokenRegister(session.Workbench).RevokeAsync(parsed.GetValue(name)!);
            terminal.Say($"revoked {token.Id} \"{token.Name}\"");
            if (terminal.Json) CliJson.Write(terminal.Output, TokenDocument.Of(token, session.Clock.GetUtcNow()), CliJson.Default.TokenDocument);
            return 0;
        });
        return command.Teach(CommandGroup.SetUp, ("tidemark token revoke monitoring", "it opens nothing any more"));
    }

    private static void Table(Terminal terminal, IReadOnlyList<TokenRow> tokens, DateTimeOffset now)
    {
        var table = new TextTable("id", "name", "role", "state", "expires (UTC)", "last used (UTC)");
        foreach (var token in tokens)
            table.Add(new Cell(token.Id), new Cell(token.Name), new Cell(string.Join(", also ", token.Also.Prepend(token.Role))), new Cell(TokenDocument.StateOf(token, now), token.Holds(now) ? Shade.Green : Shade.Yellow), new Cell(Moment(token.ExpiresAt)), new Cell(Moment(token.LastUsedAt)));
        table.Write(terminal);
    }

    private static string Moment(DateTimeOffset? time) => time is { } at ? $"{at.UtcDateTime:yyyy-MM-dd HH:mm}" : "never";

    private static string Name(string text) => text.Length is > 0 and <= LongestName && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '@') ? text
        : throw new Fault(FaultCode.Usage, $"a token's name has 1 to {LongestName} letters, digits and . _ - @") { Where = text, Next = "tidemark token create monitoring --role viewer" };

    private static TimeSpan? Span(string? text) => text is null ? null : Duration.TryParse(text, out var span) && span.Span > TimeSpan.Zero && span.Span < TimeSpan.FromDays(36_500) ? span.Span
        : throw new Fault(FaultCode.Usage, $"\"{text}\" is no duration") { Where = $"--expires {text}", Next = "write a whole number and one of s, m, h, d: 90d" };

    private static string OneOf(string option, string given, IEnumerable<string> known) => known.Contains(given) ? given
        : throw new Fault(FaultCode.Usage, $"\"{given}\" is none of those that {option} knows") { Where = $"{option} {given}", Why = $"it is one of {string.Join(", ", known)}", Next = "tidemark token create --help" };
}
