// ---- Fuzzing: dotnet cake --target=Fuzz [--minutes=N] [--fuzz-target=NAME]
// Minutes are for all targets together; they share them equally. Everything is below artifacts/fuzz.

var fuzzMinutes = Argument("minutes", 2.0);
var fuzzTarget = Argument("fuzz-target", "");
var fuzzFolder = artifacts + Directory("fuzz");

Task("Fuzz")
    .Description("Fuzzes the doors through which foreign bytes come in, with afl-fuzz; fails when it finds something.")
    .Does(() =>
    {
        if (Context.Tools.Resolve("afl-fuzz") is null && !System.IO.File.Exists("/usr/bin/afl-fuzz"))
            throw new CakeException("afl-fuzz is missing: install it, on Debian by 'apt-get install afl++'.");
        if (fuzzMinutes <= 0)
            throw new CakeException($"--minutes={fuzzMinutes}: expected more than 0.");

        var plain = MakeAbsolute(fuzzFolder + Directory("plain"));
        CleanDirectory(plain);
        DotNetPublish("tests/Peers.Fuzz/Peers.Fuzz.csproj", new DotNetPublishSettings { Configuration = configuration, OutputDirectory = plain });

        var all = Lines("dotnet", $"\"{plain}/Peers.Fuzz.dll\" --list").Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1..]);
        if (fuzzTarget.Length > 0 && !all.ContainsKey(fuzzTarget))
            throw new CakeException($"--fuzz-target={fuzzTarget}: expected one of {string.Join(", ", all.Keys)}.");
        var chosen = all.Where(target => fuzzTarget.Length == 0 || target.Key == fuzzTarget).ToList();

        var runs = chosen.Select(target => FuzzTarget(plain, target.Key, target.Value, fuzzMinutes * 60 / chosen.Count)).ToList();

        Console.WriteLine();
        Console.WriteLine("{0,-14} {1,7} {2,11} {3,8} {4,15} {5,7} {6,7} {7,7} {8,5}", "target", "s", "executions", "a second", "edges", "density", "inputs", "stable", "finds");
        foreach (var run in runs)
            Console.WriteLine(
                "{0,-14} {1,7} {2,11:N0} {3,8} {4,15} {5,7} {6,7} {7,7} {8,5}", run.Name, run.Of("run_time"), long.Parse(run.Of("execs_done")), run.Of("execs_per_sec"),
                $"{run.Of("edges_found")}/{run.Of("total_edges")}", run.Of("bitmap_cvg"), run.Of("corpus_count"), run.Of("stability"), run.Finds.Count);
        foreach (var find in runs.SelectMany(run => run.Finds.Select(find => $"dotnet run -c Release --project tests/Peers.Fuzz -- {run.Name} {find}")))
            Console.WriteLine("Find; repeat it with: {0}", find);
        if (runs.Sum(run => run.Finds.Count) is var finds && finds > 0)
            throw new CakeException($"{finds} find{(finds == 1 ? "" : "s")}. Fix it, and keep its input in tests/Peers.Fuzz/Finds/<target>.");
    });

record FuzzRun(string Name, IReadOnlyDictionary<string, string> Stats, IReadOnlyList<string> Finds)
{
    public string Of(string name) => Stats.TryGetValue(name, out var value) ? value : throw new CakeException($"afl-fuzz does not say {name}");
}

FuzzRun FuzzTarget(DirectoryPath plain, string name, string[] instrumented, double seconds)
{
    var folder = MakeAbsolute(fuzzFolder + Directory(name));
    CleanDirectory(folder);
    // Of its own, twice: a run of another target may begin before this one is over.
    CopyDirectory(plain, folder.Combine("bin"));
    CopyDirectory(plain, folder.Combine("plain"));
    plain = folder.Combine("plain");
    foreach (var words in instrumented.Select(assembly => assembly.Split(':')))
        Lines("dotnet", $"sharpfuzz \"{folder}/bin/{words[0]}\" {string.Join(' ', words[1..])}");
    System.IO.File.WriteAllLines($"{folder}/words.dict", Lines("dotnet", $"\"{plain}/Peers.Fuzz.dll\" {name} --dictionary"));

    Console.WriteLine("{0}: {1:0} s …", name, seconds);
    var watch = System.Diagnostics.Stopwatch.StartNew();
    var exitCode = StartProcess("afl-fuzz", new ProcessSettings
    {
        // A run has its own limit of a second; the fuzzer's is for one that never ends, on a machine that is busy.
        Arguments = $"-V {seconds:0} -t 20000 -m none -i tests/Peers.Fuzz/Corpus/{name} -o \"{folder}/out\" -x \"{folder}/words.dict\" -- dotnet \"{folder}/bin/Peers.Fuzz.dll\" {name} --afl",
        EnvironmentVariables = new Dictionary<string, string>
        {
            ["AFL_SKIP_BIN_CHECK"] = "1", // A managed program has no instrumentation that the fuzzer could see beforehand.
            ["AFL_SKIP_CPUFREQ"] = "1",
            ["AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"] = "1",
            ["AFL_NO_AFFINITY"] = "1",
            ["AFL_NO_UI"] = "1",
            ["AFL_FORKSRV_INIT_TMOUT"] = "120000",
            ["DOTNET_TieredPGO"] = "0",
        },
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    }, out var output, out var errors);
    var log = output.Concat(errors).ToList();
    System.IO.File.WriteAllLines($"{folder}/afl-fuzz.log", log);
    var stats = new FilePath($"{folder}/out/default/fuzzer_stats");
    if (exitCode != 0 || !FileExists(stats))
        throw new CakeException($"afl-fuzz could not run {name} (exit code {exitCode}); the end of {folder}/afl-fuzz.log:\n{string.Join('\n', log.TakeLast(15))}");

    // What repeats without the fuzzer is a find; a busy machine may make runs late that are not.
    var finds = new List<string>();
    foreach (var file in GetFiles($"{folder}/out/default/crashes/id*") + GetFiles($"{folder}/out/default/hangs/id*"))
    {
        if (Replays(plain, name, file))
            Console.WriteLine("{0}: {1} is no find without the fuzzer", name, file.GetFilename());
        else
            finds.Add(file.FullPath);
    }

    var figures = System.IO.File.ReadLines(stats.FullPath).Select(line => line.Split(':', 2)).ToDictionary(line => line[0].Trim(), line => line[1].Trim());
    return new FuzzRun(name, figures, finds);
}

bool Replays(DirectoryPath plain, string name, FilePath input)
{
    var process = StartAndReturnProcess("dotnet", new ProcessSettings
    {
        Arguments = $"\"{plain}/Peers.Fuzz.dll\" {name} \"{input}\"",
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    });
    if (process.WaitForExit(60_000))
        return process.GetExitCode() == 0;
    process.Kill();
    return false;
}

IReadOnlyList<string> Lines(string tool, string arguments)
{
    var exitCode = StartProcess(tool, new ProcessSettings { Arguments = arguments, RedirectStandardOutput = true, RedirectStandardError = true }, out var output, out var errors);
    var lines = output.ToList();
    return exitCode == 0 ? lines : throw new CakeException($"{tool} {arguments}: exit code {exitCode}\n{string.Join('\n', lines.Concat(errors))}");
}
