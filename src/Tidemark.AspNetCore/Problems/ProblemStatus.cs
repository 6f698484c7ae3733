using Microsoft.AspNetCore.Http;

namespace Tidemark.AspNetCore.Problems;

/// <summary>The HTTP status of each failure: the one table.</summary>
internal static class ProblemStatus
{
    private static readonly Dictionary<FaultCode, int> ByCode = new()
    {
        [FaultCode.Usage] = StatusCodes.Status400BadRequest,
        [FaultCode.BadLabel] = StatusCodes.Status400BadRequest,
        [FaultCode.Ambiguous] = StatusCodes.Status400BadRequest,
        [FaultCode.OutsideStore] = StatusCodes.Status400BadRequest,
        [FaultCode.NotAuthenticated] = StatusCodes.Status401Unauthorized,
        [FaultCode.Forbidden] = StatusCodes.Status403Forbidden,
        [FaultCode.NotFound] = StatusCodes.Status404NotFound,
        [FaultCode.Refused] = StatusCodes.Status409Conflict,
        [FaultCode.Locked] = StatusCodes.Status409Conflict,
        [FaultCode.ObjectLocked] = StatusCodes.Status409Conflict,
        [FaultCode.TooLarge] = StatusCodes.Status413PayloadTooLarge,
        [FaultCode.KeyReused] = StatusCodes.Status422UnprocessableEntity,
        [FaultCode.WrongMagic] = StatusCodes.Status422UnprocessableEntity,
        [FaultCode.Verification] = StatusCodes.Status422UnprocessableEntity,
        [FaultCode.QueueFull] = StatusCodes.Status429TooManyRequests,
        [FaultCode.TooMany] = StatusCodes.Status429TooManyRequests,
        [FaultCode.Unreachable] = StatusCodes.Status503ServiceUnavailable,
        [FaultCode.Store] = StatusCodes.Status503ServiceUnavailable,
        [FaultCode.Interrupted] = StatusCodes.Status503ServiceUnavailable,
        [FaultCode.DiskFull] = StatusCodes.Status507InsufficientStorage,
    };

    /// <summary>500 for what the asker cannot mend.</summary>
    public static int Of(FaultCode code) => ByCode.GetValueOrDefault(code, StatusCodes.Status500InternalServerError);
}
