using System.Globalization;
using System.Text.Json;
using ActorFed.Host.Configuration;
using ActorFed.Host.Experiments;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Data;

/// <summary>What <c>actorfed data shard</c> does: one participant's rows into a file, for a worker outside of this program.</summary>
/// <param name="locator">Where data sets lie.</param>
/// <param name="output">Receives a line, or with <paramref name="json"/> one object on one line.</param>
/// <param name="json">Whether the result is for programs.</param>
internal sealed class ShardCommand(DataLocator locator, TextWriter output, bool json)
{
    /// <summary>Writes the shard.</summary>
    /// <param name="experiment">Whose data.</param>
    /// <param name="shard">Whose rows, from 0.</param>
    /// <param name="file">Where to.</param>
    /// <returns>The exit code of the program.</returns>
    /// <exception cref="ConfigurationException">The problem takes no rows with labels, or the data cannot be made as the experiment says.</exception>
    /// <exception cref="ArgumentException">There is no such shard.</exception>
    public int Write(Experiment experiment, int shard, string file)
    {
        if (!experiment.Problem.NeedsData || DataSetLoader.LoadFor(experiment, locator) is not ShardedData data)
        {
            throw experiment.ErrorAt(
                "problem", $"problem is {experiment.Problem.Name}, which takes no rows with labels; a shard can be written of problems that do, such as hyper-cleaning.");
        }

        if ((uint)shard >= (uint)data.Shards.Length)
        {
            throw new ArgumentException($"Shard {shard} was asked for; of {data.Shards.Length} workers there are shards 0 to {data.Shards.Length - 1}.");
        }

        using (StreamWriter writer = new(file))
        {
            ShardCsv.Write(writer, data, shard);
        }

        Shard rows = data.Shards[shard];
        output.WriteLine(json
            ? JsonSerializer.Serialize(new { command = "data shard", ok = true, shard, file, trainRows = rows.TrainRows.Length, validationRows = rows.ValidationRows.Length })
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{file}: shard {shard} of {experiment.Options.Data.Set}, {rows.TrainRows.Length} training and {rows.ValidationRows.Length} validation rows"));
        return ExitCodes.Success;
    }
}
