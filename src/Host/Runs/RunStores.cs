using ActorFed.Actors;
using ActorFed.Cluster.Postgres;
using ActorFed.Host.Configuration;
using ActorFed.Host.Experiments;
using ActorFed.Host.Plugins;

namespace ActorFed.Host.Runs;

/// <summary>Opens run stores, with the credentials that they need.</summary>
/// <param name="environment">Looks up an environment variable.</param>
/// <param name="file">A file with the sections of <see cref="MachineOptions"/>; null: experiment and environment have them.</param>
internal sealed class RunStores(Func<string, string?> environment, string? file = null)
{
    /// <summary>Where the database's password may stand.</summary>
    public const string PasswordVariable = "ACTORFED_STORE_PASSWORD";

    /// <summary>Opens the store for a new run.</summary>
    /// <param name="experiment">What runs.</param>
    /// <param name="settings">Keys set anew.</param>
    /// <exception cref="RunStoreException">It cannot be used; nothing was started.</exception>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public IRunStore OpenFor(Experiment experiment, IEnumerable<string> settings) => Open(MachineFor(experiment, settings).Store, experiment.Options.Run.Folder);

    /// <summary>What the file says of machine and cluster, or, where there is none, the experiment.</summary>
    /// <param name="experiment">What runs.</param>
    /// <param name="settings">Keys set anew.</param>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public MachineOptions MachineFor(Experiment experiment, IEnumerable<string> settings) =>
        file is null ? experiment.Machine : MachineForResumed(experiment, settings);

    /// <summary>What the file and the environment say of machine and cluster, for a run that goes on, whose plan does not.</summary>
    /// <inheritdoc cref="MachineFor"/>
    public MachineOptions MachineForResumed(Experiment experiment, IEnumerable<string> settings) =>
        MachineOptions.OfThisMachine(file, settings, experiment.Catalogue);

    /// <summary>Opens the store to look for earlier runs.</summary>
    /// <param name="settings">Keys set anew.</param>
    /// <param name="catalogue">What else may stand among the settings.</param>
    /// <exception cref="RunStoreException">It cannot be used.</exception>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public IRunStore Open(IEnumerable<string> settings, Catalogue catalogue) => Open(MachineOptions.OfThisMachine(file, settings, catalogue).Store, folder: null);

    private IRunStore Open(StoreOptions options, string? folder)
    {
        if (options.Kind == StoreKind.Folder)
        {
            return new FolderRunStore(folder);
        }

        return folder is null
            ? PostgresRunStore.Connect(
                options.Postgres, Secrets.Read(options.Postgres.PasswordFile, "store.postgres.password-file", PasswordVariable, environment))
            : throw new RunStoreException(
                $"run.folder is '{folder}', and the run is kept in a database (store.kind = postgres). Leave run.folder out, or set store.kind = folder.");
    }
}
