using System.Reflection;
using System.Text;
using System.Xml.Linq;
using PublicApiGenerator;

namespace Peers.Api.Tests;

/// <summary>A page for each public type of the packages, made from the assemblies and the comments of the source.</summary>
internal sealed class ReferencePages
{
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    private readonly Dictionary<string, string> _pages = []; // By the id of a type.
    private readonly Dictionary<string, XElement> _comments = [];
    private readonly List<(string Package, Type[] Types)> _packages = [];
    private readonly string[] _namespaces;

    public ReferencePages(IReadOnlyList<string> packages)
    {
        _namespaces =
        [
            .. packages.Select(Assembly.Load).SelectMany(assembly => assembly.GetReferencedAssemblies().Select(Assembly.Load).Append(assembly)).Distinct()
                .SelectMany(assembly => assembly.GetExportedTypes().Concat(assembly.GetForwardedTypes())).Select(type => type.Namespace).OfType<string>()
                .Distinct().OrderByDescending(name => name.Length),
        ];
        foreach (var package in packages)
        {
            var assembly = Assembly.Load(package);
            Type[] types = [.. assembly.GetExportedTypes().OrderBy(NameOf, StringComparer.Ordinal)];
            _packages.Add((package, types));
            foreach (var type in types)
            {
                _pages[DocumentationId.Of(type)] = $"{package}/{NameOf(type).Replace('<', '-').Replace(">", "", StringComparison.Ordinal).Replace(", ", "-", StringComparison.Ordinal)}.md";
            }

            foreach (var member in XDocument.Load(Path.Combine(AppContext.BaseDirectory, package + ".xml")).Descendants("member"))
            {
                _comments[member.Attribute("name")!.Value] = member;
            }
        }
    }

    /// <summary>The files by their paths.</summary>
    public IEnumerable<(string Path, string Text)> Make()
    {
        yield return ("README.md", Index());
        foreach (var type in _packages.SelectMany(package => package.Types))
        {
            yield return (_pages[DocumentationId.Of(type)], Page(type));
        }
    }

    private string Index()
    {
        var text = new StringBuilder("# Reference\n\nEvery public type of the packages, made from the comments of the source by `dotnet cake --target=Docs`.\n");
        var comments = new CommentText(id => _pages.GetValueOrDefault(id));
        foreach (var (package, types) in _packages)
        {
            text.Append($"\n## {package}\n\n| type | |\n| --- | --- |\n");
            foreach (var type in types)
            {
                text.Append($"| [`{NameOf(type)}`]({_pages[DocumentationId.Of(type)]}) | {comments.LineOf(Comment(type)?.Element("summary"))} |\n");
            }
        }

        return text.ToString();
    }

    private string Page(Type type)
    {
        var comments = new CommentText(id => (_pages.GetValueOrDefault(id) ?? PageOfMember(id)) is { } page ? "../" + page : null);
        var text = new StringBuilder($"# {NameOf(type).Replace("<", "&lt;", StringComparison.Ordinal)}\n\nOf the package `{type.Assembly.GetName().Name}`, namespace `{type.Namespace}`. [All types](../README.md)\n");
        Say(text, comments, Comment(type));
        if (type.DeclaringType is null)
        {
            text.Append($"\n```csharp\n{Declaration(type)}\n```\n"); // Of one inside another it is a part of that one's.
        }

        foreach (var member in Members(type))
        {
            if (Comment(member) is { } comment && comment.Value != Comment(type)?.Value) // A record's constructor says what the record says.
            {
                text.Append($"\n## {Title(member)}\n");
                Say(text, comments, comment);
            }
        }

        return text.ToString();
    }

    private static void Say(StringBuilder text, CommentText comments, XElement? comment)
    {
        if (comment is null)
        {
            return;
        }

        Paragraph(comment.Element("summary"), "");
        Paragraph(comment.Element("remarks"), "");
        Table("parameter", comment.Elements("typeparam").Concat(comment.Elements("param")), "name");
        Paragraph(comment.Element("value"), "Value: ");
        Paragraph(comment.Element("returns"), "Returns: ");
        Table("thrown", comment.Elements("exception"), "cref");

        void Paragraph(XElement? element, string lead)
        {
            if (comments.Of(element) is { Length: > 0 } said)
            {
                text.Append($"\n{lead}{said}\n");
            }
        }

        void Table(string head, IEnumerable<XElement> rows, string attribute)
        {
            if (rows.Any())
            {
                text.Append($"\n| {head} | |\n| --- | --- |\n");
                foreach (var row in rows)
                {
                    var name = row.Attribute(attribute)!.Value;
                    text.Append($"| `{(attribute == "cref" ? name.Split('.')[^1] : name)}` | {comments.LineOf(row)} |\n");
                }
            }
        }
    }

    /// <summary>As C# has it, without namespaces.</summary>
    private string Declaration(Type type)
    {
        var lines = new[] { type }.GeneratePublicApi(Options).ReplaceLineEndings("\n").Trim().Split('\n');
        lines = [.. lines.Select(line => _namespaces.Aggregate(line, (text, name) => text.Replace(name + ".", "", StringComparison.Ordinal)).Replace(" { }", ";", StringComparison.Ordinal))];
        return lines is [var first, ..] && first.StartsWith("namespace ", StringComparison.Ordinal)
            ? string.Join('\n', lines[2..^1].Select(line => line.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line))
            : string.Join('\n', lines);
    }

    private static IEnumerable<MemberInfo> Members(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(member => member switch
        {
            Type => false, // It has a page of its own.
            MethodInfo method => (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)),
            ConstructorInfo constructor => constructor.IsPublic || constructor.IsFamily,
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => accessor.IsPublic || accessor.IsFamily),
            FieldInfo field => field.IsPublic || field.IsFamily,
            EventInfo happened => happened.AddMethod is { IsPublic: true } or { IsFamily: true },
            _ => false,
        })
        .OrderBy(member => member.MemberType switch { MemberTypes.Field => 0, MemberTypes.Constructor => 1, MemberTypes.Property => 2, MemberTypes.Event => 3, _ => 4 })
        .ThenBy(member => member.Name, StringComparer.Ordinal).ThenBy(DocumentationId.Of, StringComparer.Ordinal);

    private static string Title(MemberInfo member) => member switch
    {
        ConstructorInfo made => $"new {PlainName(made.DeclaringType!)}({Arguments(made)})",
        MethodInfo method => $"{method.Name}({Arguments(method)})",
        _ => member.Name,
    };

    private static string Arguments(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter => parameter.Name));

    /// <summary>The comment of a member; one that says the same as what it implements or overrides is read there.</summary>
    private XElement? Comment(MemberInfo member) =>
        _comments.GetValueOrDefault(DocumentationId.Of(member)) is { } comment && comment.Element("inheritdoc") is null ? comment : null;

    private string? PageOfMember(string id)
    {
        var name = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('(')[0];
        var dot = name.LastIndexOf('.');
        return dot < 0 ? null : _pages.GetValueOrDefault($"T:{name[..dot]}");
    }

    /// <summary>With the types around it, as a user writes it.</summary>
    private static string NameOf(Type type) => type.DeclaringType is { } outer ? $"{NameOf(outer)}.{Own(type, outer)}" : Own(type, null);

    private static string Own(Type type, Type? outer)
    {
        var arguments = type.GetGenericArguments().Skip(outer?.GetGenericArguments().Length ?? 0).Select(argument => argument.Name).ToArray();
        return PlainName(type) + (arguments.Length > 0 ? $"<{string.Join(", ", arguments)}>" : "");
    }

    private static string PlainName(Type type) => type.Name.Split('`')[0];
}
