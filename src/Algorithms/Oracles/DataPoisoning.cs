namespace ActorFed.Algorithms.Oracles;

/// <summary>What an attacker does to its own data.</summary>
public enum DataPoisoning : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Label c of C classes becomes C − 1 − c.</summary>
    FlippedLabels,

    /// <summary>Features become Gaussian noise of mean 0 and variance 1000.</summary>
    NoisyFeatures,
}
