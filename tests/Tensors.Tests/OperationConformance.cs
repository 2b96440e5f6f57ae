using System.Numerics;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Tensors.Tests;

/// <summary>Every operation against its definition, and its derivatives of three orders against difference quotients.</summary>
public sealed class OperationConformance
{
    private const double Step = 1.0 / (1 << 17);

    /// <summary>
    /// Largest error of a difference quotient relative to 1 + |value|: rounding of values near 1 over the step is 2⁻³⁵, the
    /// quotient's own error step² / 6 = 2⁻³⁷ times a third derivative; sums over the entries make a few hundred of it.
    /// </summary>
    private const double DifferenceTolerance = 1e-7;

    private const double RoundingTolerance = 1e-13;
    private const double FloatTolerance = 5e-5;

    public static TheoryData<string> Names() => [.. OperationCase<double>.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Computes_what_the_definition_says(string name)
    {
        OperationCase<double> operation = OperationCase<double>.All[name];
        double[][] inputs = Inputs(operation);
        Tape<double> tape = new();

        double[] values = operation.Function(tape, Leaves(tape, operation, inputs)).Values.ToArray();

        Close(operation.Naive(inputs), values, RoundingTolerance);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_first_derivative_is_the_slope_of_the_value(string name) => RequireSlope(name, order: 1);

    [Theory, MemberData(nameof(Names))]
    public void The_second_derivative_is_the_slope_of_the_first(string name) => RequireSlope(name, order: 2);

    [Theory, MemberData(nameof(Names))]
    public void The_third_derivative_is_the_slope_of_the_second(string name) => RequireSlope(name, order: 3);

    [Theory, MemberData(nameof(Names))]
    public void Float_agrees_with_double_in_value_and_derivatives(string name)
    {
        double[][] inputs = Inputs(OperationCase<double>.All[name]);

        for (int order = 0; order <= 2; order++)
        {
            double expected = Derivative(OperationCase<double>.All[name], inputs, order);
            double actual = Derivative(OperationCase<float>.All[name], inputs, order);
            Close([expected], [actual], FloatTolerance);
        }
    }

    private static void RequireSlope(string name, int order)
    {
        OperationCase<double> operation = OperationCase<double>.All[name];
        double[][] inputs = Inputs(operation);
        double[][] direction = Direction(operation, order);

        double derivative = Derivative(operation, inputs, order);

        double ahead = Derivative(operation, Move(inputs, Step, direction), order - 1);
        double behind = Derivative(operation, Move(inputs, -Step, direction), order - 1);
        Close([(ahead - behind) / (2 * Step)], [derivative], DifferenceTolerance);
    }

    /// <summary>The value, weighted to a scalar, and differentiated <paramref name="order"/> times along fixed directions.</summary>
    private static double Derivative<T>(OperationCase<T> operation, double[][] inputs, int order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tape<T> tape = new();
        Tensor<T>[] leaves = Leaves(tape, operation, inputs);
        Tensor<T> output = operation.Function(tape, leaves);
        double[] weights = Numbers("weights", output.Shape.Count, -1, 1);
        Tensor<T> scalar = output.Dot(tape.LeafFromDouble(weights, output.Shape));
        for (int k = 1; k <= order; k++)
        {
            Tensor<T>[] gradients = new Tensor<T>[leaves.Length];
            tape.Gradients(scalar, leaves, gradients);
            Tensor<T>[] directions = Leaves(tape, operation, Direction(operation, k));
            scalar = gradients.Zip(directions, (gradient, direction) => gradient.Dot(direction)).Aggregate((a, b) => a + b);
        }

        return double.CreateTruncating(scalar.Scalar);
    }

    private static Tensor<T>[] Leaves<T>(Tape<T> tape, OperationCase<T> operation, double[][] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. inputs.Zip(operation.Shapes, (values, shape) => tape.LeafFromDouble(values, Shape.Create(shape)))];

    private static double[][] Inputs<T>(OperationCase<T> operation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        All(operation, "input", operation.Positive ? 0.5 : -1, operation.Positive ? 1.5 : 1);

    private static double[][] Direction<T>(OperationCase<T> operation, int order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => All(operation, $"direction {order}", -1, 1);

    private static double[][] All<T>(OperationCase<T> operation, string name, double low, double high)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. operation.Shapes.Select((shape, i) => Numbers($"{name} {i}", Shape.Create(shape).Count, low, high))];

    private static double[] Numbers(string stream, int count, double low, double high)
    {
        SeededRandom random = new(7, stream);
        return [.. Enumerable.Range(0, count).Select(_ => low + ((high - low) * random.NextDouble()))];
    }

    private static double[][] Move(double[][] inputs, double step, double[][] direction) =>
        [.. inputs.Zip(direction, (x, d) => x.Zip(d, (a, b) => a + (step * b)).ToArray())];

    private static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = tolerance * (1 + Math.Abs(expected[i]));
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= allowed, $"Entry {i} is {actual[i]:R}, not {expected[i]:R}; allowed is {allowed:E1}.");
        }
    }
}
