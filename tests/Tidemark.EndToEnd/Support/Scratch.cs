namespace Tidemark.EndToEnd.Support;

/// <summary>A folder of one test that vanishes with it.</summary>
public sealed class Scratch : IDisposable
{
    public Scratch(string name = "scratch")
    {
        Folder = Workshop.NewPath(name);
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    public string this[params string[] parts] => Path.Combine([Folder, .. parts]);

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
