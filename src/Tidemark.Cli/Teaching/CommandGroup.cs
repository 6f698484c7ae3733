namespace Tidemark.Cli.Teaching;

/// <summary>What somebody wants who looks for a command; the order is that of <c>tidemark --help</c>.</summary>
internal enum CommandGroup
{
    BackUp,
    GetBack,
    Look,
    EveryDay,
    SetUp,
}

internal static class CommandGroups
{
    public static string Title(this CommandGroup group) => group switch
    {
        CommandGroup.BackUp => "Back up",
        CommandGroup.GetBack => "Get back",
        CommandGroup.Look => "Look",
        CommandGroup.EveryDay => "Every day",
        _ => "Set up and learn",
    };
}
