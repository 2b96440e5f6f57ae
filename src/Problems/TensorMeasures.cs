using System.Collections.Immutable;
using System.Numerics;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Evaluates test metrics; one call at a time, since runs may share a problem.</summary>
internal sealed class TensorMeasures<T>(ParameterLayout[] layouts, ImmutableArray<TensorMeasure<T>> measures)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock _gate = new();
    private readonly Levels<T> _levels = new(layouts);

    /// <summary>The metrics at these variables, one vector per level.</summary>
    /// <exception cref="ArgumentException">A vector has not its level's length, or a metric is no scalar.</exception>
    public ImmutableArray<Measure> Evaluate(params ReadOnlySpan<FlatVector> variables)
    {
        lock (_gate)
        {
            ImmutableArray<Measure>.Builder values = ImmutableArray.CreateBuilder<Measure>(measures.Length);
            foreach (TensorMeasure<T> measure in measures)
            {
                _levels.Begin();
                for (int level = 0; level < variables.Length; level++)
                {
                    _levels.Read(level, variables[level].Span);
                }

                Tensor<T> value = measure.Value(_levels);
                values.Add(value.Shape.Count == 1
                    ? new Measure(measure.Name, double.CreateTruncating(value.Scalar))
                    : throw new ArgumentException(
                        $"The metric '{measure.Name}' is a tensor of shape {value.Shape}; it must be a scalar. End it with Sum() or Mean()."));
            }

            return values.MoveToImmutable();
        }
    }
}
