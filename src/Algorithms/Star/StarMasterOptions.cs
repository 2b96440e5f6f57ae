namespace ActorFed.Algorithms.Star;

/// <summary>What becomes of a run when a worker is lost.</summary>
public enum OnLoss
{
    /// <summary>It goes on; the lost worker's variables stay frozen.</summary>
    Continue,

    /// <summary>It fails.</summary>
    Fail,
}

/// <summary>When a star's master stops, asks again, gives up on a worker, and stores itself.</summary>
public sealed record StarMasterOptions
{
    /// <summary>Master steps after which the run completes; at least 1.</summary>
    public required long StepLimit { get; init; }

    /// <summary>Stationarity gap at or below which the run completes, where the algorithm measures it; 0 never.</summary>
    public double GapTolerance { get; init; }

    /// <summary>Silence after which a worker is asked again; more than zero. It takes between one and two of these.</summary>
    public TimeSpan AskAgainAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Silence after which a worker is lost, and time between questions to a lost one; at least twice <see cref="AskAgainAfter"/>.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What happens then.</summary>
    public OnLoss OnLoss { get; init; } = OnLoss.Continue;

    /// <summary>Time between snapshots; more than zero.</summary>
    public TimeSpan SnapshotEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Master steps between observations of the model; at least 1.</summary>
    public int ModelEvery { get; init; } = 50;
}
