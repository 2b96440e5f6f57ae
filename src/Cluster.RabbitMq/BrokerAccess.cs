using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>The way to the broker: makes connections, and words what went wrong with the key to change. No text of it has the password.</summary>
internal static class BrokerAccess
{
    private const ushort AccessRefused = 403;
    private const ushort Locked = 405;
    private const ushort PreconditionFailed = 406;
    private const ushort NotAllowed = 530;

    private static readonly Version FirstWithQuorumQueues = new(3, 8);

    /// <summary>Connects.</summary>
    /// <param name="options">Where to, and how.</param>
    /// <param name="password">Of the user.</param>
    /// <param name="name">What the broker's list of connections shows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="BrokerException">It cannot be reached, or refuses; <see cref="IsForGood(Exception)"/> tells which.</exception>
    public static async Task<IConnection> ConnectAsync(RabbitMqOptions options, string? password, string name, CancellationToken cancellation)
    {
        CertificateCheck certificate = new(options);
        ConnectionFactory factory = new()
        {
            HostName = options.Host,
            Port = options.Port,
            VirtualHost = options.VirtualHost,
            UserName = options.User,
            Password = password ?? throw new BrokerException(
                $"There is no password for user '{options.User}' of {options.Place}: put it into a file and name that in broker.password-file, or set ACTORFED_BROKER_PASSWORD."),
            Ssl = new SslOption
            {
                Enabled = options.IsEncrypted,
                ServerName = options.Host,
                CertificateValidationCallback = certificate.Accepts,
            },
            AutomaticRecoveryEnabled = false, // what was not acknowledged must be told from what comes again: Broker makes new sessions
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = options.Heartbeat,
            RequestedConnectionTimeout = options.Heartbeat,
            HandshakeContinuationTimeout = options.Heartbeat,
            MaxInboundMessageBodySize = int.MaxValue, // what is too large must arrive to be set aside; the broker's own limit bounds it
        };
        IConnection connection;
        try
        {
            connection = await factory.CreateConnectionAsync(name, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw Explain($"Cannot connect to {options.Place}", failure, options, certificate.Fault);
        }

        try
        {
            RequireQuorumQueues(connection.ServerProperties, options);
            return connection;
        }
        catch
        {
            await connection.AbortAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The version that a broker says it is of, as it writes it; empty when it says none.</summary>
    public static string VersionOf(IDictionary<string, object?>? serverProperties) =>
        serverProperties?.TryGetValue("version", out object? version) == true && version is byte[] text ? Encoding.UTF8.GetString(text) : "";

    /// <exception cref="BrokerException">The broker is too old.</exception>
    public static void RequireQuorumQueues(IDictionary<string, object?>? serverProperties, RabbitMqOptions options)
    {
        string version = VersionOf(serverProperties);
        string numbers = new([.. version.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        if (!Version.TryParse(numbers, out Version? known) || known < FirstWithQuorumQueues)
        {
            throw new BrokerException(
                $"{Capital(options.Place)}, is of version '{version}', and mailboxes are quorum queues, which RabbitMQ has from {FirstWithQuorumQueues} on: "
                + "install a newer one, or set broker.host to one.");
        }
    }

    /// <summary>Whether trying again would meet the same refusal.</summary>
    public static bool IsForGood(Exception failure) => Causes(failure).Any(cause =>
        cause is AuthenticationException or AuthenticationFailureException
        || (cause is OperationInterruptedException { ShutdownReason: { } reason } && IsForGood(reason.ReplyCode, reason.ReplyText)));

    /// <summary>Whether a channel that the broker closed with this would be closed again.</summary>
    public static bool IsForGood(ushort code, string text) => code is AccessRefused or Locked or NotAllowed
        || (code == PreconditionFailed && !text.Contains("timed out", StringComparison.Ordinal)); // a message that was handled for very long comes again

    /// <summary>Words a failure.</summary>
    /// <param name="what">What cannot be done, where.</param>
    /// <param name="failure">The cause.</param>
    /// <param name="options">What could be changed.</param>
    /// <param name="certificateFault">What is wrong with the broker's certificate, and the way out; null: nothing.</param>
    public static BrokerException Explain(string what, Exception failure, RabbitMqOptions options, string? certificateFault = null)
    {
        if (certificateFault is not null)
        {
            return new BrokerException($"{what}: {certificateFault}", failure); // TLS itself only says that we refused it
        }

        Exception[] causes = [.. Causes(failure)];
        OperationInterruptedException? refused = causes.OfType<OperationInterruptedException>().FirstOrDefault(cause => cause.ShutdownReason is not null);
        string wayOut =
            causes.Any(cause => cause is AuthenticationFailureException) ? WayIn(options)
            : refused is not null ? WayAround(refused.ShutdownReason!.ReplyCode, refused.ShutdownReason.ReplyText, options)
            : causes.Any(cause => cause is ConnectFailureException or TimeoutException or OperationCanceledException
                or SocketException { SocketErrorCode: not SocketError.ConnectionReset })
                ? "Check that it runs, and broker.host and broker.port."
            : options.IsEncrypted ? "It does not seem to speak TLS there: brokers mostly do so on port 5671 (broker.port), and broker.tls = off speaks in clear."
            : "It does not seem to speak AMQP in clear there: check broker.port; where it speaks TLS, set broker.tls = verify.";
        string cause = refused?.ShutdownReason!.ReplyText ?? causes[^1].Message;
        return new BrokerException($"{what}: {cause.TrimEnd('.')}. {wayOut}", failure);
    }

    /// <summary>What to do about a channel that the broker closed.</summary>
    public static string WayAround(ushort code, string text, RabbitMqOptions options) => code switch
    {
        PreconditionFailed when text.Contains("message size", StringComparison.Ordinal) =>
            "Set max_message_size of the broker to more than broker.wire.max-chunk-bytes and 1 KiB, or that to less.",
        AccessRefused => $"Give user '{options.User}' (broker.user) the permissions of its role, with rabbitmqctl set_permissions; docs/security.md has them.",
        NotAllowed => $"Create the virtual host (rabbitmqctl add_vhost) and give user '{options.User}' permissions in it, or correct broker.virtual-host.",
        PreconditionFailed => "All nodes of a run need the same limits; runs of several clusters at one broker need virtual hosts (broker.virtual-host) or prefixes (broker.prefix) of their own.",
        _ => "Look at the broker's own log.",
    };

    private static string WayIn(RabbitMqOptions options) =>
        $"Check broker.user, which is '{options.User}', and its password in broker.password-file or ACTORFED_BROKER_PASSWORD."
        + (options.User == "guest" ? " The user guest may only come from the broker's own machine." : "");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>A failure and what caused it, the outermost first.</summary>
    private static IEnumerable<Exception> Causes(Exception failure)
    {
        yield return failure;
        IEnumerable<Exception> inner = failure is AggregateException several ? several.InnerExceptions
            : failure.InnerException is { } one ? [one]
            : [];
        foreach (Exception cause in inner.SelectMany(Causes))
        {
            yield return cause;
        }
    }
}
