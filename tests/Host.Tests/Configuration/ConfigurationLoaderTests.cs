using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class ConfigurationLoaderTests
{
    private const string Reference = """
        # The seed.
        # A whole number.
        seed = 1

        workers = 4 # not a description

        labels {}

        # All of ADBO.
        adbo {
          # Step of y.
          step-lower = 0.02, step-upper = ${adbo.step-lower}

          # Where it starts.
          from-home = ${?START}
          list_of = [1, 2]
        }
        """;

    [Fact]
    public void Lets_later_sources_win()
    {
        ConfigurationSources sources = Sources("seed = 2, workers = 2, adbo.step-lower = 2, adbo.list_of += 3") with
        {
            Environment = new Dictionary<string, string>
            {
                ["ACTORFED_CONF_seed"] = "3",
                ["ACTORFED_CONF_adbo_step__lower"] = "3",
                ["ACTORFED_CONF_adbo_list___of"] = "[3, 4]",
                ["seed"] = "9",
                ["START"] = "there",
            },
            Settings = ["adbo.step-lower=4", "adbo.step-lower = 5", "labels.\"a b\" = x"],
        };

        HoconObject tree = ConfigurationLoader.Load(sources);

        Assert.Equal(
            "adbo.from-home = there; adbo.list_of = [3, 4]; adbo.step-lower = 5; adbo.step-upper = 5; labels.\"a b\" = x; seed = 3; workers = 2",
            Hocon.Flatten(tree));
        Assert.Equal("--set", tree.Find("adbo.step-lower")!.Origin.ToString());
        Assert.Equal("ACTORFED_CONF_seed", tree.Find("seed")!.Origin.ToString());
        Assert.Equal("dir/x.conf:1", tree.Find("workers")!.Origin.ToString());
        Assert.Equal("hocon/reference.conf:12", tree.Find("adbo.step-upper")!.Origin.ToString());
    }

    [Fact]
    public void Is_the_reference_where_nothing_is_set()
    {
        HoconObject tree = ConfigurationLoader.Load(new ConfigurationSources { Reference = Reference });

        Assert.Equal("adbo.list_of = [1, 2]; adbo.step-lower = 0.02; adbo.step-upper = 0.02; labels = {}; seed = 1; workers = 4", Hocon.Flatten(tree));
    }

    [Fact]
    public void Reports_every_unknown_key_with_its_place_and_the_nearest_known_key()
    {
        string file = "sede = 2\nadbo {\n  stpe-lower = 1\n  list_of = [{ any = 1 }]\n}\nstep-upper = 3\nlabels { any.key = 1 }\nabdo { x = 1, y = 2 }";
        ConfigurationSources sources = Sources(file) with
        {
            Environment = new Dictionary<string, string> { ["ACTORFED_CONF_SEED"] = "1" },
            Settings = ["adbo.step_lower=4"],
        };

        ConfigurationException exception = Assert.Throws<ConfigurationException>(() => ConfigurationLoader.Load(sources));

        Assert.Equal(
            [
                "dir/x.conf:1: unknown key sede; the nearest known key is seed",
                "dir/x.conf:3: unknown key adbo.stpe-lower; the nearest known key is adbo.step-lower",
                "dir/x.conf:6: unknown key step-upper; the nearest known key is adbo.step-upper",
                "dir/x.conf:8: unknown key abdo; the nearest known key is adbo",
                "ACTORFED_CONF_SEED: unknown key SEED; the nearest known key is seed",
                "--set: unknown key adbo.step_lower; the nearest known key is adbo.step-lower",
            ],
            exception.Errors);
        Assert.Equal(string.Join(Environment.NewLine, exception.Errors), exception.Message);
    }

    [Theory]
    [InlineData("sede = ${?NOT_SET}", "dir/x.conf:1: unknown key sede")]
    [InlineData("adbo { x = 1 }\nadbo = null", "dir/x.conf:1: unknown key adbo.x")]
    [InlineData("adbo = ${labels} { x = 1 }", "dir/x.conf:1: unknown key adbo.x")]
    [InlineData("labels { q = 1 }\nadbo = ${labels}", "dir/x.conf:1: unknown key adbo.q")]
    [InlineData("seed { x = 1 }", "dir/x.conf:1: seed is one value and not a section; write seed = value")]
    [InlineData("seed = ${labels}", "dir/x.conf:1: seed is one value and not a section")]
    [InlineData("adbo = 5", "dir/x.conf:1: adbo is a section and not one value; write adbo { key = value }")]
    [InlineData("adbo = ${seed}", "dir/x.conf:1: adbo is a section and not one value")]
    [InlineData("labels = [1]", "dir/x.conf:1: labels is a section and not one value")]
    public void Finds_unknown_keys_however_they_come_in(string file, string expected) =>
        Assert.StartsWith(expected, Hocon.ErrorOf(() => ConfigurationLoader.Load(Sources(file))));

    [Fact]
    public void Accepts_null_for_a_section_and_knows_keys_without_a_default()
    {
        HoconObject tree = ConfigurationLoader.Load(Sources("adbo = none, labels = null, adbo { from-home = x }"));

        Assert.Equal("adbo.from-home = x; labels = null; seed = 1; workers = 4", Hocon.Flatten(tree));
    }

    [Fact]
    public void Reads_includes_of_the_experiment()
    {
        ConfigurationSources sources = Sources("include \"../base.conf\"\nseed = 2");
        Func<string, string?> others = sources.ReadFile;
        sources = sources with { ReadFile = file => file == "base.conf" ? "seed = 5, workers = 5\nsead = 1" : others(file) };

        Assert.Equal("base.conf:2: unknown key sead; the nearest known key is seed", Hocon.ErrorOf(() => ConfigurationLoader.Load(sources)));
    }

    [Fact]
    public void Says_that_the_experiment_is_missing()
    {
        ConfigurationSources sources = new() { Reference = Reference, ExperimentFile = "no/such.conf" };

        Assert.Equal("no/such.conf: there is no such file", Hocon.ErrorOf(() => ConfigurationLoader.Load(sources)));
    }

    [Theory]
    [InlineData("seed", "--set: expected =, : or { after the key seed, found the end")]
    [InlineData("seed=", "--set: seed: expected a value, found the end")]
    [InlineData("include \"x.conf\"", "--set: \"x.conf\" cannot be included here")]
    public void Says_what_is_wrong_with_a_setting(string setting, string expected) =>
        Assert.StartsWith(expected, Hocon.ErrorOf(() => ConfigurationLoader.Load(Sources("") with { Settings = [setting] })));

    [Theory]
    [InlineData("ACTORFED_CONF_", "", "ACTORFED_CONF_: names no key")]
    [InlineData("ACTORFED_CONF__seed", "1", "ACTORFED_CONF__seed: names no key")]
    [InlineData("ACTORFED_CONF___seed", "1", "ACTORFED_CONF___seed: unknown key -seed")]
    [InlineData("ACTORFED_CONF_seed_", "1", "ACTORFED_CONF_seed_: names no key")]
    [InlineData("ACTORFED_CONF_a____b", "1", "ACTORFED_CONF_a____b: more than three underscores in a row")]
    [InlineData("ACTORFED_CONF_seed", "[1", "ACTORFED_CONF_seed: the [ of ACTORFED_CONF_seed is not closed")]
    public void Says_what_is_wrong_with_a_variable(string name, string value, string expected)
    {
        ConfigurationSources sources = Sources("") with { Environment = new Dictionary<string, string> { [name] = value } };

        Assert.StartsWith(expected, Hocon.ErrorOf(() => ConfigurationLoader.Load(sources)));
    }

    [Theory]
    [InlineData("amqp://guest@host:5672/#x", "\"amqp://guest@host:5672/#x\"")]
    [InlineData("", "\"\"")]
    [InlineData("null", "null")]
    [InlineData("[1, ${workers}]", "[1, 4]")]
    public void Takes_the_text_of_a_variable_as_it_stands(string value, string expected)
    {
        ConfigurationSources sources = Sources("") with { Environment = new Dictionary<string, string> { ["ACTORFED_CONF_seed"] = value } };

        Assert.Equal(expected, ConfigurationLoader.Load(sources).Find("seed")!.Value.ToString());
    }

    [Fact]
    public void Describes_every_key_of_a_reference()
    {
        IReadOnlyList<ReferenceKey> keys = ConfigurationLoader.DescribeKeys(Reference);

        Assert.Equal(
            [
                new ReferenceKey("seed", "The seed.\nA whole number.", "1", At(3)),
                new ReferenceKey("workers", "", "4", At(5)),
                new ReferenceKey("labels", "", "{}", At(7)),
                new ReferenceKey("adbo.step-lower", "Step of y.", "0.02", At(12)),
                new ReferenceKey("adbo.step-upper", "Step of y.", "0.02", At(12)),
                new ReferenceKey("adbo.from-home", "Where it starts.", "undefined", At(15)),
                new ReferenceKey("adbo.list_of", "", "[1, 2]", At(16)),
            ],
            keys);
    }

    [Fact]
    public void Describes_every_key_of_the_programs_own_reference()
    {
        IReadOnlyList<ReferenceKey> keys = ConfigurationLoader.DescribeKeys(ConfigurationSources.ReadReference());

        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.True(key.Documentation.Length > 0, $"{key.Origin}: {key.Path} has no comment above it"));
    }

    [Fact]
    public void Reads_the_disk_and_names_files_that_are_no_text()
    {
        string folder = Directory.CreateTempSubdirectory("actorfed-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "good.conf"), "seed = 7");
            File.WriteAllBytes(Path.Combine(folder, "bad.conf"), [0x61, 0xFF, 0xFE]);
            ConfigurationSources good = ConfigurationSources.OfThisMachine(Path.Combine(folder, "good.conf"), ["workers = 8"]);

            Assert.Equal("seed = 7", good.ReadFile(good.ExperimentFile!));
            Assert.Equal("workers = 8", Assert.Single(good.Settings));
            Assert.Null(good.ReadFile(Path.Combine(folder, "no.conf")));
            Assert.Contains("bad.conf: the file is not UTF-8", Hocon.ErrorOf(() => good.ReadFile(Path.Combine(folder, "bad.conf"))));
            Assert.Contains("the file cannot be read", Hocon.ErrorOf(() => good.ReadFile(folder)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ConfigurationSources Sources(string experiment) => new()
    {
        Reference = Reference,
        ExperimentFile = "dir/x.conf",
        ReadFile = file => file == "dir/x.conf" ? experiment : null,
    };

    private static Origin At(int line) => new(ConfigurationSources.ReferenceFile, line);
}
