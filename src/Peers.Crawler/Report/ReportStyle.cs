namespace Peers.Crawler;

/// <summary>How the page looks: light or dark as its reader likes it, narrow or wide, and on paper.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1c2430; --soft: #5a6675; --line: #dfe4ea; --track: #edf0f4;
          --accent: #b45309; --bar: #d97706; --good: #15803d; --bad: #94a3b8; --fault: #b91c1c; }
        @media (prefers-color-scheme: dark) { :root { --page: #11151b; --card: #1a2029; --text: #e6eaf0; --soft: #9aa7b6; --line: #2c3541;
          --track: #262e39; --accent: #fbbf24; --bar: #f59e0b; --good: #4ade80; --bad: #64748b; --fault: #f87171; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif; }
        header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
        header { padding-top: 36px; }
        h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
        h2 { font-size: 20px; line-height: 1.3; margin: 0 0 4px; }
        header p { margin: 0 0 18px; color: var(--soft); }
        a { color: var(--accent); text-decoration: none; }
        a:hover, a:focus { text-decoration: underline; }
        nav { display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 14px 0 18px; font-size: 14px; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 158px), 1fr)); gap: 12px; margin: 0; }
        .tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
        .tiles dt { color: var(--soft); font-size: 13px; }
        .tiles dd { margin: 0; }
        .tiles b { display: block; font-size: 24px; line-height: 1.25; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .tiles span { display: block; color: var(--soft); font-size: 12.5px; line-height: 1.35; }
        section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; margin: 0 0 18px; }
        section p { margin: 0 0 14px; max-width: 76ch; }
        .lead { color: var(--soft); }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 18px 36px; align-items: start; margin: 0 0 20px; }
        .pair:last-child { margin-bottom: 0; }
        .pair > * { min-width: 0; }
        figure { margin: 0; }
        figcaption, caption { text-align: left; font-weight: 600; font-size: 14px; margin: 0; padding: 0 0 8px; }
        svg { display: block; overflow: visible; }
        svg text { fill: var(--text); font-size: 13px; }
        svg .v, .columns text { fill: var(--soft); font-variant-numeric: tabular-nums; }
        .columns text { font-size: 12px; }
        .bar { fill: var(--bar); }
        .bar.good { fill: var(--good); }
        .bar.bad { fill: var(--bad); }
        .bar.fault { fill: var(--fault); }
        .track { fill: var(--track); }
        .axis { stroke: var(--soft); }
        .grid { stroke: var(--line); }
        .scroll { overflow-x: auto; }
        section > .scroll { margin-bottom: 20px; }
        section > :last-child { margin-bottom: 0; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th, td { text-align: left; font-weight: 400; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
        thead th { color: var(--soft); font-size: 13px; border-bottom-color: var(--soft); overflow-wrap: normal; }
        td.n, th.n { text-align: right; padding-right: 0; padding-left: 12px; white-space: nowrap; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
        thead th.n { white-space: normal; }
        tbody tr:last-child > * { border-bottom: 0; }
        .none { color: var(--soft); }
        code { font-family: ui-monospace, "SFMono-Regular", Menlo, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: 0.92em; overflow-wrap: anywhere; }
        footer { color: var(--soft); font-size: 13.5px; padding-top: 6px; padding-bottom: 40px; }
        footer p { max-width: 76ch; margin: 0 0 8px; }
        @media (max-width: 560px) { header, main, footer { padding-left: 12px; padding-right: 12px; } section { padding: 16px 14px; } h1 { font-size: 24px; }
          .tiles { grid-template-columns: 1fr 1fr; gap: 8px; } .tiles b { font-size: 20px; } .tiles div:last-child:nth-child(odd) { grid-column: 1 / -1; } table { font-size: 13px; } }
        @media print { :root { color-scheme: light; --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #ccc; --track: #eee; --accent: #000; --bar: #b45309; --good: #15803d; --bad: #888; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } body { font-size: 11pt; } nav { display: none; } section { border: 0; padding: 0 0 6px; break-inside: auto; }
          .pair, figure, tr, .tiles { break-inside: avoid; } h2, .lead { break-after: avoid; } .scroll { overflow: visible; } }
        """;
}
