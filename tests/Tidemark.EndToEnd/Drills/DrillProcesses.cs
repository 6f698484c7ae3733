using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>What runs while a drill does.</summary>
internal static class DrillProcesses
{
    /// <summary>Whether the private server in this folder answers a question with pg_sleep.</summary>
    public static bool IsAsleep(string folder)
    {
        try
        {
            return DrillShop.ProcessOf(folder) is { } server && Signals.Below(server).Any(IsSelecting);
        }
        catch (IOException)
        {
            // Its workers come and go while they are looked at.
            return false;
        }
    }

    /// <summary>The shell that would end the private server dies first, as when a whole machine of containers is torn down: then nobody does.</summary>
    public static void KillWithKeepers(RunningProgram drill)
    {
        foreach (var keeper in Started(drill.Id).Where(IsShell).ToList()) Signals.ToProcess(keeper, Signals.Kill);
        drill.Kill();
    }

    /// <summary>A program with threads starts others from any of them.</summary>
    private static IEnumerable<int> Started(int process) => Directory.GetDirectories($"/proc/{process}/task").SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))
        .SelectMany(child => Signals.Below(child).Prepend(child));

    private static bool IsShell(int process) => Comm(process) is "sh" or "dash" or "bash";

    /// <summary>A backend in pg_sleep says SELECT in its title.</summary>
    private static bool IsSelecting(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Contains("SELECT", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string? Comm(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
