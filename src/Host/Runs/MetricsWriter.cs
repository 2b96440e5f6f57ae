using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>Writes <c>metrics.csv</c>: one row per recorded point, one column per quantity.</summary>
/// <remarks>
/// Wide, because that is what data frames are made of. A quantity that first shows up during the run gets a column at the
/// right end, and the rows so far an empty field: that rewrites the file, once per new name. Rows are in the order in which they
/// were recorded; test metrics are evaluated beside the run, so their row may follow those of a few later steps.
/// Not safe for several threads.
/// </remarks>
internal sealed class MetricsWriter : IMetricsLog
{
    public const string WorkersAlive = "workers-alive";
    public const string ActiveWorkers = "active-workers";
    public const string BytesSent = "bytes-sent";

    /// <summary>Columns that are counters of the run, not measured quantities.</summary>
    public static readonly IReadOnlyList<string> CounterColumns = [WorkersAlive, ActiveWorkers, BytesSent];

    private static readonly string[] FirstColumns =
    [
        "step", "seconds", MeasureNames.UpperObjective, MeasureNames.LowerObjective, MeasureNames.StationarityGap,
        MeasureNames.Planes, RunRecord.StalenessMax, RunRecord.StalenessMean, .. CounterColumns,
    ];

    private readonly string _path;
    private readonly List<string> _columns = [];
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private StreamWriter _writer;
    private double[] _row = [];
    private bool[] _isSet = [];

    /// <summary>Opens the file, new or to append to.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    /// <exception cref="InvalidDataException">It exists and is no such table.</exception>
    public MetricsWriter(string path)
    {
        _path = path;
        _writer = RunFolderException.Guard(path, "open the metrics", () => LineFile.Append(path));
        try
        {
            if (_writer.BaseStream.Length > 0)
            {
                Earlier = MetricsFile.Read(path);
                AddColumns(Earlier.Columns);
            }
            else
            {
                AddColumns(FirstColumns);
                WriteHeader(_writer);
                Flush();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the file held when it was opened; null for a new one.</summary>
    public MetricsTable? Earlier { get; }

    /// <summary>Writes a row.</summary>
    /// <param name="step">Master steps made by then.</param>
    /// <param name="at">Time since the run began.</param>
    /// <param name="values">Quantities; of two with one name the last counts.</param>
    /// <exception cref="ArgumentException">A name cannot stand in a CSV header.</exception>
    public void Write(long step, TimeSpan at, IReadOnlyCollection<Measure> values)
    {
        if (values.Any(v => !_index.ContainsKey(v.Name)))
        {
            Widen(values.Select(v => v.Name).Where(n => !_index.ContainsKey(n)).Distinct().ToArray());
        }

        Array.Clear(_isSet);
        foreach (Measure value in values)
        {
            int column = _index[value.Name];
            (_row[column], _isSet[column]) = (value.Value, true);
        }

        RunFolderException.Guard(_path, "write the metrics", () => WriteRow(step, at));
    }

    /// <summary>Removes the rows after <paramref name="step"/>: a run that was resumed there makes those steps again.</summary>
    public void DropAfter(long step)
    {
        Rewrite((line, isHeader) => isHeader || StepOf(line) <= step ? line : null);

        static long StepOf(string line) =>
            long.Parse(line.AsSpan(0, line.IndexOf(',', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
    }

    /// <summary>Hands what was written to the operating system.</summary>
    public void Flush() => RunFolderException.Guard(_path, "write the metrics", _writer.Flush);

    /// <summary>Closes the file.</summary>
    public void Dispose() => RunFolderException.Guard(_path, "close the metrics", _writer.Dispose);

    private void WriteRow(long step, TimeSpan at)
    {
        _writer.Write(step.ToString(CultureInfo.InvariantCulture));
        _writer.Write(',');
        _writer.Write(at.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture));
        Span<char> digits = stackalloc char[32];
        for (int column = MetricsTable.FirstValue; column < _columns.Count; column++)
        {
            _writer.Write(',');
            if (!_isSet[column])
            {
                continue;
            }

            double value = _row[column];
            if (double.IsInfinity(value))
            {
                _writer.Write(value > 0 ? "inf" : "-inf");   // what numpy, pandas and R read
            }
            else if (value.TryFormat(digits, out int length, "R", CultureInfo.InvariantCulture))
            {
                _writer.Write(digits[..length]);
            }
        }

        _writer.Write('\n');
    }

    private void AddColumns(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            if (!MetricsTable.IsName(name))
            {
                throw MetricsTable.NoName(name);
            }

            _index.Add(name, _columns.Count);
            _columns.Add(name);
        }

        Array.Resize(ref _row, _columns.Count);
        Array.Resize(ref _isSet, _columns.Count);
    }

    private void Widen(string[] names)
    {
        AddColumns(names);
        string empty = new(',', names.Length);
        Rewrite((line, isHeader) => isHeader ? string.Join(',', _columns) : line + empty);
    }

    /// <summary>Replaces every line by what <paramref name="edit"/> makes of it; null removes it.</summary>
    private void Rewrite(Func<string, bool, string?> edit) => RunFolderException.Guard(_path, "rewrite the metrics", () =>
    {
        _writer.Dispose();
        RunFolder.ReplaceFile(_path, stream =>
        {
            using StreamReader reader = new(_path);
            using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
            for (bool isHeader = true; reader.ReadLine() is string line; isHeader = false)
            {
                if (edit(line, isHeader) is string edited)
                {
                    writer.WriteLine(edited);
                }
            }
        });
        _writer = LineFile.Append(_path);
    });

    private void WriteHeader(StreamWriter writer) => writer.WriteLine(string.Join(',', _columns));
}
