using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems.Tests;

/// <summary>Small problems on tensors.</summary>
internal static class TensorProblems
{
    public static MlpModel Model { get; } = new(2, 3, 1);

    public static RegressionData Data { get; } = new("small", new DenseMatrix([1, 2, 3, 4, 5, 6, 7, 8], 2), [0, -1, 1, 0.5]);

    public static TensorTrilevelProblem<double> Trilevel(LevelLoss<double>? middle = null)
    {
        TensorRows<double> rows = TensorRows<double>.Of(Data, [0, 1]);
        Tensor<double> Errors(Levels<double> levels) =>
            Model.Output(levels[2], (rows.Features(levels.Tape) + levels[1][0]) * 0.125) - rows.Targets(levels.Tape);
        return new TensorTrilevelProblem<double>
        {
            Name = "three",
            ShardCount = 2,
            Upper = new TensorLevel<double>
            {
                Layout = new ParameterLayout([1]),
                Loss = _ => levels => Errors(levels).Square().Mean() + levels[0][0].Square().Sum(),
            },
            Middle = new TensorLevel<double>
            {
                Layout = new ParameterLayout([2, 2]),
                Loss = _ => middle ?? (levels => levels[1][0].Square().Sum() - (Errors(levels).Square().Mean() * levels[0][0].Exp().Sum())),
            },
            Lower = new TensorLevel<double>
            {
                Layout = Model.Layout,
                Loss = shard => levels => (Errors(levels).Square().Mean() * (1.0 + shard)) + (levels[0][0].Sigmoid().Sum() * levels[2][0].Square().Sum()),
                Initial = Model.Draw,
            },
            Measures = [new TensorMeasure<double>("sum", levels => levels[1][0].Sum())],
        };
    }

    public static TensorBilevelProblem<double> Bilevel(Func<SeededRandom, FlatVector>? upper = null)
    {
        TensorRows<double> rows = TensorRows<double>.Of(Data, [0, 1]);
        Shape column = [2, 1];
        Tensor<double> Errors(Levels<double> levels) =>
            Model.Output(levels[1], rows.Features(levels.Tape) * 0.125) - rows.Targets(levels.Tape);
        return new TensorBilevelProblem<double>
        {
            Name = "two",
            ShardCount = 2,
            Upper = new TensorLevel<double>
            {
                Layout = new ParameterLayout([2]),
                Loss = _ => levels => (Errors(levels).Square().Mean() * levels[0][0].Exp().Sum()) + levels[0][0].Square().Sum(),
                Initial = upper,
            },
            Lower = new TensorLevel<double>
            {
                Layout = Model.Layout,
                Loss = shard => levels => (Errors(levels).Square() * levels[0][0].Sigmoid().Reshape(column)).Sum() + (levels[1][0].Square().Sum() * (1.0 + shard)),
                Initial = Model.Draw,
            },
        };
    }
}
