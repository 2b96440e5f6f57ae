using System.Collections.Immutable;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>What came of shrinking.</summary>
/// <param name="Plan">The smallest plan found that still fails.</param>
/// <param name="Tries">Plans tried.</param>
/// <param name="IsMinimal">Whether it is known that no single fault of it can be left out; false when the tries were used up before.</param>
public sealed record ShrinkResult(FaultPlan Plan, int Tries, bool IsMinimal);

/// <summary>Makes a fault plan that fails a run as small as it gets: first fewer faults, then shorter ones.</summary>
/// <remarks>Source: Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002: the algorithm ddmin.</remarks>
public sealed class FaultShrinker
{
    private readonly Func<FaultPlan, bool> _stillFails;
    private readonly int _maxTries;
    private readonly Dictionary<string, bool> _known = []; // by the plan's text
    private bool _isRefused; // something could not be tried

    private FaultShrinker(Func<FaultPlan, bool> stillFails, int maxTries) => (_stillFails, _maxTries) = (stillFails, maxTries);

    /// <summary>Shrinks a plan.</summary>
    /// <param name="plan">One that fails.</param>
    /// <param name="stillFails">Whether a run with a plan fails in the same way; equal plans give equal answers.</param>
    /// <param name="maxTries">Most plans to try; at least 1.</param>
    /// <exception cref="ArgumentException">The plan does not fail.</exception>
    public static ShrinkResult Shrink(FaultPlan plan, Func<FaultPlan, bool> stillFails, int maxTries = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTries, 1);
        FaultShrinker shrinker = new(stillFails, maxTries);
        if (!shrinker.Fails(plan.Faults))
        {
            throw new ArgumentException("The plan to shrink does not fail; run it with the seed and the settings with which it failed.", nameof(plan));
        }

        ImmutableArray<Fault> faults = plan.Faults;
        bool isMinimal;
        bool isShorter;
        do
        {
            shrinker._isRefused = false;
            faults = shrinker.LeaveOut(faults);
            isMinimal = !shrinker._isRefused;
            ImmutableArray<Fault> shortened = shrinker.Shorten(faults);
            isShorter = !shortened.SequenceEqual(faults);
            faults = shortened;
        }
        while (isShorter); // then another fault may have become needless

        return new ShrinkResult(new FaultPlan(faults), shrinker._known.Count, isMinimal);
    }

    /// <summary>ddmin: tries each of n parts alone, then all but each, with n from 2 up to as many as there are faults.</summary>
    private ImmutableArray<Fault> LeaveOut(ImmutableArray<Fault> faults)
    {
        if (Fails([]))
        {
            return []; // it is not the faults
        }

        int parts = 2;
        while (faults.Length >= 2)
        {
            (int Start, int End)[] ranges = [.. Enumerable.Range(0, parts).Select(i => (i * faults.Length / parts, (i + 1) * faults.Length / parts))];
            if (FirstFailing(ranges.Select(range => faults[range.Start..range.End])) is ImmutableArray<Fault> part)
            {
                (faults, parts) = (part, 2);
            }
            else if (FirstFailing(ranges.Select(range => faults.RemoveRange(range.Start, range.End - range.Start))) is ImmutableArray<Fault> rest)
            {
                (faults, parts) = (rest, Math.Max(parts - 1, 2));
            }
            else if (parts < faults.Length)
            {
                parts = Math.Min(2 * parts, faults.Length);
            }
            else
            {
                return faults;
            }
        }

        return faults;
    }

    /// <summary>Halves the interval between a time that is too short to fail and one that is not, for each fault in turn.</summary>
    private ImmutableArray<Fault> Shorten(ImmutableArray<Fault> faults)
    {
        for (int i = 0; i < faults.Length; i++)
        {
            if (faults[i] is not ILastingFault { Lasts: var lasts } || lasts == TimeSpan.Zero)
            {
                continue;
            }

            TimeSpan tooShort = TimeSpan.FromTicks(-1);
            for (TimeSpan next = TimeSpan.Zero; tooShort < next && next < lasts; next = Between(tooShort, lasts))
            {
                ImmutableArray<Fault> shorter = faults.SetItem(i, ((ILastingFault)faults[i]).Lasting(next));
                if (Fails(shorter))
                {
                    (faults, lasts) = (shorter, next);
                }
                else
                {
                    tooShort = next;
                }
            }
        }

        return faults;
    }

    /// <summary>The middle, in whole milliseconds where that lies between; the shorter one itself when they are a tenth or a millisecond apart.</summary>
    private static TimeSpan Between(TimeSpan shorter, TimeSpan longer)
    {
        TimeSpan apart = longer - shorter;
        if (apart <= longer / 10 || apart <= TimeSpan.FromMilliseconds(1))
        {
            return shorter;
        }

        TimeSpan middle = shorter + (apart / 2);
        TimeSpan whole = TimeSpan.FromTicks(middle.Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond);
        return whole > shorter ? whole : middle;
    }

    private ImmutableArray<Fault>? FirstFailing(IEnumerable<ImmutableArray<Fault>> candidates)
    {
        foreach (ImmutableArray<Fault> candidate in candidates)
        {
            if (Fails(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    private bool Fails(ImmutableArray<Fault> faults)
    {
        FaultPlan plan = new(faults);
        string text = plan.ToString();
        if (_known.TryGetValue(text, out bool fails))
        {
            return fails;
        }

        if (_known.Count >= _maxTries)
        {
            _isRefused = true;
            return false;
        }

        return _known[text] = _stillFails(plan);
    }
}
