namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>How a number travels.</summary>
public enum NumberFormat : byte
{
    /// <summary>As it is, in 8 bytes.</summary>
    Float64,

    /// <summary>Rounded to 24 significant bits, in 4 bytes.</summary>
    Float32,

    /// <summary>Rounded to 8 significant bits with the range of <see cref="Float32"/>, in 2 bytes.</summary>
    Bfloat16,
}
