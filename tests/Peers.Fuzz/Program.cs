using System.Globalization;
using Peers.Fuzz;
using SharpFuzz;

// Targets of the fuzzers, and the same without a fuzzer:
//   Peers.Fuzz TARGET FILE…          replays inputs (files, or folders of them), one line each; exit code 1 when one is a find
//   Peers.Fuzz TARGET --afl          what afl-fuzz runs (dotnet cake --target=Fuzz)
//   Peers.Fuzz TARGET --dictionary   words for the fuzzer's dictionary
//   Peers.Fuzz --list                the targets, and what of each is instrumented
const string Usage = "usage: Peers.Fuzz TARGET FILE… | TARGET --dictionary | TARGET --afl | --list";

switch (args)
{
    case ["--list"]:
        foreach (var listed in FuzzTarget.All)
            Console.WriteLine("{0} {1}", listed.Name, string.Join(' ', listed.Instrumented));
        return 0;
    case [var name, ..] when FuzzTarget.Named(name) is null:
        Console.Error.WriteLine("there is no target '{0}'; the targets are {1}", name, string.Join(", ", FuzzTarget.All));
        return 2;
    case [var name, "--afl"]:
        Fuzz(FuzzTarget.Named(name)!);
        return 0;
    case [var name, "--dictionary"]:
        foreach (var word in FuzzTarget.Named(name)!.Words)
            Console.WriteLine("\"{0}\"", string.Concat(word.Select(value => string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}"))));
        return 0;
    case [var name, _, ..]:
        return Replay(FuzzTarget.Named(name)!, args[1..]);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

// In a process of its own below the fuzzer's: a stack that overflows, or a run that never ends, ends that one only.
static void Fuzz(FuzzTarget target)
{
    var isWarm = false;
    Fuzzer.OutOfProcess.Run(stream =>
    {
        if (!isWarm)
        {
            Judge.WarmUp(target);
            isWarm = true;
        }

        using var input = new MemoryStream();
        stream.CopyTo(input);
        Judge.Run(target, input.ToArray());
    });
}

static int Replay(FuzzTarget target, IEnumerable<string> paths)
{
    var finds = 0;
    Judge.WarmUp(target);
    foreach (var path in paths.SelectMany(FilesOf))
    {
        if (!File.Exists(path))
        {
            Console.Error.WriteLine("there is no file '{0}'", path);
            return 2;
        }

        var bytes = File.ReadAllBytes(path);
#pragma warning disable CA1031 // Whatever escapes a target is the find.
        try
        {
            // Said before, too: a stack that overflows says nothing afterwards.
            Console.Write("{0}: {1:N0} bytes", path, bytes.Length);
            var expense = Judge.Run(target, bytes);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $", {expense.Allocated / 1024:N0} KiB, {expense.Took.TotalMilliseconds:0.0} ms"));
        }
        catch (Exception find)
        {
            finds++;
            Console.WriteLine(": FIND\n{0}", find);
        }
#pragma warning restore CA1031
    }

    Console.WriteLine("{0} find{1}", finds, finds == 1 ? "" : "s");
    return finds == 0 ? 0 : 1;
}

static IEnumerable<string> FilesOf(string path) =>
    Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [path];
