using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Tests;
using Xunit;

namespace ActorFed.Problems.Torch.Tests;

/// <summary>Oracles of two levels against their managed twins.</summary>
public sealed class BilevelOracleTests
{
    public static TheoryData<string> Problems() => [.. TorchProblems.Bilevel];

    [Theory, MemberData(nameof(Problems))]
    public void Losses_and_gradients_are_those_of_the_managed_oracle(string name)
    {
        (IBilevelOracle managed, IBilevelOracle torch, double[] x, double[] y) = At(name);
        (double[] managedUpper, double[] managedLower, double[] torchUpper, double[] torchLower) = (Of(x), Of(y), Of(x), Of(y));

        Deviation.IsSmall(managed.UpperLoss(x, y, managedUpper, managedLower), torch.UpperLoss(x, y, torchUpper, torchLower));
        Deviation.IsSmall(managedUpper, torchUpper);
        Deviation.IsSmall(managedLower, torchLower);

        Deviation.IsSmall(managed.LowerLoss(x, y, managedUpper, managedLower), torch.LowerLoss(x, y, torchUpper, torchLower));
        Deviation.IsSmall(managedUpper, torchUpper);
        Deviation.IsSmall(managedLower, torchLower);
    }

    [Theory, MemberData(nameof(Problems))]
    public void Hessian_and_cross_products_are_those_of_the_managed_oracle(string name)
    {
        (IBilevelOracle managed, IBilevelOracle torch, double[] x, double[] y) = At(name);
        double[] direction = SmallData.Gaussians(y.Length, "direction");
        (double[] managedUpper, double[] managedLower, double[] torchUpper, double[] torchLower) = (Of(x), Of(y), Of(x), Of(y));

        managed.LowerHessianProduct(x, y, direction, managedLower);
        torch.LowerHessianProduct(x, y, direction, torchLower);
        managed.LowerCrossProduct(x, y, direction, managedUpper);
        torch.LowerCrossProduct(x, y, direction, torchUpper);

        Deviation.IsSmall(managedLower, torchLower);
        Deviation.IsSmall(managedUpper, torchUpper);
    }

    [Theory, MemberData(nameof(Problems))]
    public void Losses_are_the_same_whether_or_not_gradients_are_wanted(string name)
    {
        (_, IBilevelOracle torch, double[] x, double[] y) = At(name);
        (double[] both, double[] alone) = (Of(y), Of(y));

        double loss = torch.LowerLoss(x, y, Of(x), both);

        Assert.Equal(loss, torch.LowerLoss(x, y, [], []));
        Assert.Equal(loss, torch.LowerLoss(x, y, [], alone));
        Assert.Equal(both, alone);
        Assert.Equal(torch.UpperLoss(x, y, Of(x), Of(y)), torch.UpperLoss(x, y, [], []));
    }

    [Theory, MemberData(nameof(Problems))]
    public void Equal_questions_have_equal_answers_whatever_was_asked_between_and_on_whichever_thread(string name)
    {
        (_, IBilevelOracle torch, double[] x, double[] y) = At(name);
        double[] other = SmallData.Gaussians(y.Length, "other");
        (double[] first, double[] second) = (Of(y), Of(y));
        torch.LowerHessianProduct(x, y, other, first);
        torch.LowerLoss(x, other, Of(x), Of(y));

        Thread thread = new(() => torch.LowerHessianProduct(x, y, other, second));
        thread.Start();
        thread.Join();

        Assert.Equal(first, second);
    }

    [Theory, MemberData(nameof(Problems))]
    public void Not_a_number_in_the_lower_variable_is_not_hidden(string name)
    {
        (_, IBilevelOracle torch, double[] x, double[] y) = At(name);
        Array.Fill(y, double.NaN);
        double[] gradient = Of(y);

        Assert.False(double.IsFinite(torch.UpperLoss(x, y, [], [])));
        Assert.False(double.IsFinite(torch.LowerLoss(x, y, [], gradient)));
        Assert.False(VectorMath.IsFinite(gradient));
    }

    [Fact]
    public void Rejects_vectors_of_the_wrong_length_by_name()
    {
        (_, IBilevelOracle torch, double[] x, double[] y) = At("mlp-hyper-cleaning");

        Assert.Throws<ArgumentException>("upper", () => torch.LowerLoss([.. x, 1], y, [], []));
        Assert.Throws<ArgumentException>("lower", () => torch.UpperLoss(x, [.. y, 1], [], []));
        Assert.Throws<ArgumentException>("direction", () => torch.LowerHessianProduct(x, y, [], Of(y)));
        Assert.Throws<ArgumentException>("product", () => torch.LowerCrossProduct(x, y, y, Of(y)));
    }

    [Theory, MemberData(nameof(Problems))]
    public void Starting_points_and_test_metrics_are_those_of_the_managed_problem(string name)
    {
        Twins twins = TorchProblems.Create(name);
        (IBilevelProblem managed, IBilevelProblem torch) = ((IBilevelProblem)twins.Managed, (IBilevelProblem)twins.Torch);
        FlatVector upper = torch.InitialUpper(new SeededRandom(3, "start"));
        FlatVector lower = torch.InitialLower(new SeededRandom(3, "start"));

        Assert.Equal(managed.InitialUpper(new SeededRandom(3, "start")), upper);
        Assert.Equal(managed.InitialLower(new SeededRandom(3, "start")), lower);
        Assert.Equal(managed.ShardCount, torch.ShardCount);
        Assert.Equal(managed.Evaluate(upper, lower).AsEnumerable(), torch.Evaluate(upper, lower).AsEnumerable());
        Assert.Equal(managed.CreateOracle(1).UpperLossDependsOnUpper, torch.CreateOracle(1).UpperLossDependsOnUpper);
    }

    private static double[] Of(double[] variable) => [.. Enumerable.Repeat(1e6, variable.Length)]; // garbage, to be overwritten

    private static (IBilevelOracle Managed, IBilevelOracle Torch, double[] Upper, double[] Lower) At(string name)
    {
        Twins twins = TorchProblems.Create(name);
        IBilevelOracle managed = ((IBilevelProblem)twins.Managed).CreateOracle(1);
        return (managed, ((IBilevelProblem)twins.Torch).CreateOracle(1),
            SmallData.Gaussians(managed.UpperLength, "upper", 0.5), SmallData.Gaussians(managed.LowerLength, "lower", 0.25));
    }
}
