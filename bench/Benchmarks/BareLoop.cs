using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Benchmarks;

/// <summary>FedAvg as one would write it down: no actors, no messages, one thread; the arithmetic of the engine's run, in the same order.</summary>
/// <param name="problem">What is trained.</param>
/// <param name="client">How clients train.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="cohorts">Who takes part in each round, ascending.</param>
internal sealed class BareLoop(ILossProblem problem, ClientOptions client, ulong seed, IReadOnlyList<int[]> cohorts)
{
    /// <summary>The stream of random numbers that an engine's run draws its first model from.</summary>
    public const string StartStream = "federated/x";

    /// <summary>How far the two models may be apart: what another order of a sum could make of them.</summary>
    private const double Tolerance = 1e-12;

    private readonly ILossOracle[] _oracles = new ILossOracle[problem.ShardCount];
    private readonly double[] _point = new double[problem.Length];
    private readonly double[] _gradient = new double[problem.Length];
    private readonly double[] _update = new double[problem.Length];
    private readonly double[] _model = problem.Initial(new SeededRandom(seed, StartStream)).Span.ToArray();

    /// <summary>Of each round: the mean over its clients of the mean loss over a client's steps.</summary>
    public List<double> Losses { get; } = [];

    /// <summary>Trains all rounds.</summary>
    public void Run()
    {
        for (int i = 0; i < _oracles.Length; i++)
        {
            _oracles[i] = problem.CreateOracle(i); // the engine makes them within its run, too
        }

        for (int round = 0; round < cohorts.Count; round++)
        {
            double examples = cohorts[round].Sum(index => (double)_oracles[index].RowCount);
            Array.Clear(_update);
            double losses = 0;
            foreach (int index in cohorts[round])
            {
                losses += Descend(_oracles[index], OrderOf(index, round, _oracles[index].RowCount));
                VectorMath.Subtract(_point, _model, _point);
                VectorMath.AddScaled(_oracles[index].RowCount / examples, _point, _update);
            }

            VectorMath.AddScaled(1, _update, _model);
            Losses.Add(losses / cohorts[round].Length);
        }
    }

    /// <summary>The order in which a client takes its rows, which an engine's client draws in this way.</summary>
    public int[] OrderOf(int index, int round, int rows)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        new SeededRandom(seed, $"client-{index}/task-{round}/pass-0").Shuffle<int>(order);
        return order;
    }

    /// <summary>Requires that the loop came to the model of the engine's run: else they did not do the same.</summary>
    public void RequireSame(FlatVector model)
    {
        VectorMath.Subtract(_model, model.Span, _update);
        double distance = VectorMath.Norm(_update) / VectorMath.Norm(model.Span);
        if (!(distance <= Tolerance))
        {
            throw new InvalidOperationException($"The bare loop ended {distance:G3} of a model's norm away from the engine's run; at most {Tolerance} can be rounding.");
        }
    }

    /// <returns>The mean loss over the steps.</returns>
    private double Descend(ILossOracle oracle, int[] order)
    {
        double loss = 0;
        int steps = 0;
        _model.CopyTo(_point, 0);
        for (int next = 0; next < order.Length; next += client.BatchRows, steps++)
        {
            loss += oracle.Loss(_point, order.AsSpan(next, Math.Min(client.BatchRows, order.Length - next)), _gradient);
            VectorMath.AddScaled(-client.Step, _gradient, _point);
        }

        return loss / steps;
    }
}
