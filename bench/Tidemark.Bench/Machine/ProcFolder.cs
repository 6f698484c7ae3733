using System.Globalization;

namespace Tidemark.Bench.Machine;

/// <summary>What /proc says about processes and the machine. Of a process that ended meanwhile it says nothing.</summary>
internal static class ProcFolder
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;
    private static readonly int[] BusyColumns = [1, 2, 3, 6, 7, 8];

    /// <summary>CPU seconds of everyone since the machine started: user, nice, system, interrupts, and what the host took away.</summary>
    public static double BusySeconds()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return BusyColumns.Sum(column => double.Parse(ticks[column], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>CPU seconds of a process and its children, of those that run and of those that ended.</summary>
    public static double FamilySeconds(int parent)
    {
        long ticks = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) || Fields(id) is not { } fields) continue;
            // The fields after the name, as in proc(5) from the third on: parent 1, utime 11, stime 12, and of ended children 13 and 14.
            if (id == parent || fields[1] == parent.ToString(CultureInfo.InvariantCulture))
                ticks += fields.AsSpan(11, 4).ToArray().Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
        }
        return ticks / TicksPerSecond;
    }

    /// <summary>The processes that the threads of this one started and that still run.</summary>
    public static IEnumerable<int> ChildrenOf(int id)
    {
        string[] threads;
        try
        {
            threads = Directory.GetDirectories($"/proc/{id}/task");
        }
        catch (IOException)
        {
            return [];
        }
        return threads.SelectMany(thread => (Text(thread + "/children") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(child => int.Parse(child, CultureInfo.InvariantCulture));
    }

    /// <summary>The most memory that a process ever had resident, in bytes.</summary>
    public static long? PeakMemory(int id)
    {
        var line = Text($"/proc/{id}/status")?.Split('\n').FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>The file that a process runs.</summary>
    public static string? Program(int id)
    {
        try
        {
            return new FileInfo($"/proc/{id}/exe").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The value of a line "name : value" in one of its tables.</summary>
    public static string? Value(string table, string name) =>
        File.ReadLines(table).Select(line => line.Split(':', 2)).FirstOrDefault(parts => parts.Length == 2 && parts[0].Trim() == name)?[1].Trim();

    private static string[]? Fields(int id)
    {
        // The name in brackets may hold spaces and brackets of its own.
        var text = Text($"/proc/{id}/stat");
        return text?[(text.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string? Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
