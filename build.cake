using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

// The build: dotnet tool restore && dotnet cake [--target=Test] [--configuration=Release] [--minimum-coverage=90]

var target = Argument("target", "Default");
var configuration = Argument("configuration", "Release");
var minimumCoverage = Argument("minimum-coverage", 90.0);

var solution = "Peers.sln";
var artifacts = Directory("artifacts");
var testArtifacts = artifacts + Directory("tests");
var packageArtifacts = artifacts + Directory("packages");
var closingLineFile = testArtifacts + File("closing-line.txt");

var packages = new[] { "Peers.Wire", "Peers", "Peers.Node", "Peers.Hosting", "Peers.Dashboard", "Peers.Serilog", "Peers.TestKit", "Peers.Crawler", "Peers.Cli" };

// Programs beside the test projects: tasks of their own run them.
var programs = new[] { "Peers.Benchmarks", "Peers.Fuzz", "Peers.Soak" };

// What must be covered by tests. Actors are shells around these, and are shown by specs and simulations instead of by figures.
var coveredAreas = new (string Name, string[] Folders)[]
{
    ("Peers.Wire", ["src/Peers.Wire/"]),
    ("the pure parts of Peers", ["src/Peers/Core/", "src/Peers/Configuration/"]),
};

string closingLine = null;

#load "tests/Peers.Benchmarks/bench.cake"
#load "tests/Peers.Fuzz/fuzz.cake"
#load "tests/Peers.Soak/soak.cake"

Task("Clean")
    .Description("Removes everything that was built. No other task needs it: builds are incremental.")
    .Does(() =>
    {
        CleanDirectory(artifacts);
        foreach (var project in GetFiles("src/*/*.csproj") + GetFiles("tests/*/*.csproj") + GetFiles("docs/samples/*/*.csproj"))
        {
            CleanDirectory(project.GetDirectory().Combine("bin"));
            CleanDirectory(project.GetDirectory().Combine("obj"));
        }
    });

Task("Restore")
    .Does(() => DotNetRestore(solution));

Task("Build")
    .IsDependentOn("Restore")
    .Does(() => DotNetBuild(solution, new DotNetBuildSettings { Configuration = configuration, NoRestore = true }));

Task("Test")
    .Description("Runs every test project, then says what failed, what was skipped and what is covered.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        CleanDirectory(testArtifacts);

        var runs = GetFiles("tests/*/*.csproj")
            .Where(project => !programs.Contains(project.GetFilenameWithoutExtension().ToString()))
            .OrderBy(project => project.FullPath, StringComparer.Ordinal)
            .Select(RunTests)
            .ToList();

        closingLine = ClosingLine(runs);
        System.IO.File.WriteAllText(MakeAbsolute(closingLineFile).FullPath, closingLine + "\n");

        PrintRuns(runs);
        var complaints = runs.Where(run => run.Failed.Count > 0).Select(run => $"{run.Failed.Count} failed in {run.Project}")
            .Concat(CheckCoverage())
            .ToList();
        if (complaints.Count > 0)
            throw new CakeException(string.Join("; ", complaints) + ".");
    });

Task("Pack")
    .Description("Makes the packages and their symbols.")
    .IsDependentOn("Restore")
    .Does(() =>
    {
        CleanDirectory(packageArtifacts);
        foreach (var package in packages)
            DotNetPack($"src/{package}/{package}.csproj", new DotNetPackSettings
            {
                Configuration = configuration,
                NoRestore = true,
                OutputDirectory = packageArtifacts,
            });

        var complaints = packages.SelectMany(CheckPackage).ToList();
        foreach (var file in GetFiles($"{packageArtifacts}/*").OrderBy(file => file.FullPath, StringComparer.Ordinal))
            Console.WriteLine("{0,10:N0} bytes  {1}", FileSize(file), MakeAbsolute(Directory(".")).GetRelativePath(file));
        if (complaints.Count > 0)
            throw new CakeException(string.Join("; ", complaints) + ".");
    });

Task("Install")
    .Description("Installs every package from a folder into empty projects, as a user does, and compiles and runs the README's program against them.")
    .IsDependentOn("Pack")
    .Does(InstallPackages);

Task("Docs")
    .Description("Writes a reference of every public type, as Markdown, from the assemblies and the comments of the source.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        var folder = MakeAbsolute(artifacts + Directory("reference"));
        CleanDirectory(folder);
        var settings = new DotNetTestSettings
        {
            Configuration = configuration,
            NoBuild = true,
            Filter = "FullyQualifiedName~ReferenceTests",
            EnvironmentVariables = new Dictionary<string, string> { ["PEERS_REFERENCE"] = folder.FullPath },
        };
        DotNetTest("tests/Peers.Api.Tests/Peers.Api.Tests.csproj", settings);
        Console.WriteLine("{0:N0} pages, from artifacts/reference/README.md on", GetFiles($"{folder}/**/*.md").Count);
    });

Task("Default")
    .IsDependentOn("Test");

// Cake ends with a table of its own, or with its error. The closing line has to come after both: machines read the last line.
try
{
    RunTarget(target);
}
catch (Exception exception) when (closingLine != null)
{
    Error(exception.GetBaseException().Message);
    Console.WriteLine(closingLine);
    Environment.Exit(1);
}

if (closingLine != null)
    Console.WriteLine(closingLine);

// ---- Tests (figures go to the console as they are: Cake's log paints every number)

// Above this many, failures of one project are named without their messages; they are in its results.trx.
const int ExplainedFailures = 20;

record NotPassed(string Name, string Why);

record TestRun(string Project, int Passed, IReadOnlyList<NotPassed> Failed, IReadOnlyList<NotPassed> Skipped, TimeSpan Took);

TestRun RunTests(FilePath project)
{
    var name = project.GetFilenameWithoutExtension().ToString();
    var results = testArtifacts + Directory(name);
    var watch = System.Diagnostics.Stopwatch.StartNew();

    var exitCode = StartProcess("dotnet", new ProcessSettings
    {
        Arguments = new ProcessArgumentBuilder()
            .Append("test").AppendQuoted(project.FullPath)
            .Append("--configuration").Append(configuration)
            .Append("--no-build --no-restore --nologo --verbosity quiet")
            .Append("--results-directory").AppendQuoted(MakeAbsolute(results).FullPath)
            .Append("--logger").AppendQuoted("trx;LogFileName=results.trx")
            .Append("--settings").AppendQuoted("tests/coverage.runsettings")
            // A test that hangs is named and fails; it does not eat the time of the others.
            .Append("--blame-hang-timeout 10m --blame-hang-dump-type none"),
    });

    // Each file of results counts: a project may be run for more than one framework one day.
    var documents = GetFiles($"{results}/*.trx").Select(file => XDocument.Load(file.FullPath)).ToList();
    var outcomes = documents.SelectMany(document => Named(document, "UnitTestResult")).ToList();
    var failed = NotPassedAs(outcome => outcome is not ("Passed" or "NotExecuted"));

    // A runner that crashed, hung or could not start leaves no failed test behind, and has failed all the same.
    if (exitCode != 0 && failed.Count == 0)
    {
        var unfinished = GetFiles($"{results}/**/Sequence_*.xml").SelectMany(file => XDocument.Load(file.FullPath).Descendants("Test"))
            .Where(test => (string)test.Attribute("Completed") == "False").Select(test => (string)test.Attribute("Name")).Distinct();
        failed.Add(new NotPassed($"the run of {name} itself", $"exit code {exitCode}; running at its end: {string.Join(", ", unfinished)}"));
    }

    return new TestRun(
        name,
        outcomes.Count(result => Outcome(result) == "Passed"),
        failed,
        NotPassedAs(outcome => outcome == "NotExecuted"),
        watch.Elapsed);

    List<NotPassed> NotPassedAs(Func<string, bool> isWanted) =>
        outcomes.Where(result => isWanted(Outcome(result)))
            .Select(result => new NotPassed((string)result.Attribute("testName"), Why(result)))
            .OrderBy(test => test.Name, StringComparer.Ordinal)
            .ToList();

    static IEnumerable<XElement> Named(XContainer container, string name) =>
        container.Descendants().Where(element => element.Name.LocalName == name);

    static string Outcome(XElement result) => (string)result.Attribute("outcome");

    // The reason of a skipped test, or the message of a failed one and the first places of its stack.
    static string Why(XElement result)
    {
        var message = Named(result, "Message").Concat(Named(result, "StdOut")).Select(element => element.Value.Trim()).FirstOrDefault() ?? "no reason given";
        var stack = Named(result, "StackTrace").SelectMany(element => element.Value.Trim().Split('\n')).Select(line => line.Trim()).Take(6);
        return string.Join("\n", message.Split('\n').Take(40).Concat(stack));
    }
}

string ClosingLine(IReadOnlyCollection<TestRun> runs)
{
    var skipped = runs.Sum(run => run.Skipped.Count);
    return $"{runs.Sum(run => run.Passed)} passed, {runs.Sum(run => run.Failed.Count)} failed" + (skipped > 0 ? $", {skipped} skipped" : "");
}

void PrintRuns(IReadOnlyCollection<TestRun> runs)
{
    Console.WriteLine();
    foreach (var run in runs)
    {
        foreach (var (test, index) in run.Failed.Select((test, index) => (test, index)))
        {
            Console.WriteLine("Failed in {0}: {1}", run.Project, test.Name);
            if (index < ExplainedFailures)
                Console.WriteLine("    {0}\n", test.Why.Replace("\n", "\n    "));
        }
    }

    foreach (var skipped in runs.SelectMany(run => run.Skipped.GroupBy(test => (run.Project, test.Why))))
    {
        Console.WriteLine("Skipped in {0}, {1}:", skipped.Key.Project, skipped.Key.Why);
        foreach (var test in skipped)
            Console.WriteLine("    {0}", test.Name);
        Console.WriteLine();
    }

    foreach (var run in runs)
        Console.WriteLine(
            "{0,-22} {1,6} passed {2,4} failed {3,4} skipped  {4,7:0.0} s",
            run.Project, run.Passed, run.Failed.Count, run.Skipped.Count, run.Took.TotalSeconds);
}

// ---- Coverage: a line that any project's tests ran is covered

IReadOnlyList<string> CheckCoverage()
{
    var hits = new Dictionary<(string File, int Line), bool>();
    foreach (var report in GetFiles($"{testArtifacts}/**/coverage.cobertura.xml"))
        ReadCoverage(XDocument.Load(report.FullPath), hits);

    Console.WriteLine();
    var complaints = new List<string>();
    foreach (var (name, folders) in coveredAreas)
    {
        var lines = hits.Where(hit => folders.Any(folder => hit.Key.File.StartsWith(folder, StringComparison.Ordinal))).ToList();
        if (lines.Count == 0)
        {
            // Not an area without code but one without figures would pass unseen.
            var code = folders.Where(folder => System.IO.Directory.Exists(folder)).SelectMany(folder => GetFiles($"{folder}**/*.cs"));
            if (code.Any(file => !file.FullPath.Contains("/obj/")))
                complaints.Add($"no coverage was measured of {name}");
            Console.WriteLine("Line coverage of {0}: nothing was measured", name);
            continue;
        }

        var coverage = Percent(lines);
        Console.WriteLine("Line coverage of {0}: {1:0.0} % of {2} lines", name, coverage, lines.Count);
        if (coverage >= minimumCoverage)
            continue;

        complaints.Add($"line coverage of {name} is {coverage:0.0} %, under {minimumCoverage} %");
        foreach (var file in lines.GroupBy(line => line.Key.File).OrderByDescending(file => file.Count(line => !line.Value)).Take(10))
            Console.WriteLine("  {0,5:0.0} % {1} ({2} lines not covered)", Percent(file), file.Key, file.Count(line => !line.Value));
    }

    return complaints;

    static double Percent(IEnumerable<KeyValuePair<(string File, int Line), bool>> lines) => 100.0 * lines.Average(line => line.Value ? 1 : 0);
}

void ReadCoverage(XDocument report, Dictionary<(string File, int Line), bool> hits)
{
    var root = MakeAbsolute(Directory(".")).FullPath + "/";
    var sources = report.Descendants("source").Select(source => source.Value).DefaultIfEmpty("").ToList();
    foreach (var type in report.Descendants("class"))
    {
        var path = (string)type.Attribute("filename");
        var file = sources.Select(source => System.IO.Path.GetFullPath(System.IO.Path.Combine(source, path)).Replace('\\', '/'))
            .FirstOrDefault(System.IO.File.Exists);
        if (file is null || !file.StartsWith(root, StringComparison.Ordinal))
            continue;

        foreach (var line in type.Elements("lines").Elements("line"))
        {
            var key = (file[root.Length..], (int)line.Attribute("number"));
            hits[key] = hits.GetValueOrDefault(key) || (long)line.Attribute("hits") > 0;
        }
    }
}

// ---- Packages as a user gets them: nothing of the repository is near, and no cache of the machine knows them

void InstallPackages()
{
    var folder = System.IO.Directory.CreateTempSubdirectory("peers-install-").FullName;
    try
    {
        var feed = MakeAbsolute(packageArtifacts).FullPath;
        var version = XDocument.Load("Directory.Build.props").Descendants("VersionPrefix").Single().Value;
        string Write(string path, string text)
        {
            var file = System.IO.Path.Combine(folder, path);
            System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file));
            System.IO.File.WriteAllText(file, text);
            return file;
        }

        void DotNet(params string[] arguments)
        {
            var start = new ProcessSettings { WorkingDirectory = folder, Arguments = new ProcessArgumentBuilder() };
            foreach (var argument in arguments)
                start.Arguments.AppendQuoted(argument);
            start.EnvironmentVariables = new Dictionary<string, string> { ["NUGET_PACKAGES"] = System.IO.Path.Combine(folder, "cache") };
            if (StartProcess("dotnet", start) is not 0 and var code)
                throw new CakeException($"dotnet {string.Join(' ', arguments)}: exit code {code}");
        }

        // Only this feed may give what is ours: another one may have packages of these names.
        var sources = DefaultSources();
        Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="peers" value="{feed}" />
                {string.Join("\n    ", sources.Select(source => $"<add key=\"{source.Name}\" value=\"{source.Url}\" />"))}
              </packageSources>
              <packageSourceMapping>
                <packageSource key="peers"><package pattern="Peers" /><package pattern="Peers.*" /></packageSource>
                {string.Join("\n    ", sources.Select(source => $"<packageSource key=\"{source.Name}\"><package pattern=\"*\" /></packageSource>"))}
              </packageSourceMapping>
            </configuration>
            """);

        // The libraries: the README's program, and a line of each of the others.
        var libraries = packages.Where(package => package != "Peers.Cli").ToList();
        Write("app/app.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                {string.Join("\n    ", libraries.Select(package => $"<PackageReference Include=\"{package}\" Version=\"{version}\" />"))}
              </ItemGroup>
            </Project>
            """);
        foreach (var file in GetFiles("docs/samples/Embedding/*.cs"))
            Write($"app/{file.GetFilename()}", System.IO.File.ReadAllText(file.FullPath));
        DotNet("build", "app", "--configuration", "Release", "--nologo", "--verbosity", "quiet");

        foreach (var package in libraries)
            if (!System.IO.File.Exists(System.IO.Path.Combine(folder, "app/bin/Release/net10.0", package + ".dll")))
                throw new CakeException($"{package} is not among what was built");

        // The tool: installed, and asked for its demo. And the program, against a node of the tool's.
        DotNet("tool", "install", "Peers.Cli", "--tool-path", "tools", "--version", version);
        var tool = System.IO.Path.Combine(folder, "tools", IsRunningOnWindows() ? "peers.exe" : "peers");
        if (StartProcess(tool, new ProcessSettings { Arguments = "demo" }) is not 0 and var failure)
            throw new CakeException($"peers demo: exit code {failure}");

        using var node = StartAndReturnProcess(tool, new ProcessSettings { Arguments = "listen 127.0.0.1:0 --network signet --for 60s", RedirectStandardOutput = true });
        var listening = node.GetStandardOutput().First(line => line.StartsWith("listening on", StringComparison.Ordinal)).Split(' ')[2];
        DotNet("app/bin/Release/net10.0/app.dll", listening[..listening.LastIndexOf(':')], listening[(listening.LastIndexOf(':') + 1)..]);
        node.Kill();
        Console.WriteLine("Installed from a folder into empty projects: {0} libraries and the tool {1}; the README's program compiles and runs.", libraries.Count, version);
    }
    finally
    {
        System.IO.Directory.Delete(folder, recursive: true);
    }
}

// What this machine restores from: a mirror, or nuget.org.
IReadOnlyList<(string Name, string Url)> DefaultSources()
{
    StartProcess("dotnet", new ProcessSettings { Arguments = "nuget list source --format Short", RedirectStandardOutput = true }, out var lines);
    return lines.Where(line => line.StartsWith("E ", StringComparison.Ordinal)).Select((line, index) => ($"source{index}", line[2..].Trim())).ToList();
}

// ---- Packages: what a user of them relies on, and what no compiler checks

IEnumerable<string> CheckPackage(string package)
{
    var packed = GetFiles($"{packageArtifacts}/{package}.*.nupkg").Where(file => IsPackage(file, package)).ToList();
    var symbols = GetFiles($"{packageArtifacts}/{package}.*.snupkg").Where(file => IsPackage(file, package)).ToList();
    if (packed.Count != 1 || symbols.Count != 1)
        return [$"{package}: expected one .nupkg and one .snupkg, found {packed.Count} and {symbols.Count}"];

    var complaints = new List<string>();
    using var archive = ZipFile.OpenRead(packed[0].FullPath);
    var metadata = XDocument.Load(archive.GetEntry($"{package}.nuspec").Open()).Root.Elements().First();
    string Value(string name) => (string)metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name);
    var repository = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "repository");

    if (Value("license") != "MIT") complaints.Add($"{package}: no licence MIT");
    if (string.IsNullOrWhiteSpace(Value("description"))) complaints.Add($"{package}: no description");
    if (Value("readme") != "README.md" || archive.GetEntry("README.md") is null) complaints.Add($"{package}: no README.md");

    var url = (string)repository?.Attribute("url");
    var commit = (string)repository?.Attribute("commit");
    if (url is null || commit is null)
        return [.. complaints, $"{package}: no repository with its commit"];

    using var symbolArchive = ZipFile.OpenRead(symbols[0].FullPath);
    var databases = symbolArchive.Entries.Where(entry => entry.FullName.EndsWith(".pdb", StringComparison.Ordinal)).ToList();
    if (databases.Count == 0)
        complaints.Add($"{package}: no .pdb among the symbols");

    // The map from source files to the repository lies in a portable .pdb as plain text.
    foreach (var database in databases.Where(entry => entry.Name.StartsWith("Peers", StringComparison.OrdinalIgnoreCase)))
    {
        using var content = new System.IO.MemoryStream();
        using (var stream = database.Open())
            stream.CopyTo(content);
        if (!Encoding.Latin1.GetString(content.ToArray()).Contains($"{url}/raw/{commit}/*", StringComparison.Ordinal))
            complaints.Add($"{package}: {database.Name} does not say where its sources are");
    }

    return complaints;

    // "Peers.*" is also the beginning of every other package's name.
    static bool IsPackage(FilePath file, string package) => char.IsAsciiDigit(file.GetFilename().ToString()[package.Length + 1]);
}
