using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorFed.Tests.Shared;

/// <summary>An authority, and the certificates that it gave to localhost.</summary>
internal static class TestCertificates
{
    /// <summary>Writes <c>authority.crt</c>, <c>server.crt</c>, <c>expired.crt</c> and, for the last two, <c>server.key</c>.</summary>
    public static void Write(string folder)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest authorityRequest = new("CN=test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 authority = authorityRequest.CreateSelfSigned(now.AddDays(-9), now.AddDays(2));

        using ECDsa serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest serverRequest = new("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        serverRequest.CertificateExtensions.Add(names.Build());
        using X509Certificate2 server = serverRequest.Create(authority, now.AddDays(-1), now.AddDays(1), [1]);
        using X509Certificate2 expired = serverRequest.Create(authority, now.AddDays(-8), now.AddDays(-1), [2]);

        File.WriteAllText(Path.Combine(folder, "authority.crt"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.crt"), server.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "expired.crt"), expired.ExportCertificatePem());
        string key = Path.Combine(folder, "server.key");
        File.WriteAllText(key, serverKey.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
