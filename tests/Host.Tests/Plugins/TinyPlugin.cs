using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using ActorFed.Host.Tests.Data;

namespace ActorFed.Host.Tests.Plugins;

/// <summary>Writes plug-ins of a few hundred bytes: a public class for each base, with nothing but a constructor.</summary>
internal static class TinyPlugin
{
    /// <summary>Writes <c>NAME.dll</c>, version 1.2.3.4, and returns its path.</summary>
    public static string Write(TemporaryFolder folder, string name, params Type[] bases) => Write(folder, name, null, bases);

    /// <summary>Writes a plug-in that says it was built against <paramref name="reference"/>.</summary>
    public static string WriteAgainst(TemporaryFolder folder, string name, AssemblyName reference) => Write(folder, name, reference);

    private static string Write(TemporaryFolder folder, string name, AssemblyName? reference, params Type[] bases)
    {
        PersistedAssemblyBuilder assembly = new(new AssemblyName(name) { Version = new Version(1, 2, 3, 4) }, typeof(object).Assembly);
        ModuleBuilder module = assembly.DefineDynamicModule(name);
        foreach (Type parent in bases)
        {
            TypeBuilder type = module.DefineType($"Tiny.{parent.Name}", TypeAttributes.Public | TypeAttributes.Class, parent);
            type.DefineDefaultConstructor(MethodAttributes.Public);
            type.CreateType();
        }

        MetadataBuilder metadata = assembly.GenerateMetadata(out BlobBuilder code, out _);
        if (reference is not null)
        {
            metadata.AddAssemblyReference(metadata.GetOrAddString(reference.Name!), reference.Version!, default, default, default, default);
        }

        BlobBuilder file = new();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), code).Serialize(file);
        return folder.Write($"{name}.dll", file.ToArray());
    }
}
