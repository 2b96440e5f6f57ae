using System.ComponentModel.DataAnnotations;

namespace ActorFed.Problems.Data;

/// <summary>How training rows are dealt to participants.</summary>
public enum PartitionKind
{
    /// <summary>Rows in random order, cut into shards whose sizes differ by at most one.</summary>
    Iid,

    /// <summary>Rows in the order of the file, cut into shards.</summary>
    Contiguous,

    /// <summary>Each shard holds <see cref="ShardingOptions.LabelsPerShard"/> labels, each split over its holders.</summary>
    ByLabel,

    /// <summary>Rows sorted by label and cut into pieces, <see cref="ShardingOptions.PiecesPerShard"/> to each shard.</summary>
    SortedPieces,

    /// <summary>The rows of each label follow a Dirichlet draw over the shards.</summary>
    Dirichlet,

    /// <summary>Shard sizes follow a Dirichlet draw; the labels do not differ.</summary>
    QuantitySkew,

    /// <summary>Each shard holds the words of one speaker of a play, those with the most rows first; rows of other speakers, and of several, are left out.</summary>
    BySpeaker,
}

/// <summary>Where rows go that do not fill a shard.</summary>
public enum RemainderRows
{
    /// <summary>To the last shard.</summary>
    ToLastShard,

    /// <summary>Nowhere: they stay unused.</summary>
    LeftOut,
}

/// <summary>Which rows of a shard become validation rows.</summary>
public enum SplitOrder
{
    /// <summary>A random choice.</summary>
    Random,

    /// <summary>The first rows train, the last ones validate.</summary>
    TrainFirst,
}

/// <summary>Which labels may be corrupted.</summary>
public enum LabelNoiseScope
{
    /// <summary>Those of the training rows of each shard; validation stays clean.</summary>
    TrainRows,

    /// <summary>Those of all rows of each shard.</summary>
    WholeShard,
}

/// <summary>How features are brought to one scale: fitted on the training rows, applied to training and test rows.</summary>
public enum FeatureScaling
{
    /// <summary>As in the file.</summary>
    None,

    /// <summary>Each feature to [0, 1] over the training rows.</summary>
    MinMax,

    /// <summary>Each feature to mean 0 and standard deviation 1 over the training rows.</summary>
    Standardise,
}

/// <summary>How a data set becomes the shards of a run.</summary>
public sealed record ShardingOptions
{
    /// <summary>How training rows are dealt to participants.</summary>
    public PartitionKind Partition { get; init; } = PartitionKind.Iid;

    /// <summary>Concentration of the Dirichlet draws: small is skewed, large is even. For Dirichlet and quantity skew.</summary>
    [Range(1e-3, 1e6)]
    public double Alpha { get; init; } = 0.5;

    /// <summary>Labels each shard holds, at most the number of classes. For the partition by label.</summary>
    [Range(1, int.MaxValue)]
    public int LabelsPerShard { get; init; } = 2;

    /// <summary>Pieces each shard is dealt. For sorted pieces.</summary>
    [Range(1, int.MaxValue)]
    public int PiecesPerShard { get; init; } = 2;

    /// <summary>Rows of each shard; null shares all rows out. For iid and contiguous.</summary>
    [Range(1, int.MaxValue)]
    public int? RowsPerShard { get; init; }

    /// <summary>Where rows go that do not fill a shard. For contiguous, and for iid with rows per shard.</summary>
    public RemainderRows Remainder { get; init; } = RemainderRows.ToLastShard;

    /// <summary>Fewest rows a shard may have; Dirichlet and quantity skew redraw until every shard has them.</summary>
    [Range(1, int.MaxValue)]
    public int MinRowsPerShard { get; init; } = 2;

    /// <summary>Share of each shard that validates (upper level); 0 leaves every row to training (one-level problems).</summary>
    [Range(0.0, 0.99)]
    public double ValidationFraction { get; init; } = 0.5;

    /// <summary>Which rows of a shard validate.</summary>
    public SplitOrder Split { get; init; } = SplitOrder.Random;

    /// <summary>Share of labels made wrong in each shard: exactly ⌊rate · rows⌋ of them.</summary>
    [Range(0.0, 1.0)]
    public double LabelNoiseRate { get; init; }

    /// <summary>Which labels may be made wrong.</summary>
    public LabelNoiseScope LabelNoiseScope { get; init; } = LabelNoiseScope.TrainRows;

    /// <summary>How features are scaled; image sets are normalised when read and take none.</summary>
    public FeatureScaling Scaling { get; init; } = FeatureScaling.None;

    /// <summary>Training rows to use, drawn at random and kept in file order; null uses all.</summary>
    [Range(1, int.MaxValue)]
    public int? TrainRows { get; init; }

    /// <summary>Test rows to use, drawn at random and kept in file order; null uses all.</summary>
    [Range(1, int.MaxValue)]
    public int? TestRows { get; init; }

    /// <summary>Fewest rows of any shard, given that a split needs one row on either side.</summary>
    internal int FewestRows => Math.Max(MinRowsPerShard, ValidationFraction > 0 ? 2 : 1);
}
