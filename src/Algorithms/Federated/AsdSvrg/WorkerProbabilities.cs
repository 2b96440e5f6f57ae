using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.AsdSvrg;

/// <summary>With which probability each worker is drawn, and what is known of their Lipschitz constants.</summary>
internal sealed class WorkerProbabilities
{
    private const double Floor = 1e-12; // of a probability, so that everyone can still be drawn

    private readonly AsdSvrgOptions _options;
    private double[] _probabilities;
    private double[] _estimates; // L̂_m; −1 where there is none
    private double[] _seen;      // largest of the inner steps of this epoch; 0 where there is none

    /// <summary>All alike.</summary>
    /// <param name="options">How workers are drawn.</param>
    /// <param name="workers">M; at least 1.</param>
    public WorkerProbabilities(AsdSvrgOptions options, int workers)
    {
        (_options, _probabilities, _estimates, _seen) = (options, new double[workers], new double[workers], new double[workers]);
        Array.Fill(_probabilities, 1.0 / workers);
        Array.Fill(_estimates, -1);
        MemberCount = workers;
    }

    /// <summary>p.</summary>
    public ReadOnlySpan<double> Probabilities => _probabilities;

    /// <summary>L̂.</summary>
    public ReadOnlySpan<double> Estimates => _estimates;

    /// <summary>Those who took part in the last snapshot.</summary>
    public int MemberCount { get; private set; }

    /// <summary>The largest probability.</summary>
    public double Largest => _probabilities.Max();

    /// <summary>Mean of the members' estimates; null where one of them has none.</summary>
    public double? MeanEstimate { get; private set; }

    /// <summary>A snapshot was taken: new estimates, hence new probabilities.</summary>
    /// <param name="members">Who took part, ascending, and what each of them estimates.</param>
    public void Take(IReadOnlyList<(int Worker, double? Lipschitz)> members)
    {
        MemberCount = members.Count;
        foreach ((int worker, double? lipschitz) in members)
        {
            if (lipschitz is double estimate)
            {
                _estimates[worker] = _options.Estimator == LipschitzEstimator.Running ? Math.Max(_estimates[worker], estimate) : estimate;
            }
        }

        double sum = 0;
        bool isKnown = true;
        foreach ((int worker, _) in members)
        {
            sum += _estimates[worker];
            isKnown &= _estimates[worker] >= 0;
        }

        MeanEstimate = isKnown ? sum / MemberCount : null;
        Array.Clear(_probabilities);
        foreach ((int worker, _) in members)
        {
            _probabilities[worker] = Weight(worker, sum);
        }

        RaiseToFloor(members);
    }

    /// <summary>An inner step's answer says something of its worker's Lipschitz constant, too.</summary>
    /// <param name="worker">Whose.</param>
    /// <param name="difference">r, of its gradient.</param>
    /// <param name="distance">Between the two points.</param>
    /// <param name="isFirstEpoch">Whether there are no estimates yet.</param>
    public void Watch(int worker, FlatVector difference, double distance, bool isFirstEpoch)
    {
        if (_options.Estimator == LipschitzEstimator.Running && !isFirstEpoch && distance > 0)
        {
            _seen[worker] = Math.Max(_seen[worker], VectorMath.Norm(difference.Span) / distance);
        }
    }

    /// <summary>The last inner step of an epoch is made.</summary>
    public void EndEpoch()
    {
        for (int worker = 0; worker < _seen.Length; worker++)
        {
            if (_seen[worker] > 0)
            {
                _estimates[worker] = Math.Max(_estimates[worker], _seen[worker]);
            }
        }

        Array.Clear(_seen);
    }

    /// <summary>The smallest worker whose cumulative probability is more than <paramref name="uniform"/>.</summary>
    /// <param name="uniform">In [0, 1).</param>
    /// <param name="isFree">Who can be drawn; where not everyone with a chance can, the others' count in proportion, and without any all alike.</param>
    /// <returns>The worker, −1 for nobody, and the probability that it had.</returns>
    public (int Worker, double Probability) Draw(double uniform, IReadOnlyList<bool> isFree)
    {
        double[] chances = [.. _probabilities.Select((p, worker) => isFree[worker] ? p : 0)];
        double total = Enumerable.Range(0, chances.Length).All(worker => isFree[worker] || _probabilities[worker] == 0) ? 1 : chances.Sum();
        if (total == 0)
        {
            int free = isFree.Count(yes => yes);
            chances = [.. isFree.Select(yes => yes ? 1.0 / free : 0)];
            total = 1;
        }

        int last = -1;
        double cumulative = 0;
        for (int worker = 0; worker < chances.Length; worker++)
        {
            if (chances[worker] > 0)
            {
                cumulative += chances[worker];
                last = worker;
                if (cumulative > uniform * total)
                {
                    break; // else rounding has left the sum just below
                }
            }
        }

        return (last, last < 0 ? 1 : chances[last] / total);
    }

    /// <summary>Writes all of it.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(MemberCount);
        writer.WriteDouble(MeanEstimate ?? double.NaN);
        writer.WriteVector(FlatVector.CopyOf(_probabilities));
        writer.WriteVector(FlatVector.CopyOf(_estimates));
        writer.WriteVector(FlatVector.CopyOf(_seen));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(SnapshotReader reader)
    {
        MemberCount = reader.ReadCount(_probabilities.Length);
        double mean = reader.ReadDouble();
        MeanEstimate = double.IsNaN(mean) ? null : mean;
        _probabilities = VectorCheck.Read(reader, _probabilities.Length, "the probabilities").Span.ToArray();
        _estimates = VectorCheck.Read(reader, _estimates.Length, "the Lipschitz constants").Span.ToArray();
        _seen = VectorCheck.Read(reader, _seen.Length, "the Lipschitz constants of inner steps").Span.ToArray();
    }

    private double Weight(int worker, double sum) => _options.Sampling switch
    {
        WorkerSampling.Given => _options.Probabilities[worker],
        WorkerSampling.Adaptive when MeanEstimate > 0 => ((1 - _options.UniformShare) * _estimates[worker] / sum) + (_options.UniformShare / MemberCount),
        _ => 1.0 / MemberCount,
    };

    private void RaiseToFloor(IReadOnlyList<(int Worker, double? Lipschitz)> members)
    {
        double sum = 0;
        bool isRaised = _options.Sampling == WorkerSampling.Given && members.Count < _probabilities.Length; // those of the others are missing
        foreach ((int worker, _) in members)
        {
            isRaised |= _probabilities[worker] < Floor;
            _probabilities[worker] = Math.Max(_probabilities[worker], Floor);
            sum += _probabilities[worker];
        }

        if (isRaised)
        {
            VectorMath.Scale(1 / sum, _probabilities);
        }
    }
}
