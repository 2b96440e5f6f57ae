using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Topologies;

public sealed class SpectrumTests
{
    private const double Printed = 5.1e-7;   // the check values are given to six decimals
    private const double Solved = 1e-9;      // what the solver promises, and a little

    [Theory]
    [InlineData(4, 0.666667, 0.500000, double.NaN, 0.666667, 0.250000)]
    [InlineData(5, 0.460655, 0.345492, 1.000000, 0.750000, 0.200000)]
    [InlineData(8, 0.195262, 0.146447, 0.517157, 0.500000, 0.125000)]
    [InlineData(10, 0.127322, 0.095492, 0.352786, 0.400000, 0.100000)]
    [InlineData(16, 0.050747, 0.038060, 0.147605, 0.400000, 0.062500)]
    [InlineData(20, 0.032629, 0.024472, 0.095971, 0.333333, 0.050000)]
    public void Gives_the_known_gaps_by_number_of_participants(int count, double ring, double halfRing, double twoHop, double exponential, double star)
    {
        Assert.Equal(ring, GapOf("ring", count), Printed);
        Assert.Equal(halfRing, Gap(RegularGraphs.Ring(count), WeightRule.Uniform, 0.5), Printed);
        Assert.Equal(exponential, GapOf("exponential", count), Printed);
        Assert.Equal(star, GapOf("star", count), Printed);
        if (!double.IsNaN(twoHop))
        {
            Assert.Equal(twoHop, GapOf("two-hop-ring", count), Printed);
        }
    }

    [Theory]
    [InlineData(8, 2, 0.500000)]
    [InlineData(9, 3, 0.600000)]
    [InlineData(10, 2, 0.345492)]
    [InlineData(16, 4, 0.400000)]
    [InlineData(20, 4, 0.276393)]
    public void Gives_the_known_gaps_of_tori(int count, int rows, double gap) =>
        Assert.Equal(gap, Gap(RegularGraphs.Torus(count, rows)), Printed);

    [Theory]
    [InlineData(0.2, 0.152786)]
    [InlineData(1.0 / 3, 0.127322)]
    [InlineData(0.5, 0.095492)]
    [InlineData(0.8, 0.038197)]
    public void Gives_the_known_gaps_of_rings_by_own_weight(double own, double gap) =>
        Assert.Equal(gap, Gap(RegularGraphs.Ring(10), WeightRule.Uniform, own), Printed);

    [Fact]
    public void Gives_the_known_gap_of_the_graph_of_eight_nodes()
    {
        TopologyFile file = TopologyFile.Parse("0 1\n0 3\n0 6\n1 2\n1 5\n2 3\n2 7\n3 4\n4 5\n4 7\n5 6", "eight.txt");

        MixingMatrix matrix = MixingWeights.Of(file.ToGraph(), WeightRule.MetropolisHastings);

        Assert.Equal([0.25, 0.25, 0, 0.25, 0, 0, 0.25, 0], Enumerable.Range(0, 8).Select(j => matrix.WeightOf(0, j)));
        Assert.Equal(0.267037, Spectrum.Of(matrix).Gap, Printed);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(30)]
    public void Is_one_for_the_complete_graph(int count)
    {
        Spectrum spectrum = Spectrum.Of(MixingWeights.Of(RegularGraphs.Complete(count), WeightRule.MetropolisHastings));

        Assert.Equal(1, spectrum.Gap, Solved);
        Assert.Equal(0, spectrum.Smallest!.Value, Solved);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(25)]
    [InlineData(200)]
    public void Gives_both_ends_of_the_spectrum_of_a_ring(int count)
    {
        double[] closed = [.. Enumerable.Range(1, count - 1).Select(k => (1 + (2 * Math.Cos(2 * Math.PI * k / count))) / 3)];

        Spectrum spectrum = Spectrum.Of(MixingWeights.Of(RegularGraphs.Ring(count), WeightRule.MetropolisHastings));

        Assert.Equal(closed.Max(), spectrum.Second!.Value, Solved);
        Assert.Equal(closed.Min(), spectrum.Smallest!.Value, Solved);
        Assert.Equal(1 - closed.Max(Math.Abs), spectrum.Gap, Solved);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Gives_both_ends_of_the_spectrum_of_a_hypercube(int digits)
    {
        Spectrum spectrum = Spectrum.Of(MixingWeights.Of(RegularGraphs.Hypercube(1 << digits), WeightRule.MetropolisHastings));

        Assert.Equal(1 - (2.0 / (digits + 1)), spectrum.Second!.Value, Solved);
        Assert.Equal(-(digits - 1.0) / (digits + 1), spectrum.Smallest!.Value, Solved);
    }

    [Fact]
    public void Is_right_for_two_thousand_participants()
    {
        Spectrum spectrum = Spectrum.Of(MixingWeights.Of(RegularGraphs.Torus(2000, 40), WeightRule.MetropolisHastings));

        Assert.Equal((3 + (2 * Math.Cos(2 * Math.PI / 50))) / 5, spectrum.Second!.Value, Solved);
        Assert.Equal(-3.0 / 5, spectrum.Smallest!.Value, Solved);
    }

    [Theory]
    [InlineData("erdos-renyi")]
    [InlineData("small-world")]
    [InlineData("random-regular")]
    [InlineData("path")]
    public void Agrees_with_rotations_of_the_dense_matrix(string name)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            MixingMatrix matrix = TopologyCases.Make(name, 6 + (2 * (int)seed), seed: seed).At(0);
            double[] dense = JacobiRotations.Eigenvalues(TopologyCases.Dense(matrix));

            Spectrum spectrum = Spectrum.Of(matrix);

            Assert.Equal(dense[0], spectrum.Smallest!.Value, Solved);
            Assert.Equal(dense[^2], spectrum.Second!.Value, Solved);
        }
    }

    [Fact]
    public void Of_a_matrix_without_symmetry_is_its_largest_singular_value()
    {
        SeededRandom random = new(7, "test");
        for (int count = 2; count < 30; count++)
        {
            MixingMatrix matrix = CyclesOf(count, random);
            double[,] dense = TopologyCases.Dense(matrix);
            double[,] squared = TopologyCases.Multiply(Transposed(dense), dense);

            Spectrum spectrum = Spectrum.Of(matrix);

            Assert.Equal(Math.Sqrt(Math.Max(0, JacobiRotations.Eigenvalues(squared)[^2])), spectrum.Rho, 1e-7);
            Assert.Equal(matrix.IsSymmetric, spectrum.Smallest is not null);
        }
    }

    [Fact]
    public void Of_one_participant_is_an_average_already()
    {
        Spectrum spectrum = Spectrum.Of(MixingWeights.Of(RegularGraphs.Complete(1), WeightRule.MetropolisHastings));

        Assert.Equal(new Spectrum(0, 0, 1), spectrum);
        Assert.Equal(1, spectrum.Gap);
    }

    [Fact]
    public void Rho_of_one_round_is_that_of_its_matrix()
    {
        MixingMatrix matrix = MixingWeights.Of(RegularGraphs.Ring(9), WeightRule.MetropolisHastings);

        Assert.Equal(Spectrum.Of(matrix).Rho, Spectrum.RhoOf([matrix]), Solved);
        Assert.Equal(Math.Pow(Spectrum.Of(matrix).Rho, 3), Spectrum.RhoOf([matrix, matrix, matrix]), Solved);
    }

    private static double GapOf(string name, int count) => Spectrum.Of(TopologyCases.Make(name, count).At(0)).Gap;

    private static double Gap(NeighbourGraph graph, WeightRule rule = WeightRule.MetropolisHastings, double? own = null) =>
        Spectrum.Of(MixingWeights.Of(graph, rule, own)).Gap;

    /// <summary>Half of the identity and a quarter of two random cycles: doubly stochastic, and rarely symmetric.</summary>
    private static MixingMatrix CyclesOf(int count, SeededRandom random)
    {
        Dictionary<int, double>[] rows = [.. Enumerable.Range(0, count).Select(_ => new Dictionary<int, double>())];
        for (int cycle = 0; cycle < 2; cycle++)
        {
            int[] order = [.. Enumerable.Range(0, count)];
            random.Shuffle(order.AsSpan());
            for (int k = 0; k < count; k++)
            {
                int next = order[(k + 1) % count];
                rows[order[k]][next] = rows[order[k]].GetValueOrDefault(next) + 0.25;
            }
        }

        return new MixingMatrix([.. rows.Select(row => row.Select(entry => new Weight(entry.Key, entry.Value)).ToArray())]);
    }

    private static double[,] Transposed(double[,] matrix)
    {
        double[,] transposed = new double[matrix.GetLength(1), matrix.GetLength(0)];
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < matrix.GetLength(1); j++)
            {
                transposed[j, i] = matrix[i, j];
            }
        }

        return transposed;
    }
}
