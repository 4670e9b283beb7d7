using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace Peers.Crawler.Tests;

public class GraphMLExportTests
{
    /// <summary>The core of GraphML's structure (graphml.graphdrawing.org/specification), with what makes a graph of it: edges between nodes that are there.</summary>
    private const string Schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:g="http://graphml.graphdrawing.org/xmlns"
                   targetNamespace="http://graphml.graphdrawing.org/xmlns" elementFormDefault="qualified">
          <xs:simpleType name="kind"><xs:restriction base="xs:NMTOKEN"><xs:enumeration value="node"/><xs:enumeration value="edge"/><xs:enumeration value="graph"/><xs:enumeration value="all"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="type"><xs:restriction base="xs:NMTOKEN"><xs:enumeration value="boolean"/><xs:enumeration value="int"/><xs:enumeration value="long"/><xs:enumeration value="float"/><xs:enumeration value="double"/><xs:enumeration value="string"/></xs:restriction></xs:simpleType>
          <xs:complexType name="data"><xs:simpleContent><xs:extension base="xs:string"><xs:attribute name="key" type="xs:NMTOKEN" use="required"/></xs:extension></xs:simpleContent></xs:complexType>
          <xs:element name="graphml">
            <xs:complexType><xs:sequence>
              <xs:element name="key" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
                <xs:attribute name="id" type="xs:NMTOKEN" use="required"/><xs:attribute name="for" type="kind"/>
                <xs:attribute name="attr.name" type="xs:string"/><xs:attribute name="attr.type" type="type"/></xs:complexType></xs:element>
              <xs:element name="graph" maxOccurs="unbounded"><xs:complexType><xs:sequence>
                <xs:element name="node" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence><xs:element name="data" type="data" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
                  <xs:attribute name="id" type="xs:NMTOKEN" use="required"/></xs:complexType></xs:element>
                <xs:element name="edge" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence><xs:element name="data" type="data" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
                  <xs:attribute name="source" type="xs:NMTOKEN" use="required"/><xs:attribute name="target" type="xs:NMTOKEN" use="required"/></xs:complexType></xs:element>
                </xs:sequence>
                <xs:attribute name="id" type="xs:NMTOKEN"/><xs:attribute name="edgedefault" use="required"><xs:simpleType><xs:restriction base="xs:NMTOKEN"><xs:enumeration value="directed"/><xs:enumeration value="undirected"/></xs:restriction></xs:simpleType></xs:attribute></xs:complexType>
                <xs:key name="nodes"><xs:selector xpath="g:node"/><xs:field xpath="@id"/></xs:key>
                <xs:keyref name="sources" refer="nodes"><xs:selector xpath="g:edge"/><xs:field xpath="@source"/></xs:keyref>
                <xs:keyref name="targets" refer="nodes"><xs:selector xpath="g:edge"/><xs:field xpath="@target"/></xs:keyref>
              </xs:element>
            </xs:sequence></xs:complexType>
            <xs:key name="keys"><xs:selector xpath="g:key"/><xs:field xpath="@id"/></xs:key>
            <xs:keyref name="datakeys" refer="keys"><xs:selector xpath=".//g:data"/><xs:field xpath="@key"/></xs:keyref>
          </xs:element>
        </xs:schema>
        """;

    private static readonly XNamespace Names = "http://graphml.graphdrawing.org/xmlns";

    [Fact(DisplayName = "The graph is valid GraphML: nodes with what they are, an edge from each who told to each whom it told of")]
    public async Task The_graph_is_valid()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        var graph = Validated(await HostileCrawl.TextAsync(store, CrawlExportFormat.GraphML));
        var count = HostileCrawl.UserAgents.Count;

        Assert.Equal((count + 1, count * (count - 1)), (graph.Descendants(Names + "node").Count(), graph.Descendants(Names + "edge").Count()));
        Assert.Equal(
            HostileCrawl.UserAgents.Select(agent => agent.ToString()).Order(StringComparer.Ordinal),
            graph.Descendants(Names + "data").Where(data => (string?)data.Attribute("key") == "user_agent").Select(data => data.Value).Order(StringComparer.Ordinal));
        var edge = graph.Descendants(Names + "edge").First();
        Assert.Equal(2, edge.Elements(Names + "data").Count());
        Assert.Contains(graph.Descendants(Names + "data"), data => data.Value == "-1");
    }

    [Fact(DisplayName = "The same snapshot gives the same graph, and a truncated one is a graph, too")]
    public async Task The_graph_is_the_same_again()
    {
        await using var one = await HostileCrawl.CrawlAsync();
        await using var two = await HostileCrawl.CrawlAsync();
        await using var truncating = new TruncatingReader(one, [9]);

        Assert.Equal(await HostileCrawl.ExportAsync(one, CrawlExportFormat.GraphML), await HostileCrawl.ExportAsync(two, CrawlExportFormat.GraphML));
        Validated(await HostileCrawl.TextAsync(truncating, CrawlExportFormat.GraphML));
    }

    [Theory(DisplayName = "A crawl of no nodes and one of one node is a graph")]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Small_crawls_are_graphs(int nodes)
    {
        await using var store = await HostileCrawl.SmallAsync(nodes);

        Assert.Equal(nodes, Validated(await HostileCrawl.TextAsync(store, CrawlExportFormat.GraphML)).Descendants(Names + "node").Count());
    }

    private static XDocument Validated(string text)
    {
        var schemas = new XmlSchemaSet();
        using var schema = XmlReader.Create(new StringReader(Schema));
        schemas.Add(null, schema);
        var document = XDocument.Parse(text, LoadOptions.PreserveWhitespace);
        document.Validate(schemas, (_, fault) => Assert.Fail(fault.Message));
        Assert.Equal(Names + "graphml", document.Root!.Name);
        return document;
    }
}
