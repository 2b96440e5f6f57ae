using System.Runtime.InteropServices;
using System.Text.Json;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;

namespace ActorFed.Benchmarks;

/// <summary>Writes a run across devices for a program in another language: start, images, who takes which rows when, and what came out.</summary>
internal static class CrossDeviceFiles
{
    /// <param name="folder">Made where it is missing.</param>
    /// <param name="data">The clients' images.</param>
    /// <param name="start">The first model.</param>
    /// <param name="client">How clients train.</param>
    /// <param name="cohorts">Who takes part in each round.</param>
    /// <param name="loop">A run of these rounds.</param>
    public static void Write(string folder, ShardedData data, FlatVector start, ClientOptions client, IReadOnlyList<int[]> cohorts, BareLoop loop)
    {
        Directory.CreateDirectory(folder);
        float[] features = new float[data.Train.Features.Rows * data.Train.Features.Columns];
        for (int row = 0; row < data.Train.Features.Rows; row++)
        {
            data.Train.Features.CopyRow(row, features.AsSpan(row * data.Train.Features.Columns, data.Train.Features.Columns));
        }

        WriteNumbers("images.f32", features);
        WriteNumbers("labels.i64", [.. data.Train.Labels.Select(label => (long)label)]);
        WriteNumbers("start.f32", [.. start.Span.ToArray().Select(value => (float)value)]);
        WriteNumbers("rows.i64", [.. cohorts.SelectMany((cohort, round) => cohort.SelectMany(index => RowsOf(index, round)))]);
        File.WriteAllText(Path.Combine(folder, "run.json"), JsonSerializer.Serialize(new
        {
            side = (int)Math.Sqrt(data.Train.Features.Columns),
            classes = data.Train.Classes,
            clients = cohorts[0].Length,
            rows = data.Shards[0].TrainRows.Length,
            batch = client.BatchRows,
            step = client.Step,
            losses = loop.Losses,
        }));

        IEnumerable<long> RowsOf(int index, int round) =>
            loop.OrderOf(index, round, data.Shards[index].TrainRows.Length).Select(row => (long)data.Shards[index].TrainRows[row]);

        void WriteNumbers<T>(string name, T[] values)
            where T : unmanaged => File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes<T>(values));
    }
}
