using System.ComponentModel.DataAnnotations;

namespace ActorFed.Host.Experiments;

internal enum OracleBackend
{
    Managed,
    Torch,
}

internal enum OracleDevice
{
    Cpu,
    Cuda,
}

/// <summary>What computes losses and derivatives.</summary>
internal sealed record OracleOptions
{
    public required OracleBackend Backend { get; init; }

    /// <summary>Of torch.</summary>
    public required OracleDevice Device { get; init; }

    /// <summary>Of torch, for one operation.</summary>
    [Range(1, 1024)]
    public required int Threads { get; init; }
}
