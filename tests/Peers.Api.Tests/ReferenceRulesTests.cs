using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Peers.Api.Tests;

/// <summary>Who may reference whom: the rules that keep the layers apart, read from the built assemblies and from the sources.</summary>
public sealed partial class ReferenceRulesTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>For each assembly of the product what it may reference; a name that ends with a dot stands for all that begin with it.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Peers.Wire"] = ["System."],
        ["Peers"] = ["System.", "Akka", "Peers.Wire"],
        ["Peers.Hosting"] = ["System.", "Akka", "Akka.DependencyInjection", "Akka.Hosting", "Microsoft.Extensions.", "Peers", "Peers.Wire"],
        ["Peers.Serilog"] = ["System.", "Akka", "Serilog"],
        ["Peers.Node"] = ["System.", "DnsClient", "Microsoft.Data.Sqlite", "SQLitePCLRaw.", "Peers", "Peers.Wire"],
        ["Peers.Dashboard"] = ["System.", "Akka", "Microsoft.AspNetCore", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "Microsoft.Net.Http.Headers", "Peers", "Peers.Wire", "Peers.Hosting"],
        ["Peers.TestKit"] = ["System.", "Akka", "Akka.TestKit", "Akka.TestKit.Xunit2", "xunit.", "Peers", "Peers.Wire"],
        ["Peers.Crawler"] =
        [
            "System.", "Akka", "Akka.", "Google.Protobuf", "Microsoft.Data.Sqlite", "Microsoft.Extensions.", "SQLitePCLRaw.", "Npgsql", "Parquet", "Parquet.Net",
            "Peers", "Peers.Wire",
        ],
        ["Peers.Cli"] =
        [
            "System.", "Akka", "Serilog", "Serilog.Sinks.", "Spectre.", "Microsoft.Data.Sqlite", "Prometheus.", "prometheus-net", "Peers", "Peers.Wire",
            "Peers.Serilog", "Peers.TestKit", "Peers.Crawler", "Peers.Dashboard", "Peers.Hosting", "Microsoft.AspNetCore", "Microsoft.AspNetCore.", "Microsoft.Extensions.",
        ],
    };

    private static readonly HashSet<Type> MutableCollections =
    [
        typeof(List<>), typeof(Dictionary<,>), typeof(HashSet<>), typeof(Queue<>), typeof(Stack<>), typeof(LinkedList<>),
        typeof(SortedDictionary<,>), typeof(SortedList<,>), typeof(SortedSet<>), typeof(PriorityQueue<,>),
        typeof(ICollection<>), typeof(IList<>), typeof(IDictionary<,>), typeof(ISet<>),
    ];

    public static TheoryData<string> Assemblies => [.. Allowed.Keys];

    public static TheoryData<string> Libraries => ["Peers.Wire", "Peers"];

    [Fact(DisplayName = "Every project of the product says here what it may reference")]
    public void Every_project_has_a_rule() =>
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Repository.Files("src", "*.csproj").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory(DisplayName = "An assembly references what its rule allows, and nothing else")]
    [MemberData(nameof(Assemblies))]
    public void An_assembly_references_what_it_may(string name) =>
        Violations.None(
            Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!).Where(reference => !IsAllowed(name, reference)),
            $"{name} must not reference");

    // The compiler leaves unused references out of an assembly, but packages carry those of the project.
    [Theory(DisplayName = "A project references what its rule allows, and nothing else")]
    [MemberData(nameof(Assemblies))]
    public void A_project_references_what_it_may(string name)
    {
        var project = XDocument.Parse(Repository.Read($"src/{name}/{name}.csproj"));
        var packages = project.Descendants("PackageReference")
            .Where(reference => (string?)reference.Attribute("PrivateAssets") != "all")
            .Select(reference => (string)reference.Attribute("Include")!);
        var projects = project.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));

        Violations.None(packages.Concat(projects).Where(reference => !IsAllowed(name, reference)), $"{name}.csproj must not reference");
    }

    // Two use the protocol; the third stands at its other end, so that the two cannot tell a stream from a socket.
    [Fact(DisplayName = "Only the actors of sockets and the network mention Akka.IO")]
    public void Only_the_actors_of_sockets_mention_Akka_IO() =>
        Violations.None(
            Repository.Mentions("src/Peers", AkkaIO(), file =>
                file.StartsWith("src/Peers/Network/", StringComparison.Ordinal) || ActorOf(file) is "TcpConnectionActor" or "TcpListenerActor" or "StreamSocketActor"),
            "Akka.IO is for src/Peers/Network, TcpConnectionActor, TcpListenerActor and StreamSocketActor alone");

    [Fact(DisplayName = "Nothing that clusters or remotes is mentioned outside the crawler")]
    public void The_engine_knows_no_cluster() => Violations.None(
            Repository.Mentions("src", Cluster(), file => file.StartsWith("src/Peers.Crawler/", StringComparison.Ordinal)),
            "Only the crawler clusters and remotes");

    [Fact(DisplayName = "Core mentions neither Akka nor a clock: time is passed in")]
    public void Core_is_pure() =>
        Violations.None(Repository.Mentions("src/Peers/Core", AkkaOrClock()), "Core knows Peers.Wire alone");

    [Fact(DisplayName = "No actor is looked up by its path, and none reaches for its parent")]
    public void References_are_given() =>
        Violations.None(Repository.Mentions("src/Peers", SelectionOrParent()), "A child knows the references that its Props gave it");

    // The facade's tasks are the one bridge between awaiting users and actors.
    [Fact(DisplayName = "Only the facade asks")]
    public void Only_the_facade_asks() =>
        Violations.None(
            Repository.Mentions("src/Peers", Ask(), file => file is "src/Peers/PeerEngine.cs" or "src/Peers/PeerEngine.Keeping.cs" or "src/Peers/PeerExtensions.cs" or "src/Peers/Facade/ConnectedPeer.cs"),
            "Actors tell; replies carry ReplyTo");

    [Fact(DisplayName = "Only actors use an actor's context")]
    public void Only_actors_use_a_context() =>
        Violations.None(
            Repository.Mentions("src/Peers", ActorContext(), file => ActorOf(file).EndsWith("Actor", StringComparison.Ordinal)),
            "Context is for actors");

    /// <summary>The class that a file holds, or a part of: <c>PeerActor.Routing.cs</c> is of <c>PeerActor</c>.</summary>
    private static string ActorOf(string file) => Path.GetFileName(file).Split('.')[0];

    [Fact(DisplayName = "Nothing is async void")]
    public void Nothing_is_async_void() => Violations.None(Repository.Mentions("src", AsyncVoid()), "Nobody can await it");

    [Fact(DisplayName = "No actor has an async body: its state is touched in OnReceive only")]
    public void Actors_are_not_async() =>
        Violations.None(
            Repository.Mentions("src/Peers", Async(), file => !file.EndsWith("Actor.cs", StringComparison.Ordinal)),
            "Results of tasks come back by PipeTo");

    [Theory(DisplayName = "No public member has Akka's ByteString in its signature")]
    [MemberData(nameof(Libraries))]
    public void No_public_member_shows_a_ByteString(string name) =>
        Violations.None(
            from type in Assembly.Load(name).GetExportedTypes()
            from member in type.GetMembers(Declared)
            where IsVisible(member) && SignatureOf(member).SelectMany(Parts).Any(part => part.FullName == "Akka.IO.ByteString")
            select $"{type.FullName}.{member.Name}",
            "ByteString stays within the actors of sockets");

    [Theory(DisplayName = "There is no static state")]
    [MemberData(nameof(Libraries))]
    public void There_is_no_static_state(string name) =>
        Violations.None(
            from type in Assembly.Load(name).GetTypes()
            where !IsGenerated(type)
            from field in type.GetFields(Declared)
            where field.IsStatic && !field.IsLiteral && (!field.IsInitOnly || IsMutable(field.FieldType))
            select $"{type.FullName}.{field.Name} ({field.FieldType.Name})",
            "Two engines in one process share nothing; use a frozen, immutable or read-only type");

    private static bool IsAllowed(string assembly, string reference) =>
        Allowed[assembly].Any(allowed => allowed.EndsWith('.') ? reference.StartsWith(allowed, StringComparison.Ordinal) : reference == allowed);

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        EventInfo @event => IsVisible(@event.AddMethod!),
        _ => false,
    };

    private static IEnumerable<Type> SignatureOf(MemberInfo member) => member switch
    {
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType)],
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        EventInfo @event => [@event.EventHandlerType!],
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : [type, .. type.GetGenericArguments().Where(_ => !type.IsGenericTypeDefinition).SelectMany(Parts)];

    // What the compiler, source generators and the measuring of coverage keep in static fields (lambdas, tables, patterns, hits) is theirs.
    private static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute))
        || type.Name.StartsWith('<') || type.Namespace?.StartsWith("Coverlet.", StringComparison.Ordinal) == true
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static bool IsMutable(Type type) =>
        type.IsArray
        || (type.IsGenericType && MutableCollections.Contains(type.GetGenericTypeDefinition()))
        || type.Namespace == "System.Collections.Concurrent"
        || (type.Namespace == "System.Collections" && type.IsAssignableTo(typeof(IEnumerable)));

    [GeneratedRegex(@"\bAkka\.IO\b|\bTcp\.\w")]
    private static partial Regex AkkaIO();

    [GeneratedRegex(@"\bAkka\.(Cluster|Remote|Remoting)\b")]
    private static partial Regex Cluster();

    [GeneratedRegex(@"\bAkka\b|\bTimeProvider\b|\bIActorRef\b|\bIScheduler\b")]
    private static partial Regex AkkaOrClock();

    [GeneratedRegex(@"\bActorSelection\b|\bContext\.Parent\b")]
    private static partial Regex SelectionOrParent();

    [GeneratedRegex(@"\.Ask\s*[<(]|\bAsk<")]
    private static partial Regex Ask();

    [GeneratedRegex(@"\bContext\.")]
    private static partial Regex ActorContext();

    [GeneratedRegex(@"\basync\s+void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"\basync\b")]
    private static partial Regex Async();
}
