using System.Text;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Whatever is wrong with a command line or a file ends in exit code 2 and words that name the place, the value and the way out.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("run", "a.conf", "--resume", "b")]
    [InlineData("run", "--resume", "")]
    [InlineData("run", "")]
    public async Task Neither_or_both_of_file_and_resume(params string[] arguments)
    {
        CliResult result = (await Cli.RunAsync(arguments)).MustEnd(ExitCodes.BadInput);

        Assert.Contains("Give either an experiment file or --resume RUN", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("rnu")]
    [InlineData("run", "a.conf", "--sett", "x=1")]
    [InlineData("list", "keyss")]
    [InlineData("data")]
    [InlineData("data", "get")]
    [InlineData("verify", "x.json", "--tolerance", "small")]
    public async Task A_command_line_that_is_none(params string[] arguments) =>
        (await Cli.RunAsync(arguments)).MustEnd(ExitCodes.BadInput);

    [Fact]
    public async Task A_file_that_is_not_there()
    {
        CliResult result = (await Cli.RunAsync("run", "no/such.conf")).MustEnd(ExitCodes.BadInput);

        Assert.Contains("no/such.conf: there is no such file", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stop.stepz = 5", "unknown key stop.stepz", "stop.steps")]
    [InlineData("stpo.steps = 5", "unknown key stpo", "nearest known key is stop")]
    [InlineData("patience.lost-after = 90 parsecs", "patience.lost-after", "90 parsecs", "500ms")]
    [InlineData("patience.lost-after = 90", "patience.lost-after", "90", "500ms")]
    [InlineData("patience.lost-after = 3s", "patience.lost-after", "at least twice patience.ask-again-after")]
    [InlineData("engine.external = [worker-1, worker-4]", "engine.external names worker-4, which does not take part; there are master to worker-3.")]
    [InlineData("engine.external = [master]", "engine.external names master, which leads the run", "Leave it out.")]
    [InlineData("participation.min-active = 5", "participation.min-active is 5", "between 1 and 4 (the number of workers)")]
    [InlineData("participation { policy = synchronous, cohort = 5 }", "participation.cohort is 5", "between 1 and 4 (the number of workers)")]
    [InlineData("participation { policy = synchronous, cohort = 0 }", "participation.cohort is 0", "at least 1")]
    [InlineData("participation { policy = synchronous, cohort = 2 }", "every worker of adbo holds variables", "set participation.cohort = none")]
    [InlineData("participation { policy = buffered, concurrency = 5 }", "participation.concurrency is 5", "between 1 and 4 (the number of workers)")]
    [InlineData("participation { policy = buffered, buffer = 4, concurrency = 3 }", "participation.buffer is 4", "between 1 and 3 (participation.concurrency)")]
    [InlineData("participation { policy = buffered, buffer = 1, concurrency = 2 }", "adbo needs one report of every active worker", "asynchronous or synchronous")]
    [InlineData("algorithm = fadas, problem = single-level-quadratic, participation { policy = synchronous }", "fadas steps at every few reports", "set participation.policy = buffered")]
    [InlineData("algorithm = fedasync, problem = single-level-quadratic, participation { policy = buffered, buffer = 2, concurrency = 2 }",
        "participation.buffer is 2", "set participation.buffer = 1")]
    [InlineData("algorithm = fedopt, problem = single-level-quadratic, participation.policy = asynchronous", "fedopt has rounds", "set participation.policy = synchronous")]
    [InlineData("algorithm = fedopt, problem = single-level-quadratic, participation { policy = synchronous, cohort = 2, sampling = examples }",
        "participation.sampling does not go with single-level-quadratic", "0 of 4 workers", "Draw it uniformly")]
    [InlineData("algorithm = fedopt, problem = single-level-quadratic, participation.policy = synchronous, fedopt.bias-correction = keras",
        "fedopt.bias-correction is Keras", "optimiser Average", "set none")]
    [InlineData("algorithm = fedopt, problem = single-level-quadratic, participation.policy = synchronous, fedopt.client.epochs = 0", "fedopt.client.epochs is 0", "between 1 and")]
    [InlineData("algorithm = feddualavg, problem = single-level-quadratic, participation.policy = synchronous, feddualavg.regularizer.weight = -1", "feddualavg.regularizer.weight is -1", "between 0 and")]
    [InlineData("algorithm = feddualavg, problem = single-level-quadratic, participation.policy = synchronous, feddualavg.regularizer { kind = group, group-length = 3 }", "feddualavg.regularizer.group-length is 3, and the variable has 10 entries", "a divisor")]
    [InlineData("algorithm = fedmid, problem = single-level-quadratic, participation.policy = synchronous, fedmid.regularizer { kind = nuclear, matrix-rows = 4 }", "fedmid.regularizer.matrix-rows is 4, and the variable has 10 entries", "a divisor")]
    [InlineData("algorithm = fedmid, problem = single-level-quadratic, participation.policy = synchronous, fedmid.regularizer { kind = box, lower = 2, upper = 1 }", "fedmid.regularizer.upper is 1", "at least 2")]
    [InlineData("algorithm = fedmid, problem = single-level-quadratic, participation.policy = synchronous, fedmid.regularizer { kind = simplex, radius = 0 }", "fedmid.regularizer.radius is 0", "more than 0")]
    [InlineData("algorithm = fedavg-subgradient, problem = single-level-quadratic, participation.policy = synchronous, fedavg-subgradient.regularizer.kind = l1-ball", "fedavg-subgradient.regularizer.kind is", "choose l1, elastic-net, group or nuclear")]
    [InlineData("algorithm = fedavg-subgradient, problem = single-level-quadratic, participation.policy = synchronous, fedavg-subgradient.regularizer.kind = lasso", "fedavg-subgradient.regularizer.kind", "elastic-net, group, nuclear")]
    [InlineData("algorithm = feddualavg, problem = single-level-quadratic, participation.policy = asynchronous", "feddualavg has rounds", "set participation.policy = synchronous")]
    [InlineData("algorithm = feddualavg, problem = sparse-regression, participation.policy = synchronous, sparse-regression { length = 5, non-zeros = 6 }", "sparse-regression.non-zeros is 6", "at most 5")]
    [InlineData("algorithm = fedlite, problem = classification, participation.policy = synchronous, data.set = synthetic-digits, classification.model = cnn, fedlite.quantizer.subvectors = 100",
        "fedlite.quantizer.subvectors is 100; it must divide the 392 activations of a row evenly, such as 98.")]
    [InlineData("algorithm = fedlite, problem = classification, participation.policy = synchronous, data.set = synthetic-digits, classification.model = cnn, fedlite.quantizer { subvectors = 98, groups = 3 }",
        "fedlite.quantizer.groups is 3; it must divide the 98 subvectors of a row evenly, such as 2.")]
    [InlineData("algorithm = splitfed, problem = classification, participation.policy = synchronous, data.set = synthetic-digits", "problem is 'classification', whose model cannot be cut in two", "classification.model = mlp or cnn")]
    [InlineData("algorithm = splitfed, problem = single-level-quadratic, participation.policy = synchronous", "problem is 'single-level-quadratic', whose model cannot be cut in two", "classification.model = mlp or cnn")]
    [InlineData("algorithm = fedlite, problem = classification, participation { policy = buffered, buffer = 1, concurrency = 2 }", "fedlite has rounds of two exchanges", "set participation.policy = synchronous")]
    [InlineData("algorithm = fedlite, problem = classification, participation.policy = synchronous, fedlite.quantizer.centroids = 0", "fedlite.quantizer.centroids is 0", "between 1 and 65536")]
    [InlineData("algorithm = asd-svrg, problem = ridge-regression, participation.policy = synchronous, asd-svrg { sampling = given, probabilities = [0.5, 0.25, 0.25, 0.25] }", "asd-svrg.probabilities is [0.5, 0.25, 0.25, 0.25]; it sums to 1.25; it must sum to 1")]
    [InlineData("algorithm = asd-svrg, problem = ridge-regression, participation.policy = synchronous, asd-svrg { sampling = given, probabilities = [0.5, 0.5] }", "asd-svrg.probabilities has 2 numbers; it must have 4, one per worker")]
    [InlineData("algorithm = asd-svrg, problem = ridge-regression, participation.policy = synchronous, asd-svrg { sampling = given, probabilities = [1.5, -0.5, 0, 0] }", "1.5 for worker 0; it must be in [0, 1]")]
    [InlineData("algorithm = asd-svrg, problem = ridge-regression, participation.policy = synchronous, asd-svrg.probabilities = [0.5, 0.5, 0, 0]", "for sampling = given only")]
    [InlineData("algorithm = asd-svrg, problem = ridge-regression, participation.policy = buffered, participation { buffer = 1, concurrency = 1 }", "asd-svrg decides by itself whom a step takes", "set participation.policy = synchronous")]
    [InlineData("algorithm = coupled-cd, problem = coupled-quadratic, graph.topology = complete, patience.on-loss = fail, coupled-quadratic.right-side = [1, 2]", "right-side has 2 numbers; it must have 1")]
    [InlineData("algorithm = coupled-cd, problem = coupled-quadratic, graph.topology = complete, patience.on-loss = fail, coupled-quadratic { coupling = given, coefficients = [1, 1, 0, 0, 2, 2, 0, 0], right-side = [1, 3] }", "coupling constraint 1 is infeasible", "must be 2, and it is 3")]
    [InlineData("algorithm = coupled-cd, problem = coupled-quadratic, graph.topology = complete, patience.on-loss = fail, coupled-quadratic { coupling = given, coefficients = [1, 1, 1, 1, 0, 0, 0, 0], right-side = [1, 3] }", "coupling constraint 1 is infeasible: all its coefficients are 0")]
    [InlineData("algorithm = coupled-cd, problem = coupled-quadratic, graph.topology = complete, patience.on-loss = fail, coupled-quadratic { right-side = [9], start-spread = 0 }, coupled-cd.regularizer { kind = box, lower = 0, upper = 2 }", "coupled-cd.regularizer.kind is box", "coupling constraint 0 is infeasible", "at most 8, and its right side is 9")]
    [InlineData("algorithm = coupled-cd, problem = coupled-quadratic, graph.topology = complete, patience.on-loss = fail, coupled-cd.regularizer { kind = l1, weight = -0.1 }", "coupled-cd.regularizer.weight is -0.1", "between 0 and")]
    [InlineData("algorithm = coupled-cd, problem = coupled-quadratic, graph.topology = complete, patience.on-loss = fail, coupled-cd.step = scaled", "coupled-cd.step is scaled", "take safe, pair or exact")]
    [InlineData("algorithm = coupled-cd, problem = coupled-quadratic, graph.topology = ring, patience.on-loss = fail", "needs block 2, to which there is no edge", "Choose the topology complete")]
    [InlineData("algorithm = coupled-cd, problem = coupled-quadratic, graph.topology = complete, patience.on-loss = continue", "Set patience.on-loss = fail")]
    [InlineData("algorithm = coupled-cd, problem = single-level-quadratic, graph.topology = complete", "own parts of the variable that constraints couple", "coupled-quadratic")]
    [InlineData("participation.staleness-bound = 0", "participation.staleness-bound is 0", "at least 1")]
    [InlineData("adbo.step-lower = -0.1", "adbo.step-lower is -0.1", "more than 0")]
    [InlineData("adbo.step-lower = NaN", "adbo.step-lower")]
    [InlineData("workers = 0", "workers is 0", "between 1 and")]
    [InlineData("workers = 2.5", "workers", "2.5", "whole number")]
    [InlineData("stop.steps = 0", "stop.steps is 0", "at least 1")]
    [InlineData("algorithm = adob", "algorithm is 'adob'", "nearest is 'adbo'")]
    [InlineData("problem = quadratik", "problem is 'quadratik'", "nearest is 'quadratic'")]
    [InlineData("data.set = mnits", "data.set is 'mnits'", "nearest is 'mnist'")]
    [InlineData("engine.kind = simulated", "engine.kind", "simulated", "in-process")]
    [InlineData("quadratic.upper-length = 100000", "quadratic.upper-length is 100000", "4096")]
    [InlineData("stop.wall-time = 0s", "stop.wall-time", "more than zero")]
    [InlineData("stop.wall-time = 60d", "stop.wall-time is 60d", "at most 49d")]
    [InlineData("engine.send-timeout = 2d", "engine.send-timeout is 2d", "at most 1d")]
    [InlineData("supervision.max-restarts = -1", "supervision.max-restarts is -1", "at least 0")]
    [InlineData("supervision.max-violations = 0", "supervision.max-violations is 0", "at least 1")]
    [InlineData("stop.gap = 1, adbo.measure-gap = false", "stop.gap is 1", "adbo.measure-gap = true")]
    [InlineData("participation.policy = asynchronous, algorithm = fednest", "participation.policy is asynchronous", "set participation.policy = synchronous")]
    [InlineData("fednest.neumann-terms = 0, algorithm = fednest, participation.policy = synchronous", "fednest.neumann-terms is 0", "between 1 and")]
    [InlineData("seed = -1", "seed", "-1")]
    [InlineData("algorithm = afto", "algorithm is 'afto', which solves problems of 3 levels", "problem is 'quadratic', which has 2",
        "Set problem to one of: trilevel-quadratic", "or algorithm to one of: adbo")]
    [InlineData("simulation.faults.profile = hevy", "simulation.faults.profile", "hevy", "heavy")]
    [InlineData("simulation.faults.plan = [\"at 1s crash worker-0\"]", "simulation.faults", "Line 1 of the fault plan", "the line ends after 4 words; allowed next: for")]
    [InlineData("simulation.faults { loss = 1.5 }", "simulation.faults", "simulation.faults.loss is 1.5; it must be between 0 and 1")]
    [InlineData("simulation.faults { crashes = -1 }", "simulation.faults", "simulation.faults.crashes is -1")]
    [InlineData("engine.external = [worker-1]", "engine.external names worker-1", "actorfed submit")]
    [InlineData("engine.kind = simulation, simulation.faults.plan = [\"at 1s crash worker-9 for 1s\"]", "simulation.faults.plan does not fit", "worker-9", "master to worker-3")]
    public async Task A_line_of_an_experiment(string line, params string[] words)
    {
        using TemporaryFolder temporary = new();
        string file = temporary.Write("x.conf", Encoding.UTF8.GetBytes($"problem = quadratic\nworkers = 4\n{line}\n"));

        CliResult result = (await Cli.RunAsync(["run", file, .. Cli.Set($"run.folder=\"{temporary.At("run")}\"")])).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"{file}:3", result.Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, result.Error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(temporary.At("run")));
    }

    [Fact]
    public async Task A_folder_instead_of_a_file()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync("run", temporary.Path)).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"actorfed run --resume {temporary.Path}", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stop.stepz=5", "unknown key stop.stepz")]
    [InlineData("stop.steps=many", "stop.steps")]
    [InlineData("stop.steps", "stop.steps")]
    [InlineData("=5", "")]
    public async Task A_setting_on_the_command_line(string setting, string words)
    {
        CliResult result = (await Cli.RunAsync(["run", Cli.Quadratic, .. Cli.Set(setting)])).MustEnd(ExitCodes.BadInput);

        Assert.StartsWith("--set", result.Error, StringComparison.Ordinal);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_errors_at_once_are_all_named()
    {
        CliResult result = (await Cli.RunAsync(["run", Cli.Quadratic, .. Cli.Set("stop.stepz=5", "adbo.step-lowre=1")])).MustEnd(ExitCodes.BadInput);

        Assert.Contains("stop.stepz", result.Error, StringComparison.Ordinal);
        Assert.Contains("adbo.step-lowre", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("partition = dirichlet, alpha = 0.001", "data.sharding.alpha 0.001", "data.sharding.min-rows-per-shard")]
    [InlineData("train-rows = 1000000", "data.sharding.train-rows is 1000000", "the most")]
    [InlineData("partition = by-label, labels-per-shard = 40", "data.sharding.labels-per-shard is 40", "at most")]
    [InlineData("rows-per-shard = 100", "data.sharding.rows-per-shard is 100", "training rows")]
    [InlineData("validation-fraction = 0", "data.sharding.validation-fraction is 0", "more than 0")]
    [InlineData("scaling = standardise", "data.sharding.scaling is standardise", "normalised when read")]
    public async Task Shards_that_cannot_be_made(string sharding, params string[] words)
    {
        using TemporaryFolder temporary = new();
        string file = temporary.Write("x.conf", Encoding.UTF8.GetBytes(
            $"problem = hyper-cleaning\nworkers = 9\ndata.synthetic-digits {{ train-rows = 20, test-rows = 10 }}\ndata.sharding {{ {sharding} }}\n"));

        CliResult result = (await Cli.RunAsync(["run", file, .. Cli.Set($"run.folder=\"{temporary.At("run")}\"")])).MustEnd(ExitCodes.BadInput);

        Assert.Contains("x.conf:4", result.Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_problem_without_a_solution()
    {
        CliResult result = (await Cli.RunAsync(
            ["run", Cli.Quadratic, .. Cli.Set("quadratic.upper-curvature=1e-300", "quadratic.heterogeneity=0", "quadratic.upper-length=40")]))
            .MustEnd(ExitCodes.BadInput);

        Assert.Contains("not positive definite", result.Error, StringComparison.Ordinal);
        Assert.Contains("section quadratic", result.Error, StringComparison.Ordinal);
    }
}
