using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Scenarios.Tests;

/// <summary>Reads what ADBO's master sends to a worker: duals of planes are finite and not negative, and planes are not too many.</summary>
/// <param name="maxPlanes">Most planes there may be.</param>
internal sealed class PlaneChecker(int maxPlanes)
{
    private int _most;

    /// <summary>The largest number of planes seen.</summary>
    public int Most => Volatile.Read(ref _most);

    public void Check(Message message)
    {
        FlatVector? duals = message is not StarMessage.WorkRequested request ? null
            : request.Work switch
            {
                AdboBody.Step step => step.PlaneDuals,
                AdboBody.PlanesUpdated update => update.PlaneDuals,
                _ => null,
            };
        if (duals is null)
        {
            return;
        }

        if (duals.Length > maxPlanes)
        {
            throw new InvalidOperationException($"There are {duals.Length} planes; at most {maxPlanes} are allowed.");
        }

        for (int l = 0; l < duals.Length; l++)
        {
            if (!(duals[l] >= 0 && double.IsFinite(duals[l])))
            {
                throw new InvalidOperationException($"The dual of plane {l} is {duals[l]}; it must be finite and at least 0.");
            }
        }

        InterlockedMax(duals.Length);
    }

    private void InterlockedMax(int count)
    {
        for (int seen = Most; count > seen; seen = Most)
        {
            Interlocked.CompareExchange(ref _most, count, seen);
        }
    }
}
