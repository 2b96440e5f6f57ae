using ActorFed.Algorithms.Oracles;
using ActorFed.Tensors;

namespace ActorFed.Problems.Tests;

/// <summary>A small network on two levels, in double.</summary>
public sealed class TensorBilevelOracleTests : OracleConformance
{
    protected override double DifferenceTolerance => 1e-4; // the quotient's own error

    protected override double RoundingTolerance => 1e-12;

    protected override IBilevelOracle CreateOracle() => TensorProblems.Bilevel().CreateOracle(1);
}

/// <summary>The same in float.</summary>
public sealed class TensorBilevelOracleInFloatTests : OracleConformance
{
    protected override IBilevelOracle CreateOracle()
    {
        TensorRows<float> rows = TensorRows<float>.Of(TensorProblems.Data, [0, 2, 3]);
        Shape column = [3, 1]; // code that is not optimised yet allocates for a constant one
        return new TensorBilevelOracle<float>(
            "a test",
            (new ParameterLayout([3]), levels => (Rest(levels, rows) - rows.Targets(levels.Tape)).Square().Mean()),
            (new ParameterLayout([2, 1], [1]), levels => (levels[0][0].Sigmoid().Reshape(column) * Rest(levels, rows).Square()).Sum()),
            upperLossDependsOnUpper: false);
    }

    private static Tensor<float> Rest(Levels<float> levels, TensorRows<float> rows) =>
        Layers.Linear(rows.Features(levels.Tape) * 0.125f, levels[1][0], levels[1][1]).Tanh();
}

/// <summary>A small network on three levels, in double.</summary>
public sealed class TensorTrilevelOracleTests : TrilevelOracleConformance
{
    protected override double DifferenceTolerance => 1e-4; // the quotient's own error

    protected override double RoundingTolerance => 1e-12;

    protected override ITrilevelOracle CreateOracle() => TensorProblems.Trilevel().CreateOracle(0);
}
