using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport;

namespace ActorFed.Cluster.Akka;

/// <summary>
/// Remoting over TLS, with both ends showing certificates of the cluster's authority. Akka's own transport does not ask whoever
/// connects for one, so that anybody could speak to any actor.
/// </summary>
internal sealed class TlsTransport : Transport
{
    /// <summary>Name of its section in akka.conf, and of its addresses.</summary>
    public const string Scheme = "tls";

    private static readonly TimeSpan HandshakeWithin = TimeSpan.FromSeconds(10); // who connects and says nothing holds nothing for longer

    private readonly NodeCertificates _certificates;
    private readonly ILoggingAdapter _log;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<TlsAssociation, bool> _associations = new();
    private readonly TaskCompletionSource<IAssociationEventListener> _listening = new();
    private readonly string _host;
    private readonly int _port;
    private Address _local = null!; // set by Listen, which comes first
    private TcpListener? _listener;

    /// <summary>As remoting makes it.</summary>
    public TlsTransport(ActorSystem system, Config config)
    {
        (System, Config, SchemeIdentifier) = (system, config, Scheme);
        MaximumPayloadBytes = config.GetByteSize("maximum-frame-size")!.Value;
        (_host, _port) = (config.GetString("hostname"), config.GetInt("port"));
        _log = Logging.GetLogger(system, typeof(TlsTransport));
        _certificates = new AkkaTls
        {
            Certificate = config.GetString("certificate"),
            Key = config.GetString("key"),
            RootCertificate = config.GetString("root-certificate"),
        }.Load();
    }

    /// <summary>Keys by which remoting takes this transport and no other.</summary>
    public static string Keys(AkkaOptions options, AkkaTls tls, long frameBytes) => string.Create(CultureInfo.InvariantCulture, $$"""
        akka.remote.enabled-transports = ["akka.remote.{{Scheme}}"]
        akka.remote.{{Scheme}} {
          transport-class = "{{typeof(TlsTransport).FullName}}, {{typeof(TlsTransport).Assembly.GetName().Name}}"
          transport-protocol = {{Scheme}}
          applied-adapters = []
          maximum-frame-size = {{frameBytes}}b
          hostname = {{Quoted(options.BindHost ?? options.Host)}}
          port = {{options.BindPort ?? options.Port}}
          public-hostname = {{Quoted(options.Host)}}
          public-port = {{options.Port}}
          certificate = {{Quoted(tls.Certificate)}}
          key = {{Quoted(tls.Key)}}
          root-certificate = {{Quoted(tls.RootCertificate)}}
        }
        """);

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(_host, _ending.Token).ConfigureAwait(false);
        _listener = new TcpListener(addresses[0], _port);
        _listener.Start();
        int known = Config.GetInt("public-port");
        _local = new Address(Scheme, System.Name, Config.GetString("public-hostname"), known == 0 ? ((IPEndPoint)_listener.LocalEndpoint).Port : known);
        _ = AcceptAsync(_listener);
        return (_local, _listening);
    }

    public override bool IsResponsibleFor(Address remote) => true;

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        string? fault = null;
        try
        {
            TcpClient client = new();
            return await BeginAsync(client, remoteAddress, async patience =>
            {
                await client.ConnectAsync(remoteAddress.Host, remoteAddress.Port!.Value, patience).ConfigureAwait(false);
                SslStream tls = new(client.GetStream());
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = remoteAddress.Host,
                        ClientCertificateContext = Shown(),
                        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (fault = FaultOf(certificate, chain, errors)) is null,
                    },
                    patience).ConfigureAwait(false);
                return tls;
            }).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            throw new InvalidAssociationException($"{remoteAddress} cannot be reached over TLS: {fault ?? failure.Message}", failure);
        }
    }

    public override async Task<bool> Shutdown()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        _listener?.Stop();
        await Task.WhenAll(_associations.Keys.Select(association => association.CloseAsync())).ConfigureAwait(false);
        return true;
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            IAssociationEventListener told = await _listening.Task.WaitAsync(_ending.Token).ConfigureAwait(false);
            while (true)
            {
                _ = WelcomeAsync(await listener.AcceptTcpClientAsync(_ending.Token).ConfigureAwait(false), told);
            }
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            // that is how it ends
        }
        catch (Exception failure)
        {
            _log.Error(failure, "No connections are accepted any more at {0}", _local);
        }
    }

    private async Task WelcomeAsync(TcpClient client, IAssociationEventListener told)
    {
        string? fault = null;
        IPEndPoint from = (IPEndPoint)client.Client.RemoteEndPoint!;
        try
        {
            Address remote = new(Scheme, System.Name, from.Address.ToString(), from.Port); // who it is, it says later
            told.Notify(new InboundAssociation(await BeginAsync(client, remote, async patience =>
            {
                SslStream tls = new(client.GetStream());
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = Shown(),
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (fault = FaultOf(certificate, chain, errors)) is null,
                    },
                    patience).ConfigureAwait(false);
                return tls;
            }).ConfigureAwait(false)));
        }
        catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            _log.Warning("A connection from {0} was refused: {1}", from, fault ?? failure.Message);
        }
    }

    /// <summary>Makes an association of a connection, once both ends have shown who they are.</summary>
    private async Task<TlsAssociation> BeginAsync(TcpClient client, Address remote, Func<CancellationToken, Task<SslStream>> handshake)
    {
        client.NoDelay = true;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        patience.CancelAfter(HandshakeWithin);
        try
        {
            TlsAssociation association = new(_local, remote, client, await handshake(patience.Token).ConfigureAwait(false), (int)MaximumPayloadBytes);
            _associations[association] = true;
            _ = association.Closed.ContinueWith(_ => _associations.TryRemove(association, out bool _), TaskScheduler.Default);
            association.Begin();
            return association;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private SslStreamCertificateContext Shown() => SslStreamCertificateContext.Create(_certificates.Own, _certificates.Between, offline: true);

    private string? FaultOf(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        _certificates.FaultOf(certificate as X509Certificate2, chain?.ChainPolicy.ExtraStore) is { } fault ? $"of the other node's certificate: {fault}"
        : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "the other node's certificate does not name the host by which it is called."
        : null;
}
