namespace ActorFed.Algorithms.Federated.Composite.FedDualAvg;

/// <summary>Settings of federated dual averaging.</summary>
public sealed record FedDualAvgOptions : CompositeOptions
{
    /// <summary>Whether clients take gradients at the proximal point of their dual state, and not at that state itself.</summary>
    public bool ClientProximal { get; init; } = true;
}
