using System.Collections.Immutable;
using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Graph.Attacks;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Graph;

/// <summary>What a compressed vector is measured against.</summary>
public enum CompressionFeedback : byte
{
    /// <summary>
    /// The difference to a reference point, which every neighbour has a copy of, is compressed; pulls are taken between reference points.
    /// Source: Koloskova, Stich and Jaggi, "Decentralized stochastic optimization and gossip algorithms with compressed communication", ICML 2019.
    /// </summary>
    Reference,

    /// <summary>The vector plus what earlier compressions left out is compressed. Source: Seide et al., Interspeech 2014.</summary>
    Error,
}

/// <summary>What the neighbours of a run agree on.</summary>
public sealed record GraphSetup
{
    /// <summary>Graph and weights of the lower variable; its participants are all of the run's.</summary>
    public required Topology Lower { get; init; }

    /// <summary>Graph and weights of the upper variable.</summary>
    public required Topology Upper { get; init; }

    /// <summary>Graph and weights of the auxiliary variable.</summary>
    public required Topology Auxiliary { get; init; }

    /// <summary>Rounds after which the run completes; at least 1.</summary>
    public required long RoundLimit { get; init; }

    /// <summary>Seed of every random stream.</summary>
    public required ulong Seed { get; init; }

    /// <summary>τ: rounds that a neighbour's last vector may be old, and stands in until then; 0 is synchronous.</summary>
    public int StalenessBound { get; init; }

    /// <summary>What makes vectors smaller; null leaves them as they are.</summary>
    public ICompressor? Compressor { get; init; }

    /// <summary>What is compressed.</summary>
    public CompressionFeedback Feedback { get; init; }

    /// <summary>γ, factor of every pull on a compressed vector; in (0, 1].</summary>
    public double ConsensusStep { get; init; } = 1;

    /// <summary>How neighbours' iterates are combined where some may lie; null mixes by weight.</summary>
    public IAcceptance? Acceptance { get; init; }

    /// <summary>Who attacks; ascending.</summary>
    public ImmutableArray<int> Attackers { get; init; } = [];

    /// <summary>How; null when nobody does.</summary>
    public IAttack? Attack { get; init; }

    /// <summary>Rounds between snapshots; at least 1. Until a neighbour has stored one, what was sent to it since is kept.</summary>
    public int SnapshotEvery { get; init; } = 20;

    /// <summary>Rounds between observations of a participant's measures; at least 1.</summary>
    public int RecordEvery { get; init; } = 10;

    /// <summary>Rounds between observations of a participant's model; at least 1.</summary>
    public int ModelEvery { get; init; } = 50;

    /// <summary>Whether observed rounds show the rule's state: for checkers in a simulation.</summary>
    public bool ShowsState { get; init; }

    /// <summary>Silence after which a neighbour is asked again; more than zero.</summary>
    public TimeSpan AskAgainAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Silence after which the edge to a neighbour is left out; at least twice <see cref="AskAgainAfter"/>.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What happens then.</summary>
    public OnLoss OnLoss { get; init; } = OnLoss.Continue;

    /// <summary>Graph and weights that a stream travels on.</summary>
    public Topology Of(StreamLevel level) => level switch
    {
        StreamLevel.Upper => Upper,
        StreamLevel.Auxiliary => Auxiliary,
        _ => Lower,
    };

    /// <summary>Rounds in which word from anyone reaches everyone, whichever levels a rule uses.</summary>
    public int FloodRounds => Math.Max(Lower.FloodRounds, Math.Max(Upper.FloodRounds, Auxiliary.FloodRounds));

    /// <summary>Whether participant <paramref name="index"/> attacks.</summary>
    public bool IsAttacker(int index) => Attack is not null && Attackers.BinarySearch(index) >= 0;

    /// <summary>Requires that these settings fit a rule.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which, why, and the way out.</exception>
    /// <exception cref="NotSupportedException">Acceptance asks for losses, and the rule has none for one of its variables.</exception>
    public void Validate(IGraphRule rule)
    {
        bool hasTrackers = rule.Exchanges.Any(streams => streams.Any(stream => stream.Kind == StreamKind.Tracker));
        StreamSpec[] all = [.. rule.Exchanges.SelectMany(streams => streams).Distinct()];
        bool varies = Lower.IsTimeVarying || Upper.IsTimeVarying || Auxiliary.IsTimeVarying;
        Require(all.DistinctBy(stream => stream.Name).Count() == all.Length, "two different streams of the rule have one name; give each its own.");
        Require(rule.Exchanges.All(exchange => exchange.Distinct().Count() == exchange.Length), "a stream is in an exchange twice; send it once in each.");
        Require(RoundLimit >= 1, $"{nameof(RoundLimit)} is {RoundLimit}; it must be at least 1.");
        Require(Lower.Count == Upper.Count && Lower.Count == Auxiliary.Count, $"the graphs have {Lower.Count}, {Upper.Count} and {Auxiliary.Count} participants; they must have the same.");
        Require(Lower.IsConnected && Upper.IsConnected && Auxiliary.IsConnected, "a graph is not connected; every level needs one in which word reaches everyone.");
        Require(StalenessBound >= 0, $"{nameof(StalenessBound)} is {StalenessBound}; it must be at least 0, and 0 is synchronous.");
        Require(StalenessBound == 0 || (rule.Exchanges.Length == 1 && !hasTrackers), "an old vector cannot stand in for a late one of this algorithm: it tracks or has several exchanges in a round. Use a staleness bound of 0.");
        Require(StalenessBound == 0 || !varies, "old vectors can stand in on a graph that stays the same only. Use a staleness bound of 0, or a static topology.");
        Require(Compressor is null || Feedback == CompressionFeedback.Error || (StalenessBound == 0 && !varies), "reference points need every difference, in order: a static topology and a staleness bound of 0. Or use error feedback.");
        Require(ConsensusStep is > 0 and <= 1, $"{nameof(ConsensusStep)} is {ConsensusStep}; it must be in (0, 1].");
        Require((Acceptance is null && Attack is null) || !hasTrackers, "acceptance and attacks are for algorithms that exchange variables only: what looks wrong in a tracker may be right, and leaving it out shifts the mean for good. D-SOBA and decentralized SGD do.");
        Require(Attack is null || Compressor is null, "attackers send what they like to whom they like, so that nobody could keep a reference point of theirs. Switch compression or the attack off.");
        Require(OnLoss == OnLoss.Fail || (Lower.IsSymmetric && Upper.IsSymmetric && Auxiliary.IsSymmetric), "an edge can be left out of symmetric weights only. Set on-loss = fail, or choose an undirected topology.");
        Require(Attackers.All(i => i >= 0 && i < Lower.Count), $"an attacker's index is not in [0, {Lower.Count - 1}].");
        Require(Attackers.Length < Lower.Count, $"there are {Attackers.Length} attackers among {Lower.Count} participants; at least one must be honest.");
        if (Acceptance is { NeedsLoss: true })
        {
            foreach (StreamSpec stream in rule.Exchanges.SelectMany(streams => streams).Where(stream => stream.Kind == StreamKind.Iterate))
            {
                rule.LossOf(stream, FlatVector.Zeros(stream.Length));
            }
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException($"These settings of the graph do not go together: {otherwise}");
        }
    }
}
