namespace ActorFed.Algorithms.Federated.Composite.FedMid;

/// <summary>How strong the server's proximal operator is.</summary>
public enum ServerStrength
{
    /// <summary>η_s K η_c: as much as all local steps (official code).</summary>
    Elapsed,

    /// <summary>η_s η_c: as much as one local step.</summary>
    Step,
}

/// <summary>Settings of federated mirror descent.</summary>
public sealed record FedMidOptions : CompositeOptions
{
    /// <summary>Whether every local step ends with the proximal operator too, and not only the server's.</summary>
    public bool ClientProximal { get; init; } = true;

    /// <summary>How strong the server's operator is.</summary>
    public ServerStrength ServerStrength { get; init; } = ServerStrength.Elapsed;
}
