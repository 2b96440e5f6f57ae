using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Compare;

/// <summary>What a run can be measured against.</summary>
internal enum Effort
{
    /// <summary>Virtual seconds.</summary>
    Seconds,

    /// <summary>Master steps.</summary>
    Steps,

    /// <summary>Payload bytes sent, in both directions.</summary>
    Bytes,

    /// <summary>Oracle calls begun, of all workers.</summary>
    Calls,
}

/// <summary>Where a run stood.</summary>
/// <param name="Step">Master steps made.</param>
/// <param name="Seconds">Virtual seconds since the run began.</param>
/// <param name="Bytes">Payload bytes sent so far.</param>
/// <param name="Calls">Oracle calls begun so far.</param>
internal readonly record struct Moment(long Step, double Seconds, long Bytes, long Calls)
{
    /// <summary>How much of <paramref name="effort"/> the run had spent.</summary>
    public double Spent(Effort effort) => effort switch
    {
        Effort.Seconds => Seconds,
        Effort.Steps => Step,
        Effort.Bytes => Bytes,
        _ => Calls,
    };
}

/// <summary>What was measured at one moment of a run.</summary>
/// <param name="At">The moment.</param>
/// <param name="Measures">Numbers by name; no name twice.</param>
internal readonly record struct CurveRow(Moment At, ImmutableArray<Measure> Measures)
{
    /// <summary>The number of that name, or null where it was not measured then.</summary>
    public double? Find(string name)
    {
        foreach (Measure measure in Measures)
        {
            if (measure.Name == name)
            {
                return measure.Value;
            }
        }

        return null;
    }
}
