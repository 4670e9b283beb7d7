using System.Reflection;

namespace Peers.Api.Tests;

/// <summary>What the compiler calls a member in its file of comments (C# specification, annex D).</summary>
internal static class DocumentationId
{
    public static string Of(Type type) => $"T:{FullName(type)}";

    public static string Of(MemberInfo member) => member switch
    {
        Type type => Of(type),
        ConstructorInfo constructor => $"M:{FullName(member.DeclaringType!)}.#ctor{Parameters(constructor.GetParameters())}",
        MethodInfo method => $"M:{FullName(member.DeclaringType!)}.{method.Name}{(method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "")}"
            + $"{Parameters(method.GetParameters())}{(method.Name is "op_Implicit" or "op_Explicit" ? $"~{Argument(method.ReturnType)}" : "")}",
        PropertyInfo property => $"P:{FullName(member.DeclaringType!)}.{property.Name}{Parameters(property.GetIndexParameters())}",
        FieldInfo => $"F:{FullName(member.DeclaringType!)}.{member.Name}",
        EventInfo => $"E:{FullName(member.DeclaringType!)}.{member.Name}",
        _ => throw new ArgumentException($"{member} is no documented kind of member", nameof(member)),
    };

    private static string FullName(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(parameter => Argument(parameter.ParameterType)))})";

    private static string Argument(Type type)
    {
        if (type.IsByRef)
        {
            return Argument(type.GetElementType()!) + "@";
        }

        if (type.IsArray)
        {
            return Argument(type.GetElementType()!) + (type.GetArrayRank() == 1 ? "[]" : $"[{string.Join(',', Enumerable.Repeat("0:", type.GetArrayRank()))}]");
        }

        if (type.IsGenericParameter)
        {
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        }

        if (!type.IsGenericType)
        {
            return type.FullName!.Replace('+', '.');
        }

        // The arguments stand behind the part of the name that they belong to: Answer{T}.Value.
        var arguments = new Queue<Type>(type.GetGenericArguments());
        var name = type.GetGenericTypeDefinition().FullName!;
        return string.Join('.', name.Split('+').Select(part =>
            part.Split('`') is [var plain, var count]
                ? $"{plain}{{{string.Join(',', Enumerable.Range(0, int.Parse(count, null)).Select(_ => Argument(arguments.Dequeue())))}}}"
                : part));
    }
}
