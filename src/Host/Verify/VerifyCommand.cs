using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Verify;

/// <summary><c>actorfed verify</c>: replays vector files through the real rules and prints how far they deviate.</summary>
internal static class VerifyCommand
{
    /// <summary>Every format that can be replayed.</summary>
    public static ImmutableArray<IVectorVerifier> Verifiers { get; } =
    [
        new AdboPaperVerifier(),
        new AdboOfficialVerifier(),
        new AftoVerifier(),
        new CompressorsVerifier(),
        new BalanceAcceptVerifier(),
        new BalanceAggregatorsVerifier(),
        new BalanceRoundsVerifier(),
        new DsobaVerifier(),
        new SparkleVerifier(),
        new C2dfbVerifier(),
        new FedOptQuadraticVerifier(),
        new FedOptLogisticVerifier(),
        new BufferedVerifier(),
        new SchedulerVerifier(),
        new CompositeVerifier(),
        new ProximalVerifier(),
        new FedLiteQuantizerVerifier(),
        new FedLiteTrainingVerifier(),
        new AsdSvrgVerifier(),
        new CoupledCdVerifier(),
        new SoftSamplingVerifier(),
        new BlJustVerifier(),
        new PbgdVerifier(),
    ];

    /// <summary>Replays <paramref name="paths"/>; the exit code says whether all stayed within <paramref name="tolerance"/>.</summary>
    /// <exception cref="InvalidDataException">A file is no vector file, or is damaged.</exception>
    /// <exception cref="ArgumentException">The tolerance is negative or no number.</exception>
    public static int Run(IEnumerable<string> paths, double tolerance, bool isJson, TextWriter output)
    {
        if (!(tolerance >= 0))
        {
            throw new ArgumentException($"--tolerance is {tolerance.ToString(CultureInfo.InvariantCulture)}; it must be at least 0, such as 1e-9.");
        }

        Dictionary<string, double> largest = [];
        foreach (string path in paths)
        {
            foreach (VerifiedCase verified in Verify(path))
            {
                largest[$"{Path.GetFileName(path)}: {verified.Name}"] = verified.Largest;
                if (!isJson)
                {
                    VerifyPrinter.Print(output, verified, tolerance);
                }
            }
        }

        bool isWithin = largest.Values.All(deviation => deviation <= tolerance);
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new
            {
                tolerance,
                isWithin,
                cases = largest.Select(entry => new { name = entry.Key, largestDeviation = VerifyPrinter.Text(entry.Value) }),
            }));
        }

        return isWithin ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static List<VerifiedCase> Verify(string path)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            using JsonDocument file = JsonDocument.Parse(stream);
            IVectorVerifier verifier = Verifiers.FirstOrDefault(
                candidate => file.RootElement.ValueKind == JsonValueKind.Object && candidate.Recognises(file.RootElement))
                ?? throw new InvalidDataException(
                    $"{path} is in no known vector format. Known are: {string.Join("; ", Verifiers.Select(known => known.Format))}.");
            return [.. verifier.Verify(file.RootElement)];
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or ArgumentException or IndexOutOfRangeException or ProtocolViolationException or ArithmeticException)
        {
            throw new InvalidDataException($"{path} cannot be replayed: {failure.Message}", failure);
        }
    }
}
