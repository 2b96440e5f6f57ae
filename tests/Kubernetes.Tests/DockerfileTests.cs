using ActorFed.Repository.Tests;
using Xunit;

namespace ActorFed.Kubernetes.Tests;

public sealed class DockerfileTests
{
    private static readonly string Dockerfile = RepositoryFiles.Read("Dockerfile");
    private static readonly string Ignored = RepositoryFiles.Read(".dockerignore");
    private static readonly string Launcher = RepositoryFiles.Read("actorfed");

    [Fact]
    public void Can_be_built_from_the_repository_and_runs_the_program_as_nobody_special() => Expect.NoViolation(Violations(Dockerfile, Ignored));

    [Fact]
    public void Keeps_out_what_is_built_elsewhere() => Assert.Subset(Ignored.Split('\n').ToHashSet(), new HashSet<string> { "*", "**/bin", "**/obj" });

    [Theory]
    [InlineData("dotnet/sdk:10.0-noble", "dotnet/sdk:9.0-noble", "FROM mcr.microsoft.com/dotnet/sdk:9.0-noble AS build is no image of .NET 10.0")]
    [InlineData("COPY proto proto\n", "", "proto/**/*.proto is needed for the build and not copied")]
    [InlineData("COPY src src", "COPY src/Host src/Host", "src/Problems/ActorFed.Problems.csproj is needed for the build and not copied")]
    [InlineData("COPY hocon hocon\n", "", "hocon/reference.conf is needed for the build and not copied")]
    [InlineData("COPY src src", "COPY src sources lib", "COPY sources: there is no such file")]
    [InlineData("COPY src src", "COPY src docs lib", "COPY docs: .dockerignore keeps it out")]
    [InlineData("--from=build", "--from=built", "is from a stage that is not there")]
    [InlineData("USER $APP_UID\n", "", "must not run as root")]
    [InlineData("USER $APP_UID", "USER 0", "must not run as root")]
    [InlineData("[\"/app/actorfed\"]", "[\"/app/ActorFed.Host\"]", "ENTRYPOINT is")]
    [InlineData("COPY hocon /app/hocon\n", "", "the experiments must be copied")]
    [InlineData("DOTNET_GCgen0size=0x4000000", "DOTNET_GCgen0size=0x1000000", "ENV must have DOTNET_GCgen0size=0x4000000")]
    [InlineData("DOTNET_GCLOHThreshold=0x200000", "DOTNET_x=y", "ENV must have DOTNET_GCLOHThreshold=0x200000")]
    [InlineData("MALLOC_ARENA_MAX=2", "MALLOC_ARENA_MAX=4", "ENV must have MALLOC_ARENA_MAX=2")]
    public void Finds_what_is_wrong(string right, string wrong, string violation)
    {
        Assert.Contains(right, Dockerfile, StringComparison.Ordinal);

        Assert.Contains(Violations(Dockerfile.Replace(right, wrong), Ignored), found => found.Contains(violation, StringComparison.Ordinal));
    }

    [Fact]
    public void Finds_a_source_that_is_kept_out() => Assert.Contains("COPY hocon: .dockerignore keeps it out", Violations(Dockerfile, Ignored.Replace("!hocon\n", "")));

    private static IEnumerable<string> Violations(string dockerfile, string ignored) =>
        new DockerfileRules(RepositoryFiles.Exists, RepositoryFiles.Read).Violations(dockerfile, ignored, Launcher);
}
