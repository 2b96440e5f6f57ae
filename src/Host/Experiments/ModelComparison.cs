using System.Globalization;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Experiments;

/// <summary>A run's model beside that of its replay.</summary>
/// <param name="IsIdentical">Whether they agree in every bit.</param>
/// <param name="Text">What agrees, or what differs first.</param>
internal sealed record ModelComparison(bool IsIdentical, string Text)
{
    /// <summary>Compares bit for bit.</summary>
    /// <param name="file">The run's model, as read.</param>
    /// <param name="replayed">The replay's last model; null when it observed none.</param>
    public static ModelComparison Of(SafeTensorsContent file, ModelObserved? replayed)
    {
        string step = file.Metadata.GetValueOrDefault("step", "?");
        if (replayed is null)
        {
            return new ModelComparison(false, $"the run's is of step {step}, and the replay came to none");
        }

        if (step != replayed.Step.ToString(CultureInfo.InvariantCulture))
        {
            return new ModelComparison(false, $"the run's is of step {step}, and the replay's of step {replayed.Step}");
        }

        (string Name, FlatVector? Values)[] levels = [("upper", replayed.Upper), ("middle", replayed.Middle), ("lower", replayed.Lower)];
        (string Name, FlatVector Values)[] vectors = [.. levels.Where(level => level.Values is { Length: > 0 }).Select(level => (level.Name, level.Values!))];
        foreach ((string name, FlatVector values) in vectors)
        {
            if (file.Tensors.FirstOrDefault(tensor => tensor.Name == name) is not NamedTensor tensor)
            {
                return new ModelComparison(false, $"the run's has no vector '{name}'");
            }

            if (FirstDifference(name, tensor.Values, values) is string difference)
            {
                return new ModelComparison(false, difference);
            }
        }

        return new ModelComparison(true, $"{string.Join(", ", vectors.Select(vector => $"{vector.Name} ({vector.Values.Length})"))}, after step {step}");
    }

    private static string? FirstDifference(string name, FlatVector run, FlatVector replay)
    {
        if (run.Length != replay.Length)
        {
            return $"{name} has {run.Length} entries in the run and {replay.Length} in the replay";
        }

        for (int i = 0; i < run.Length; i++)
        {
            if (BitConverter.DoubleToInt64Bits(run[i]) != BitConverter.DoubleToInt64Bits(replay[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{name}[{i}] is {run[i]:R} in the run and {replay[i]:R} in the replay");
            }
        }

        return null;
    }
}
