using System.Collections.Immutable;
using System.Globalization;

namespace ActorFed.Problems.Data;

/// <summary>One participant's rows as a table, for a worker outside of this program.</summary>
/// <remarks>
/// Columns: <c>part</c>, which is <c>train</c> (lower level) or <c>validation</c> (upper level); <c>row</c>, the index in the whole training
/// set, from 0; <c>label</c>, as the participant sees it; and the features <c>x1</c>, <c>x2</c>, …, normalised, in as many digits as make
/// the same float again.
/// </remarks>
public static class ShardCsv
{
    /// <summary>Writes the rows of one shard.</summary>
    /// <param name="output">Receives the table.</param>
    /// <param name="data">The sharded data.</param>
    /// <param name="shard">Whose rows, from 0.</param>
    /// <exception cref="ArgumentException">There is no such shard.</exception>
    public static void Write(TextWriter output, ShardedData data, int shard)
    {
        OracleArguments.RequireShard(shard, data.Shards.Length);
        float[] features = new float[data.Train.Features.Columns];
        output.Write("part,row,label");
        for (int column = 1; column <= features.Length; column++)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $",x{column}"));
        }

        output.Write('\n');
        WritePart(output, "train", data.Train, data.Shards[shard].TrainRows, features);
        WritePart(output, "validation", data.Train, data.Shards[shard].ValidationRows, features);
    }

    private static void WritePart(TextWriter output, string part, LabelledData data, ImmutableArray<int> rows, float[] features)
    {
        foreach (int row in rows)
        {
            data.Features.CopyRow(row, features);
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{part},{row},{data.Labels[row]}"));
            foreach (float feature in features)
            {
                output.Write(string.Create(CultureInfo.InvariantCulture, $",{feature}"));
            }

            output.Write('\n');
        }
    }
}
