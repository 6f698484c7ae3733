using System.Text.RegularExpressions;

namespace Tidemark.Tests.Architecture;

/// <summary>The rules of CONTRIBUTING.md that a machine can hold.</summary>
public static partial class HouseRules
{
    public static IEnumerable<string> Violations(SourceFile file)
    {
        var types = Types().Matches(file.Text).Select(match => match.Groups[1].Value).ToList();
        var name = file.Name.Split('.')[0];
        // A plural holds small records of one kind: Documents.cs, …Document.
        var plural = name.EndsWith('s') && types.All(type => type.EndsWith(name[..^1], StringComparison.Ordinal));
        if (types.Count > 0 && !types.Contains(name) && !plural) yield return $"{file.Path}: holds no type of its name, but {string.Join(", ", types)}";
        foreach (var type in types.Where(type => Empty().IsMatch(type))) yield return $"{file.Path}: {type} is a name that says nothing";
        if (file.Folder != "src/Tidemark.Core/Files" && Writing().Match(file.Text) is { Success: true } write) yield return $"{file.Path}: {write.Value}: only Files writes files";
        if (file.Folder != "src/Tidemark.Cli/Output" && file.Name != "Program.cs" && Console().IsMatch(file.Text)) yield return $"{file.Path}: only the command line's Output speaks to the console";
        if (file.Text.Split('\n').Length > 500 && !file.Text.Contains("// Long because", StringComparison.Ordinal)) yield return $"{file.Path}: more than 500 lines, and no line that says why";
    }

    [GeneratedRegex(@"^(?:(?:public|internal|private|file|sealed|static|abstract|partial|readonly|unsafe|ref) )*(?:class|record struct|record|struct|enum|interface) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex("Manager|Helper|Utils?$|Impl$|Base$|Wrapper|Common")]
    private static partial Regex Empty();

    [GeneratedRegex(@"(?<![\w.])File\.(Write|Create|Append|Open\(|OpenWrite|Replace|Copy|Move)\w*|new FileStream|(?<!\w)Directory\.CreateDirectory")]
    private static partial Regex Writing();

    [GeneratedRegex(@"(?<![\w.""])(System\.)?Console\.")]
    private static partial Regex Console();
}
