using System.ComponentModel.DataAnnotations;

namespace ActorFed.Host.Observability;

internal enum OtlpProtocol
{
    Grpc,
    HttpProtobuf,
}

internal enum LinkDetail
{
    Role,
    Participant,
}

/// <summary>Where metrics and traces go.</summary>
internal sealed record TelemetryOptions : IValidatableObject
{
    /// <summary>Address of a collector; null: the environment says where, or nothing is exported.</summary>
    public required string? OtlpEndpoint { get; init; }

    public required OtlpProtocol Protocol { get; init; }

    /// <summary>File with a header <c>name=value</c> per line, such as a token; null: none.</summary>
    public required string? HeadersFile { get; init; }

    public required TimeSpan ExportEvery { get; init; }

    /// <summary>Share of the turns that begin a trace.</summary>
    [Range(0d, 1d)]
    public required double TraceRatio { get; init; }

    public required LinkDetail LinksBy { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OtlpEndpoint is not null
            && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0))
        {
            yield return new ValidationResult(
                "is not usable; it must be http:// or https://, a host and perhaps a port, without name and password: put secrets into telemetry.headers-file.",
                [nameof(OtlpEndpoint)]);
        }

        if (HeadersFile is not null && OtlpEndpoint is null)
        {
            yield return new ValidationResult(
                "is set, and telemetry.otlp-endpoint is none; set both, or give the headers in OTEL_EXPORTER_OTLP_HEADERS.", [nameof(HeadersFile)]);
        }

        if (ExportEvery < TimeSpan.FromMilliseconds(100) || ExportEvery > TimeSpan.FromHours(1))
        {
            yield return new ValidationResult("must be at least 100ms and at most 1h.", [nameof(ExportEvery)]);
        }
    }
}
