namespace Tidemark.Tests.Architecture;

/// <summary>A file of ours, by its path from the root of the checkout.</summary>
public sealed record SourceFile(string Path, string Text)
{
    public string Folder => Path[..Path.LastIndexOf('/')];

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>The checkout that these tests were built from.</summary>
public static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file of the program.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. Files("src").Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(path => new SourceFile(path, Read(path)))];

    /// <summary>Every Markdown page for people.</summary>
    public static IReadOnlyList<SourceFile> Pages { get; } =
        [.. Directory.GetFiles(Root, "*.md").Select(System.IO.Path.GetFileName).Concat(Files("docs").Where(path => path.EndsWith(".md", StringComparison.Ordinal))).Select(path => new SourceFile("/" + path, Read(path!)))];

    public static string Read(string path) => File.ReadAllText(System.IO.Path.Combine(Root, path));

    public static bool Exists(string path) => System.IO.Path.Combine(Root, path) is var full && (File.Exists(full) || Directory.Exists(full));

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), "*", SearchOption.AllDirectories).Select(path => System.IO.Path.GetRelativePath(Root, path)).Where(path => !path.Contains("/obj/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            if (File.Exists(System.IO.Path.Combine(folder, "Tidemark.slnx"))) return folder;
        throw new InvalidOperationException($"Tidemark.slnx is in no folder above {AppContext.BaseDirectory}");
    }
}
