using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Options that the problems on a <see cref="RegressionNetwork"/> share.</summary>
public abstract record RegressionOptions
{
    /// <summary>Units of the hidden layer; at least 1.</summary>
    [Range(1, 10_000)]
    public int HiddenUnits { get; init; } = 8;

    /// <summary>ψ at the start: the penalty's factor is exp(ψ).</summary>
    [Range(-50.0, 50.0)]
    public double InitialLogPenalty { get; init; } = -7;

    /// <summary>δ of the smoothed penalty Σ √(w² + δ²); more than 0.</summary>
    [Range(1e-9, 1e3)]
    public double PenaltySmoothing { get; init; } = 0.01;

    /// <summary>Standard deviation of the Gaussian noise on standardised test inputs; at least 0.</summary>
    [Range(0, 1e3)]
    public double TestNoise { get; init; } = 0.5;

    /// <summary>Draws of that noise for every test row; at least 1.</summary>
    [Range(1, 1000)]
    public int TestNoiseDraws { get; init; } = 10;
}

/// <summary>
/// A network with one hidden layer on a regression set, whose targets are brought to mean 0 and standard deviation 1 over the training
/// rows: an error of 1 is that of always answering the mean.
/// </summary>
internal sealed class RegressionNetwork
{
    private readonly RegressionOptions _options;
    private readonly ImmutableArray<TensorRows<double>> _training;
    private readonly ImmutableArray<TensorRows<double>> _validation;
    private readonly TensorRows<double> _test;
    private readonly TensorRows<double> _noisedTest;
    private readonly MlpModel _model;

    /// <summary>The network over sharded data.</summary>
    /// <exception cref="ArgumentException">A shard lacks rows, or all targets are equal.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public RegressionNetwork(ShardedRegression data, RegressionOptions options, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _options = options;
        double mean = data.Train.Targets.Average();
        double deviation = Math.Sqrt(data.Train.Targets.Average(target => (target - mean) * (target - mean)));
        if (!(deviation > 0))
        {
            throw new ArgumentException($"All {data.Train.Targets.Length} targets of '{data.Train.Name}' are {mean}; there is nothing to learn. Choose another set.");
        }

        RegressionData Standardised(RegressionData part) => part with { Targets = [.. part.Targets.Select(target => (target - mean) / deviation)] };
        RegressionData train = Standardised(data.Train);
        RegressionData test = Standardised(data.Test);
        _training = [.. data.Shards.Select(shard => TensorRows<double>.Of(train, shard.TrainRows))];
        _validation = [.. data.Shards.Select(shard => TensorRows<double>.Of(train, shard.ValidationRows))];
        _test = TensorRows<double>.Of(test);
        _noisedTest = TensorRows<double>.Of(Noised(test, options, seed));
        _model = new MlpModel(train.Features.Columns, options.HiddenUnits, 1);
        Weights = _model.Layout;
        Penalty = new ParameterLayout([1]);
        Noise = new ParameterLayout([.. _training.Select(rows => Shape.Create([rows.Rows, rows.Columns]))]);
    }

    /// <summary>One scalar, ψ.</summary>
    public ParameterLayout Penalty { get; }

    /// <summary>The noise on the training inputs of each shard, [rows, columns], in the order of the shards.</summary>
    public ParameterLayout Noise { get; }

    /// <summary>The parameters of the network.</summary>
    public ParameterLayout Weights { get; }

    /// <summary>A shard's training rows, with standardised targets.</summary>
    public TensorRows<double> Training(int shard) => _training[shard];

    /// <summary>A shard's validation rows, with standardised targets.</summary>
    public TensorRows<double> Validation(int shard) => _validation[shard];

    /// <summary>ψ at the start.</summary>
    public FlatVector InitialPenalty(SeededRandom random) => FlatVector.Of(_options.InitialLogPenalty);

    /// <summary>A starting point of the weights.</summary>
    public FlatVector InitialWeights(SeededRandom random) => _model.Draw(random);

    /// <summary>The mean squared error on a shard's validation rows.</summary>
    public Tensor<double> ValidationError(Tape<double> tape, ReadOnlySpan<Tensor<double>> weights, int shard) =>
        Error(tape, weights, _validation[shard], _validation[shard].Features(tape));

    /// <summary>The mean squared error on a shard's training rows.</summary>
    /// <param name="tape">Of the weights.</param>
    /// <param name="weights">The parameters of the network.</param>
    /// <param name="shard">Whose rows.</param>
    /// <param name="noise">Added to the inputs, [rows, columns]; none: nothing.</param>
    public Tensor<double> TrainingError(Tape<double> tape, ReadOnlySpan<Tensor<double>> weights, int shard, Tensor<double>? noise = null)
    {
        Tensor<double> features = _training[shard].Features(tape);
        return Error(tape, weights, _training[shard], noise is Tensor<double> added ? features + added : features);
    }

    /// <summary>exp(ψ) Σ √(w² + δ²) over all parameters, biases included.</summary>
    /// <param name="logPenalty">ψ.</param>
    /// <param name="weights">The parameters of the network.</param>
    public Tensor<double> PenaltyOf(Tensor<double> logPenalty, ReadOnlySpan<Tensor<double>> weights)
    {
        double epsilon = _options.PenaltySmoothing * _options.PenaltySmoothing;
        Tensor<double> sum = Losses.SmoothedAbsolutes(weights[0], epsilon);
        foreach (Tensor<double> parameter in weights[1..])
        {
            sum += Losses.SmoothedAbsolutes(parameter, epsilon);
        }

        return logPenalty.Exp() * sum;
    }

    /// <summary><c>test-error</c> on clean and <c>noised-test-error</c> on noised test rows, mean squared errors.</summary>
    /// <param name="level">The level whose variable the weights are.</param>
    public ImmutableArray<TensorMeasure<double>> Measures(int level) =>
    [
        new("test-error", levels => Error(levels.Tape, levels[level], _test, _test.Features(levels.Tape))),
        new("noised-test-error", levels => Error(levels.Tape, levels[level], _noisedTest, _noisedTest.Features(levels.Tape))),
    ];

    private Tensor<double> Error(
        Tape<double> tape, ReadOnlySpan<Tensor<double>> weights, TensorRows<double> rows, Tensor<double> inputs) =>
        (_model.Output(weights, inputs) - rows.Targets(tape)).Square().Mean();

    /// <summary>Every test row several times, with independent noise on its features.</summary>
    private static RegressionData Noised(RegressionData test, RegressionOptions options, ulong seed)
    {
        SeededRandom random = new(seed, "test-noise");
        (int rows, int columns) = (test.Features.Rows, test.Features.Columns);
        float[] values = new float[checked(options.TestNoiseDraws * rows * columns)];
        for (int i = 0; i < options.TestNoiseDraws * rows; i++)
        {
            Span<float> row = values.AsSpan(i * columns, columns);
            test.Features.CopyRow(i % rows, row);
            foreach (ref float value in row)
            {
                value += (float)(options.TestNoise * random.NextGaussian());
            }
        }

        return test with
        {
            Features = new DenseMatrix(values, columns),
            Targets = [.. Enumerable.Range(0, options.TestNoiseDraws).SelectMany(_ => test.Targets)],
        };
    }
}
