using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Graph.Acceptance;

/// <summary>How neighbours' vectors are combined.</summary>
public enum AcceptanceKind
{
    /// <summary>By the weights of the graph, whoever sent them.</summary>
    None,

    /// <summary>BALANCE: the mean of those near enough.</summary>
    Balance,

    /// <summary>BALANCE's choice under the weights of the graph.</summary>
    BalanceFold,

    /// <summary>The mean of all.</summary>
    Mean,

    /// <summary>The median of every entry.</summary>
    Median,

    /// <summary>The mean of every entry without its largest and smallest.</summary>
    TrimmedMean,

    /// <summary>The one nearest to its nearest.</summary>
    Krum,

    /// <summary>The nearest whose loss is low.</summary>
    Ubar,

    /// <summary>Self-centred clipping: all, differences shortened, by the weights of the graph.</summary>
    Scclip,
}

/// <summary>How a participant combines what its neighbours sent when some of them may lie.</summary>
public sealed record AcceptanceOptions
{
    /// <summary>How they are combined.</summary>
    public AcceptanceKind Kind { get; init; } = AcceptanceKind.None;

    /// <summary>α, share of the own vector in balance, mean, median, trimmed-mean, krum and ubar; at least 0, less than 1.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double OwnShare { get; init; } = 0.5;

    /// <summary>γ of balance: largest believed distance in the first round, as a share of the own norm; more than 0.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public double Gamma { get; init; } = 0.3;

    /// <summary>κ of balance: by the last round the share has fallen to γ exp(−κ); 0 to 100.</summary>
    [Range(0d, 100d)]
    public double Kappa { get; init; } = 1;

    /// <summary>Distance that balance always believes, for vectors that begin at zero; at least 0.</summary>
    [Range(0d, 1e100)]
    public double MinThreshold { get; init; }

    /// <summary>Number of the first round in balance's λ(t) = t/T; 0 or 1.</summary>
    [Range(0, 1)]
    public int FirstRound { get; init; }

    /// <summary>Attackers among the neighbours of one participant that trimmed-mean, krum and scclip count with; at least 0.</summary>
    [Range(0, 100_000)]
    public int Attackers { get; init; } = 1;

    /// <summary>ρ, share of the neighbours, the nearest, whose losses ubar looks at; more than 0, at most 1.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double NearestShare { get; init; } = 0.5;

    /// <summary>τ, longest difference that scclip follows; more than 0. Null: chosen in each round from what came.</summary>
    [Range(0d, 1e100, MinimumIsExclusive = true)]
    public double? ClippingRadius { get; init; }

    /// <summary>The threshold of balance.</summary>
    /// <param name="rounds">T, rounds to make; at least 1.</param>
    public BalanceThreshold Threshold(long rounds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        return new BalanceThreshold { Gamma = Gamma, Kappa = Kappa, Floor = MinThreshold, Offset = FirstRound / (double)rounds };
    }

    /// <summary>The acceptance rule; null where the weights of the graph decide alone.</summary>
    /// <param name="rounds">T, rounds to make; at least 1.</param>
    public IAcceptance? Create(long rounds) => Kind switch
    {
        AcceptanceKind.None => null,
        AcceptanceKind.Balance => new BalanceAcceptance(Threshold(rounds), OwnShare),
        AcceptanceKind.BalanceFold => new BalanceFoldAcceptance(Threshold(rounds)),
        AcceptanceKind.Mean => new MeanAcceptance(OwnShare),
        AcceptanceKind.Median => TrimmedMeanAcceptance.Median(OwnShare),
        AcceptanceKind.TrimmedMean => TrimmedMeanAcceptance.Of(OwnShare, Attackers),
        AcceptanceKind.Krum => new KrumAcceptance(OwnShare, Attackers),
        AcceptanceKind.Ubar => new UbarAcceptance(OwnShare, NearestShare),
        AcceptanceKind.Scclip => new ClippingAcceptance(ClippingRadius, Attackers),
        _ => throw new InvalidOperationException($"There is no acceptance {Kind}."),
    };
}
