using System.ComponentModel.DataAnnotations;

namespace ActorFed.Problems.Torch;

/// <summary>What libtorch computes on.</summary>
public enum TorchDevice
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first graphics processor that CUDA shows.</summary>
    Cuda,
}

/// <summary>Where and how oracles on TorchSharp compute.</summary>
public sealed record TorchOptions
{
    /// <summary>What they compute on.</summary>
    public TorchDevice Device { get; init; }

    /// <summary>Threads that one operation may use; at least 1. More than 1 pays only where there are fewer participants than cores.</summary>
    [Range(1, 1024)]
    public int Threads { get; init; } = 1;
}
