using Xunit;

namespace ActorFed.Repository.Tests;

public sealed class ProjectArrowsTests
{
    private static IEnumerable<string> Projects => RepositoryFiles.Under("", ".csproj");

    [Fact]
    public void Only_the_arrows_of_the_architecture_exist()
    {
        Assert.NotEmpty(Projects);
        Expect.NoViolation(Projects.SelectMany(path => ProjectArrows.Violations(path, RepositoryFiles.Read(path))));
    }

    [Fact]
    public void The_solution_holds_every_project() =>
        Expect.NoViolation(ProjectArrows.MissingFrom(RepositoryFiles.Read("ActorFed.sln"), Projects));

    [Theory]
    [InlineData("src/Algorithms/A.csproj", "../Problems/P.csproj")]
    [InlineData("src/Problems/P.csproj", "../Actors/A.csproj")]
    [InlineData("src/Actors/A.csproj", "../Engines/E.csproj")]
    [InlineData("src/Actors/A.csproj", "../Problems/P.csproj")]
    [InlineData("src/Engines/E.csproj", "..\\Host\\H.csproj")]
    [InlineData("src/Engines/E.csproj", "../Algorithms/A.csproj")]
    [InlineData("src/Tensors/T.csproj", "../Algorithms/A.csproj")]
    [InlineData("src/Cluster.Akka/C.csproj", "../Engines/E.csproj")]
    [InlineData("src/Problems/P.csproj", "../Problems.Torch/T.csproj")]
    [InlineData("src/Problems.Torch/T.csproj", "../Actors/A.csproj")]
    [InlineData("src/Wire/W.csproj", "../Actors/A.csproj")]
    [InlineData("src/Actors/A.csproj", "../Wire/W.csproj")]
    [InlineData("src/Cluster.Akka/C.csproj", "../Algorithms/A.csproj")]
    [InlineData("src/Host/H.csproj", "../../tests/Host.Tests/T.csproj")]
    [InlineData("src/Host/H.csproj", "../../bench/Benchmarks/B.csproj")]
    [InlineData("tests/A.Tests/T.csproj", "../../bench/Benchmarks/B.csproj")]
    [InlineData("examples/own/O.csproj", "../../src/Host/H.csproj")]
    [InlineData("examples/own/O.csproj", "../../tests/A.Tests/T.csproj")]
    [InlineData("src/Host/H.csproj", "../../examples/own/O.csproj")]
    public void Finds_a_wrong_arrow(string from, string reference) =>
        Assert.Single(ProjectArrows.Violations(from, Project($"<ProjectReference Include=\"{reference}\" />")));

    [Theory]
    [InlineData("src/Problems/P.csproj", "../Algorithms/A.csproj")]
    [InlineData("src/Problems/P.csproj", "../Tensors/T.csproj")]
    [InlineData("src/Problems.Torch/T.csproj", "../Problems/P.csproj")]
    [InlineData("src/Host/H.csproj", "../Problems.Torch/T.csproj")]
    [InlineData("src/Cluster.Akka/C.csproj", "../Actors/A.csproj")]
    [InlineData("src/Cluster.Akka/C.csproj", "../Wire/W.csproj")]
    [InlineData("src/Wire/W.csproj", "../Algorithms/A.csproj")]
    [InlineData("src/Host/H.csproj", "../Cluster.Akka/C.csproj")]
    [InlineData("tests/A.Tests/T.csproj", "../../src/Algorithms/A.csproj")]
    [InlineData("bench/B/B.csproj", "../../src/Host/H.csproj")]
    [InlineData("examples/own/O.csproj", "../../src/Problems/P.csproj")]
    [InlineData("tests/A.Tests/T.csproj", "../../examples/own/O.csproj")]
    public void Lets_a_right_arrow_pass(string from, string reference) =>
        Assert.Empty(ProjectArrows.Violations(from, Project($"<ProjectReference Include=\"{reference}\" />")));

    [Theory]
    [InlineData("src/Algorithms/A.csproj", "MathNet.Numerics")]
    [InlineData("src/Problems/P.csproj", "System.Numerics.Tensors")]
    [InlineData("src/Problems/P.csproj", "TorchSharp")]
    [InlineData("src/Problems.Torch/T.csproj", "SkiaSharp")]
    [InlineData("src/Actors/A.csproj", "Google.Protobuf")]
    [InlineData("src/Engines/E.csproj", "System.IO.Pipelines")]
    [InlineData("src/Wire/W.csproj", "RabbitMQ.Client")]
    [InlineData("src/Host/H.csproj", "RabbitMQ.Client")]
    [InlineData("src/Host/H.csproj", "Akka.Cluster")]
    [InlineData("examples/own/O.csproj", "MathNet.Numerics")]
    public void Finds_a_package_that_does_not_belong(string path, string package) =>
        Assert.Single(ProjectArrows.Violations(path, Project($"<PackageReference Include=\"{package}\" />")));

    [Theory]
    [InlineData("src/Algorithms/A.csproj", "System.Numerics.Tensors")]
    [InlineData("src/Host/H.csproj", "Spectre.Console")]
    [InlineData("src/Problems.Torch/T.csproj", "TorchSharp")]
    [InlineData("src/Cluster.RabbitMq/C.csproj", "RabbitMQ.Client")]
    [InlineData("src/Wire/W.csproj", "Google.Protobuf")]
    [InlineData("src/Wire/W.csproj", "Grpc.Tools")]
    [InlineData("tests/A.Tests/T.csproj", "xunit")]
    public void Lets_a_package_pass_where_it_belongs(string path, string package) =>
        Assert.Empty(ProjectArrows.Violations(path, Project($"<PackageReference Include=\"{package}\" />")));

    [Fact]
    public void Finds_a_framework_where_it_does_not_belong() => Assert.Single(ProjectArrows.Violations(
        "src/Actors/A.csproj", Project("<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />")));

    [Fact]
    public void Finds_a_project_outside_the_layers() =>
        Assert.Single(ProjectArrows.Violations("src/Helpers/H.csproj", Project("")));

    [Fact]
    public void Finds_a_project_missing_from_the_solution()
    {
        string solution = "Project(\"{X}\") = \"A\", \"src\\A\\A.csproj\", \"{Y}\"";

        Assert.Empty(ProjectArrows.MissingFrom(solution, ["src/A/A.csproj"]));
        Assert.Single(ProjectArrows.MissingFrom(solution, ["src/B/A.csproj"]));
    }

    private static string Project(string item) => $"<Project><ItemGroup>{item}</ItemGroup></Project>";
}
