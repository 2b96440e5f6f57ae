using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Tests;
using Xunit;

namespace ActorFed.Problems.Torch.Tests;

/// <summary>Oracles of three levels against their managed twins.</summary>
public sealed class TrilevelOracleTests
{
    private delegate void Product(ITrilevelOracle oracle, TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product);

    public static TheoryData<string> Problems() => [.. TorchProblems.Trilevel];

    [Theory, MemberData(nameof(Problems))]
    public void Losses_and_gradients_are_those_of_the_managed_oracle(string name)
    {
        Twins twins = TorchProblems.Create(name);
        (Answers managed, Answers torch) = (Answers.Of(twins.Managed), Answers.Of(twins.Torch));

        Deviation.IsSmall(managed.Losses, torch.Losses);
        foreach ((double[] ofManaged, double[] ofTorch) in managed.Gradients.Zip(torch.Gradients))
        {
            Deviation.IsSmall(ofManaged, ofTorch);
        }
    }

    [Theory, MemberData(nameof(Problems))]
    public void Hessian_and_cross_products_are_those_of_the_managed_oracle(string name)
    {
        Twins twins = TorchProblems.Create(name);
        (Answers managed, Answers torch) = (Answers.Of(twins.Managed), Answers.Of(twins.Torch));

        Assert.Equal(6, managed.Products.Length);
        foreach ((double[] ofManaged, double[] ofTorch) in managed.Products.Zip(torch.Products))
        {
            Deviation.IsSmall(ofManaged, ofTorch);
        }
    }

    [Theory, MemberData(nameof(Problems))]
    public void Starting_points_and_test_metrics_are_those_of_the_managed_problem(string name)
    {
        Twins twins = TorchProblems.Create(name);
        (ITrilevelProblem managed, ITrilevelProblem torch) = ((ITrilevelProblem)twins.Managed, (ITrilevelProblem)twins.Torch);
        FlatVector upper = torch.InitialUpper(new SeededRandom(3, "start"));
        FlatVector middle = torch.InitialMiddle(new SeededRandom(3, "start"));
        FlatVector lower = torch.InitialLower(new SeededRandom(3, "start"));

        Assert.Equal(managed.InitialUpper(new SeededRandom(3, "start")), upper);
        Assert.Equal(managed.InitialMiddle(new SeededRandom(3, "start")), middle);
        Assert.Equal(managed.InitialLower(new SeededRandom(3, "start")), lower);
        Assert.Equal(managed.Evaluate(upper, middle, lower).AsEnumerable(), torch.Evaluate(upper, middle, lower).AsEnumerable());
    }

    private sealed record Answers(double[] Losses, double[][] Gradients, double[][] Products)
    {
        public static Answers Of(IProblem problem)
        {
            ITrilevelOracle oracle = ((ITrilevelProblem)problem).CreateOracle(1);
            double[] upper = SmallData.Gaussians(oracle.UpperLength, "upper", 0.5);
            double[] middle = SmallData.Gaussians(oracle.MiddleLength, "middle", 0.25);
            double[] lower = SmallData.Gaussians(oracle.LowerLength, "lower", 0.25);
            double[][] gradients = [Like(upper), Like(middle), Like(lower), Like(middle), Like(lower)];
            TrilevelPoint at = new(upper, middle, lower);
            double[] losses = [oracle.UpperLoss(at, gradients[0], gradients[1], gradients[2]), oracle.MiddleLoss(at, gradients[3]), oracle.LowerLoss(at, gradients[4])];

            (double[] Direction, double[] Product, Product Call)[] products =
            [
                (middle, Like(middle), static (oracle, at, direction, product) => oracle.MiddleHessianProduct(at, direction, product)),
                (middle, Like(upper), static (oracle, at, direction, product) => oracle.MiddleUpperProduct(at, direction, product)),
                (middle, Like(lower), static (oracle, at, direction, product) => oracle.MiddleLowerProduct(at, direction, product)),
                (lower, Like(lower), static (oracle, at, direction, product) => oracle.LowerHessianProduct(at, direction, product)),
                (lower, Like(upper), static (oracle, at, direction, product) => oracle.LowerUpperProduct(at, direction, product)),
                (lower, Like(middle), static (oracle, at, direction, product) => oracle.LowerMiddleProduct(at, direction, product)),
            ];
            foreach ((double[] own, double[] product, Product call) in products)
            {
                call(oracle, at, SmallData.Gaussians(own.Length, "direction"), product);
            }

            return new Answers(losses, gradients, [.. products.Select(entry => entry.Product)]);
        }

        private static double[] Like(double[] variable) => [.. Enumerable.Repeat(1e6, variable.Length)];
    }
}
