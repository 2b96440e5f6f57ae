using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="DomainAdaptation"/>.</summary>
public sealed record DomainAdaptationOptions
{
    /// <summary>Filters of the first convolution, half as many as of the second; at least 1.</summary>
    [Range(1, 256)]
    public int Channels { get; init; } = 4;

    /// <summary>Units of the hidden layer of the re-weighting network; at least 1.</summary>
    [Range(1, 1000)]
    public int WeightingUnits { get; init; } = 8;

    /// <summary>Images of the source domain that every worker is given; at least 1.</summary>
    [Range(1, 1_000_000)]
    public int SourceRows { get; init; } = 50;

    /// <summary>Share of those whose ink is light on dark where the target's is dark on light, or the reverse; 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double InvertedShare { get; init; } = 0.5;

    /// <summary>Chance of a stray stroke in an image of the source domain; 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double ClutterRate { get; init; } = 0.5;

    /// <summary>λ, how strongly the fine-tuned network is held near the pre-trained one; at least 0.</summary>
    [Range(0, 1e6)]
    public double Proximity { get; init; } = 0.1;
}

/// <summary>
/// Domain adaptation: weigh the images of a source domain such that a network pre-trained on them, then fine-tuned on few images of the
/// target domain, does well there.
/// </summary>
/// <remarks>
/// Upper φ: a perceptron on the image at a quarter of its side, whose output R in (0, 1) weighs a source image. Middle v and lower w: a
/// small convolutional network each. f_1j = mean cross entropy of v on target validation rows, f_2j = that on target training rows
/// + λ ‖v − w‖², f_3j = mean over source rows of R(a; φ) CE(a, b; w). The target domain is the data set, the source domain drawn by code.
/// Source: the experiments of AFTO, arXiv 2312.11835, after Raghu et al., "Meta-learning to improve pre-training" (NeurIPS 2021); see
/// docs/fidelity.md.
/// </remarks>
public static class DomainAdaptation
{
    /// <summary>Pixels of an image on a side for one that the re-weighting network sees.</summary>
    internal const int Coarseness = 4;

    /// <summary>The problem over sharded data.</summary>
    /// <exception cref="ArgumentException">The data cannot be used.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static TensorTrilevelProblem<float> Create(ShardedData data, DomainAdaptationOptions options, ulong seed) =>
        Create(data, SourceFor(data, options, seed), options);

    /// <summary>The source domain for a target domain.</summary>
    /// <exception cref="ArgumentException">They do not fit together.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    internal static LabelledData SourceFor(ShardedData data, DomainAdaptationOptions options, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        int pixels = data.Train.Features.Columns;
        LabelledData source = Source(options, data.Shards.Length, seed);
        if (source.Features.Columns != pixels || source.Classes != data.Train.Classes)
        {
            throw new ArgumentException(
                $"'{data.Train.Name}' has {pixels} features and {data.Train.Classes} classes; the source domain is made of digits with "
                + $"{source.Features.Columns} and {source.Classes}. Choose mnist or synthetic-digits.");
        }

        return source;
    }

    /// <summary>Rows of the source domain that a shard is given.</summary>
    internal static ImmutableArray<int> SourceRows(LabelledData source, int shard, int shards) =>
        [.. Enumerable.Range(0, source.Labels.Length).Where(row => row % shards == shard)];

    /// <summary>The problem with this source domain, whose rows are dealt to the shards in turn.</summary>
    internal static TensorTrilevelProblem<float> Create(ShardedData data, LabelledData source, DomainAdaptationOptions options)
    {
        ClassifierRows target = new(data);
        LeNetModel network = new(target.Features, target.Classes, options.Channels);
        MlpModel weighting = new(target.Features / (Coarseness * Coarseness), options.WeightingUnits, 1);
        Window coarse = new(Coarseness, Coarseness, Coarseness);
        int shards = data.Shards.Length;
        TensorRows<float>[] sources =
        [
            .. Enumerable.Range(0, shards).Select(shard => TensorRows<float>.Of(source, SourceRows(source, shard, shards))),
        ];
        Logits tuned = (levels, rows) => network.Output(levels[1], rows, levels.Tape);
        return new TensorTrilevelProblem<float>
        {
            Name = "domain-adaptation",
            ShardCount = shards,
            Upper = new TensorLevel<float> { Layout = weighting.Layout, Loss = shard => target.ValidationLoss(shard, tuned), Initial = weighting.Draw },
            Middle = new TensorLevel<float> { Layout = network.Layout, Loss = TuningLoss, Initial = network.Draw },
            Lower = new TensorLevel<float> { Layout = network.Layout, Loss = PretrainingLoss, Initial = network.Draw },
            Measures = target.Measures(tuned),
        };

        LevelLoss<float> TuningLoss(int shard)
        {
            LevelLoss<float> losses = target.TrainingLosses(shard, tuned);
            return levels => losses(levels).Mean() + (SquaredDistance(levels[1], levels[2]) * (float)options.Proximity);
        }

        LevelLoss<float> PretrainingLoss(int shard)
        {
            TensorRows<float> rows = sources[shard];
            Shape coarseRows = Shape.Create([rows.Rows, target.Features / (Coarseness * Coarseness)]);
            Shape list = Shape.Create([rows.Rows]);
            return levels =>
            {
                Tensor<float> inputs = Layers.AveragePooling(network.Images(rows, levels.Tape), coarse).Reshape(coarseRows);
                Tensor<float> weights = weighting.Output(levels[0], inputs).Sigmoid().Reshape(list);
                return (weights * Losses.CrossEntropyPerRow(network.Output(levels[2], rows, levels.Tape), rows.Labels(levels.Tape))).Mean();
            };
        }
    }

    private static Tensor<float> SquaredDistance(ReadOnlySpan<Tensor<float>> left, ReadOnlySpan<Tensor<float>> right)
    {
        Tensor<float> sum = Losses.SquaredError(left[0], right[0]);
        for (int i = 1; i < left.Length; i++)
        {
            sum += Losses.SquaredError(left[i], right[i]);
        }

        return sum;
    }

    /// <summary>Digits with more clutter than usual, some of them inverted.</summary>
    private static LabelledData Source(DomainAdaptationOptions options, int shards, ulong seed)
    {
        LabelledData digits = SyntheticDigits.Generate(
            checked(options.SourceRows * shards), seed, new SyntheticDigitsOptions { ClutterRate = options.ClutterRate }, "source");
        ByteMatrix pixels = (ByteMatrix)digits.Features;
        byte[] values = pixels.Values.ToArray();
        SeededRandom random = new(seed, "domain-adaptation/inverted");
        for (int row = 0; row < pixels.Rows; row++)
        {
            if (random.NextDouble() < options.InvertedShare)
            {
                foreach (ref byte value in values.AsSpan(row * pixels.Columns, pixels.Columns))
                {
                    value = (byte)(byte.MaxValue - value);
                }
            }
        }

        return digits with { Features = new ByteMatrix(values, pixels.Columns, pixels.Scale, pixels.Offset) };
    }
}
