using System.Text.RegularExpressions;
using Xunit;

namespace ActorFed.Repository.Tests;

public sealed class BannedCallsTests
{
    [Fact]
    public void Algorithms_know_no_clock_chance_thread_or_outside() => AssertNone("src/Algorithms/", BannedCalls.InAlgorithms);

    [Fact]
    public void Problems_open_nothing_and_keep_no_time() => AssertNone("src/Problems/", BannedCalls.InProblems);

    [Fact]
    public void Nothing_in_the_product_sleeps() => AssertNone("src/", BannedCalls.Sleeping);

    [Fact]
    public void Nothing_in_the_product_is_unfinished() => Expect.NoViolation(RepositoryFiles.Under("src/", ".cs")
        .SelectMany(path => BannedCalls.InText(path, RepositoryFiles.Read(path), BannedCalls.Unfinished)));

    [Theory]
    [InlineData("var t = DateTime.UtcNow;")]
    [InlineData("var t = System.DateTimeOffset.Now;")]
    [InlineData("Stopwatch watch = new();")]
    [InlineData("int n = Environment.ProcessorCount;")]
    [InlineData("Random random = new(1);")]
    [InlineData("f(new Random(1));")]
    [InlineData("int i = Random.Shared.Next();")]
    [InlineData("void F(Random? random) {}")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("System.Console.WriteLine(1);")]
    [InlineData("File.ReadAllText(name);")]
    [InlineData("Directory.GetFiles(name);")]
    [InlineData("Path.GetTempPath();")]
    [InlineData("Task Run();")]
    [InlineData("using System.Threading;")]
    [InlineData("Thread thread;")]
    [InlineData("ThreadPool.QueueUserWorkItem(f);")]
    [InlineData("Parallel.For(0, n, f);")]
    [InlineData("async void F() {}")]
    [InlineData("string s = $\"{DateTime.Now}\";")]
    public void Finds_a_banned_call_in_an_algorithm(string source)
    {
        string violation = BannedCalls.InCode("A.cs", "namespace A;\n" + source, BannedCalls.InAlgorithms).First();

        Assert.StartsWith("A.cs:2: ", violation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SeededRandom random = new(1, name); // not Random")]
    [InlineData("string s = \"Task\";")]
    [InlineData("/* DateTime.Now */ int taskCount;")]
    [InlineData("enum Order { Random, Given } bool b = order == Order.Random;")]
    [InlineData("FileName x; double[] paths; LearningTask t;")]
    public void Lets_harmless_code_pass(string source) =>
        Assert.Empty(BannedCalls.InCode("A.cs", source, BannedCalls.InAlgorithms));

    [Theory]
    [InlineData("File.OpenRead(name);")]
    [InlineData("Console.Out.Flush();")]
    [InlineData("Environment.Exit(1);")]
    [InlineData("Task.Run(f);")]
    [InlineData("new Random();")]
    public void Finds_a_banned_call_in_a_problem(string source) =>
        Assert.Single(BannedCalls.InCode("P.cs", source, BannedCalls.InProblems));

    [Fact]
    public void Finds_sleep() => Assert.Single(BannedCalls.InCode("S.cs", "Thread.Sleep(1);", BannedCalls.Sleeping));

    [Theory]
    [InlineData("// TO", "DO later")]
    [InlineData("// FIX", "ME")]
    [InlineData("throw new NotImplemented", "Exception();")]
    public void Finds_unfinished_work(string first, string second) => // in halves, so that this file has none itself
        Assert.Single(BannedCalls.InText("S.cs", first + second, BannedCalls.Unfinished));

    private static void AssertNone(string folder, Regex banned)
    {
        string[] paths = [.. RepositoryFiles.Under(folder, ".cs")];

        Assert.NotEmpty(paths);
        Expect.NoViolation(paths.SelectMany(path => BannedCalls.InCode(path, RepositoryFiles.Read(path), banned)));
    }
}
