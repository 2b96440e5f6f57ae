using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorFed.Actors;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>Checks the certificate that the broker shows, and keeps what is wrong with it. One for each attempt to connect.</summary>
internal sealed class CertificateCheck
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1"; // the extended key usage of a TLS server

    private readonly RabbitMqOptions _options;
    private readonly X509Certificate2Collection? _roots;

    /// <exception cref="BrokerException">The certificate of the authority cannot be read.</exception>
    public CertificateCheck(RabbitMqOptions options)
    {
        _options = options;
        if (options.RootCertificate is string file)
        {
            _roots = Read(file);
        }
    }

    /// <summary>What is wrong with the last one shown, and the way out; null: nothing, or none was shown.</summary>
    public string? Fault { get; private set; }

    /// <summary>Judges a certificate, as TLS asks for it.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Fault = _options.Tls == TlsMode.Unverified ? null : FaultOf(certificate as X509Certificate2, chain, errors);
        return Fault is null;
    }

    private string? FaultOf(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "The broker shows no certificate: give it one, or set broker.tls = unverified, which trusts anybody who answers.";
        }

        using X509Chain own = new();
        X509ChainPolicy policy = own.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(ForServers));
        policy.ExtraStore.AddRange(chain?.ChainPolicy.ExtraStore ?? []);
        if (_roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_roots);
        }

        if (!own.Build(certificate))
        {
            return FaultOf(certificate, own.ChainStatus);
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"The broker's certificate names {NamesIn(certificate)}, and not '{_options.Host}': set broker.host to a name in it, or give the broker a certificate that names it so."
            : null;
    }

    private string FaultOf(X509Certificate2 certificate, X509ChainStatus[] faults)
    {
        X509ChainStatusFlags all = faults.Aggregate(X509ChainStatusFlags.NoError, (flags, fault) => flags | fault.Status);
        if (all.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return $"The broker's certificate, or one above it, has expired or is not valid yet (its own is from {certificate.NotBefore:u} to {certificate.NotAfter:u}): "
                + "renew it, and check the clocks.";
        }

        string trusted = _options.RootCertificate is string file ? $"is not what '{file}' (broker.root-certificate) holds" : "is not one that this machine trusts";
        return (all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid)) != 0
            ? $"The broker's certificate is of the authority '{certificate.Issuer}', which {trusted}: set broker.root-certificate to the certificate of that authority."
            : $"The broker's certificate cannot be trusted: {string.Join(' ', faults.Select(fault => fault.StatusInformation.Trim()))}";
    }

    private static string NamesIn(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] all = names is null ? [] : [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())];
        return all.Length > 0 ? string.Join(", ", all.Select(name => $"'{name}'")) : "no host";
    }

    private static X509Certificate2Collection Read(string file)
    {
        X509Certificate2Collection roots = [];
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BrokerException($"The certificate in '{file}' (broker.root-certificate) cannot be read: {failure.Message}", failure);
        }

        return roots.Count > 0
            ? roots
            : throw new BrokerException($"'{file}' (broker.root-certificate) holds no certificate in PEM form; it must begin with -----BEGIN CERTIFICATE-----.");
    }
}
