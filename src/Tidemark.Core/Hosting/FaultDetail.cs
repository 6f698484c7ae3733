namespace Tidemark.Hosting;

/// <summary>A fault as every document tells it.</summary>
internal sealed record FaultDetail(string Code, string What, string? Where, string? Why, string Left, string? Next, int ExitCode)
{
    public static FaultDetail Of(Fault fault) => new(fault.Code.Name, fault.What, fault.Where, fault.Why, fault.Left, fault.Next, fault.Code.ExitCode);
}
