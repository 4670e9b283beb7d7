using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Peers.TestKit;

namespace Peers.Simulations;

/// <summary>
/// The engine compiled from its sources with every fault of <see cref="Mutant"/> in it, all of them off until one is turned on. It lives beside
/// the real one, in a load context of its own with TestKit and these scenarios loaded anew; Akka and Peers.Wire are shared.
/// </summary>
public sealed class MutantEngine
{
    private readonly Context _context = new(Compile());

    /// <summary>Plays chaos on the engine with that fault on, or with none.</summary>
    /// <returns>The first seed that finds something and the rule that it broke; null for nothing.</returns>
    public (int Seed, string Rule)? Explore(Mutant? mutant, int seeds)
    {
        // Akka finds the scheduler and the dispatchers by the names of their types: it must find those of this context.
        using var _ = _context.EnterContextualReflection();
        TypeOf("Peers", "Peers.Fault").GetField("On")!.SetValue(null, mutant?.Name);
        var search = TypeOf("Peers.Simulations", typeof(ChaosScenario).FullName!).GetMethod(nameof(ChaosScenario.Search))!;
        return ((int, string)?)search.Invoke(null, [seeds]);
    }

    private Type TypeOf(string assembly, string name) => _context.LoadFromAssemblyName(new AssemblyName(assembly)).GetType(name, throwOnError: true)!;

    private static byte[] Compile()
    {
        var root = Root();
        var compilation = CSharpCompilation.Create(
            "Peers", Sources(Path.Combine(root, "src", "Peers")).Append(Parse(Project, "Project")), References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        var settings = new ResourceDescription("peers.conf", () => File.OpenRead(Path.Combine(root, "hocon", "peers.conf")), isPublic: true);
        using var image = new MemoryStream();
        var result = compilation.Emit(image, manifestResources: [settings]);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        return image.ToArray();
    }

    private static IEnumerable<SyntaxTree> Sources(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (!name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal))
                yield return Parse(Mutated(name, File.ReadAllText(path).ReplaceLineEndings("\n")), name);
        }
    }

    private static string Mutated(string name, string text)
    {
        foreach (var mutant in Mutant.All.Where(mutant => mutant.File == name))
        {
            // The engine moves on: a fault that no longer fits must be noticed, not skipped.
            Assert.True(text.Split(mutant.Code).Length == 2, $"src/Peers/{name} must have exactly once: {mutant.Code}");
            text = text.Replace(mutant.Code, mutant.Replacement, StringComparison.Ordinal);
        }

        return text;
    }

    // Preview: the compiler of the SDK may be newer than this one, and then its latest language is this one's preview.
    private static SyntaxTree Parse(string text, string name) => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), name);

    private static IEnumerable<MetadataReference> References() =>
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        let name = Path.GetFileName(path)
        where name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal)
            || name is "Akka.dll" or "Peers.Wire.dll" or "netstandard.dll"
        select MetadataReference.CreateFromFile(path);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Peers.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"There is no Peers.sln above {AppContext.BaseDirectory}.");
    }

    /// <summary>What the project file of the engine says, and which fault is on.</summary>
    private const string Project =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        [assembly: System.Reflection.AssemblyVersion("0.1.0.0")]
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Peers.TestKit")]
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Peers.Simulations")]
        namespace Peers
        {
            public static class Fault
            {
                public static string? On;
            }
        }
        """;

    private sealed class Context(byte[] engine) : AssemblyLoadContext("mutants")
    {
        private static readonly string[] Anew = [typeof(Simulation).Assembly.GetName().Name!, typeof(ChaosScenario).Assembly.GetName().Name!];

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name == "Peers")
                return LoadFromStream(new MemoryStream(engine));
            return Anew.Contains(assemblyName.Name) ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll")) : null;
        }
    }
}
