using System.Diagnostics;
using ActorFed.Actors;
using ActorFed.Host.Configuration;
using ActorFed.Problems.Counting;

namespace ActorFed.Host.Observability;

/// <summary>Measures how long queries to oracles take.</summary>
internal sealed class OracleTimer(Instruments instruments, string runId) : IOracleObserver
{
    private static readonly KeyValuePair<string, object?>[] Queries =
        [.. Enum.GetValues<OracleQuery>().Select(query => KeyValuePair.Create<string, object?>(Attributes.Query, ScalarText.KebabCase(query.ToString())))];

    private readonly KeyValuePair<string, object?> _run = new(Attributes.Run, runId);

    public long Asked(OracleQuery query) => instruments.OracleDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    public void Answered(OracleQuery query, long asked)
    {
        if (asked != 0)
        {
            instruments.OracleDuration.Record(Stopwatch.GetElapsedTime(asked).TotalSeconds, _run, Queries[(int)query]);
        }
    }
}
