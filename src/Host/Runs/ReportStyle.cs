namespace ActorFed.Host.Runs;

/// <summary>Style and script of the report, inside the page so that the file stands alone.</summary>
internal static class ReportStyle
{
    /// <summary>
    /// The style. The colours of lines are those of Okabe and Ito, which people with any common colour blindness tell apart;
    /// on a dark page lighter relatives of them.
    /// </summary>
    public const string Css = """
        :root { color-scheme: light dark; --page: #f6f7f8; --card: #ffffff; --ink: #1a1f24; --soft: #5a646e; --line: #e1e5e9;
          --grid: #eceff2; --cell: #f1f3f5; --good: #00755a; --goodback: #e0f3ec; --warn: #8a5a00; --warnback: #fcf1d8;
          --bad: #b3261e; --badback: #fbe7e5;
          --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #e69f00; --c5: #56b4e9; }
        @media (prefers-color-scheme: dark) { :root { --page: #121518; --card: #1a1e22; --ink: #e6e9ec; --soft: #9aa5b0;
          --line: #2b3138; --grid: #262c32; --cell: #23282e; --good: #5fd3ac; --goodback: #12352b; --warn: #f0c060; --warnback: #3a2e10;
          --bad: #ff9d94; --badback: #45201d;
          --c0: #5ab1ee; --c1: #f58a45; --c2: #35c79c; --c3: #e59bc7; --c4: #f0b73a; --c5: #9bd3f7; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 1200px; margin: 0 auto; padding: 40px 24px 64px; }
        header { margin-bottom: 24px; }
        h1 { margin: 0; font-size: 30px; line-height: 1.2; letter-spacing: -0.02em; font-weight: 650; }
        h1 .on { color: var(--soft); font-weight: 400; }
        h2 { margin: 40px 0 4px; font-size: 20px; letter-spacing: -0.01em; font-weight: 620; }
        h3 { margin: 0 0 10px; font-size: 14px; font-weight: 600; }
        p { margin: 0; max-width: 100ch; }
        .note { color: var(--soft); margin-bottom: 14px; }
        .meta { color: var(--soft); margin-top: 6px; font-size: 14px; overflow-wrap: anywhere; }
        .meta span + span::before { content: "·"; margin: 0 8px; }
        .outcome { display: inline-block; margin: 16px 10px 0 0; padding: 2px 12px; border-radius: 999px; font-weight: 600; font-size: 14px; }
        .good { color: var(--good); background: var(--goodback); } .warn { color: var(--warn); background: var(--warnback); }
        .bad { color: var(--bad); background: var(--badback); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(168px, 1fr)); gap: 12px; }
        .tile, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
        .tile { padding: 12px 16px 10px; }
        .tile .name { color: var(--soft); font-size: 13px; }
        .tile .value { font-size: 25px; line-height: 1.3; font-weight: 620; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
        .tile .hint { color: var(--soft); font-size: 12.5px; min-height: 1.5em; }
        .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; margin-top: 12px; }
        @media (max-width: 860px) { .pair { grid-template-columns: 1fr; } main { padding: 24px 12px 48px; } }
        .card { padding: 16px 18px 12px; min-width: 0; position: relative; }
        .wide { margin-top: 12px; overflow-x: auto; }
        .wide .plot { min-width: 760px; }
        .keys { margin: -4px 0 6px; font-size: 12.5px; color: var(--soft); }
        .key { display: inline-flex; align-items: center; gap: 5px; margin-right: 14px; }
        .swatch { width: 14px; height: 3px; border-radius: 2px; display: inline-block; }
        .plot { display: block; width: 100%; height: auto; font-size: 11.5px; font-variant-numeric: tabular-nums; }
        .plot text { fill: var(--soft); } .plot .label { fill: var(--ink); font-size: 12px; } .plot .none { font-size: 13px; }
        .plot .slow { fill: var(--warn); font-weight: 600; } .plot .count { font-size: 10.5px; fill: var(--ink); } .plot .over { fill: var(--card); }
        .grid { stroke: var(--grid); stroke-width: 1; } .axis { stroke: var(--soft); stroke-width: 1; stroke-opacity: 0.55; }
        .empty { fill: none; stroke: var(--line); stroke-dasharray: 4 4; } .cell { fill: var(--cell); }
        .line { fill: none; stroke-width: 1.7; stroke-linejoin: round; stroke-linecap: round; }
        .band { fill-opacity: 0.17; } .level { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 5 4; stroke-opacity: 0.6; }
        .plot .halo { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; fill: var(--ink); }
        .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); } .s3 { stroke: var(--c3); } .s4 { stroke: var(--c4); } .s5 { stroke: var(--c5); }
        .f0 { fill: var(--c0); } .f1 { fill: var(--c1); } .f2 { fill: var(--c2); } .f3 { fill: var(--c3); } .f4 { fill: var(--c4); } .f5 { fill: var(--c5); }
        .b0 { background: var(--c0); } .b1 { background: var(--c1); } .b2 { background: var(--c2); } .b3 { background: var(--c3); } .b4 { background: var(--c4); } .b5 { background: var(--c5); }
        .mark { stroke: var(--card); stroke-width: 1; } .restarted { fill: var(--c1); } .returned { fill: var(--c2); } .asked { fill: var(--c4); }
        .lost { fill: none; stroke: var(--bad); stroke-width: 2.2; } .stopped { fill: var(--ink); }
        .cursor { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; pointer-events: none; }
        .reading { position: absolute; top: 12px; right: 16px; font-size: 12.5px; color: var(--ink); background: var(--card); padding-left: 8px;
          font-variant-numeric: tabular-nums; pointer-events: none; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; }
        td, th { text-align: left; padding: 5px 12px 5px 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
        tr:first-child td, tr:first-child th { border-top: 0; } th { font-weight: 400; color: var(--soft); width: 42%; }
        td { font-variant-numeric: tabular-nums; }
        .figures { width: auto; min-width: 100%; } .figures th, .figures tr:first-child th { width: auto; white-space: nowrap; padding-right: 24px; }
        .figures td { overflow-wrap: normal; padding-right: 24px; } .figures td div { white-space: nowrap; }
        .figures .range, .figures .ratio { color: var(--soft); font-size: 12.5px; } .figures .ratio { color: var(--ink); font-weight: 600; }
        .who { white-space: nowrap; } .who .swatch { margin-right: 8px; vertical-align: middle; }
        pre { margin: 0; font: 12.5px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
        details summary { cursor: pointer; font-weight: 600; font-size: 14px; } details pre { margin-top: 10px; }
        footer { margin-top: 40px; color: var(--soft); font-size: 13px; }
        @media print { body { background: none; } .card, .tile { break-inside: avoid; } }
        """;

    /// <summary>The script: reads out the point nearest to the pointer. It holds no character that XML would need escaped.</summary>
    public const string Script = """
        for (const plot of document.querySelectorAll("svg.plot")) {
          const lines = [...plot.querySelectorAll("path[data-points]")].map(path => ({
            name: path.dataset.name, points: path.dataset.points.split(" ").map(p => p.split(",").map(Number)) }));
          if (lines.length === 0) continue;
          const card = plot.closest(".card");
          const reading = document.createElement("div");
          reading.className = "reading"; reading.hidden = true; card.append(reading);
          const cursor = document.createElementNS(plot.namespaceURI, "line");
          cursor.setAttribute("class", "cursor"); cursor.setAttribute("y1", 30); cursor.setAttribute("y2", 198);
          cursor.style.display = "none"; plot.append(cursor);
          plot.addEventListener("pointermove", event => {
            const box = plot.getBoundingClientRect();
            const x = (event.clientX - box.left) * plot.viewBox.baseVal.width / box.width;
            const nearest = lines.map(line => ({ name: line.name, point: line.points.reduce(
              (best, p) => Math.abs(best[0] - x) > Math.abs(p[0] - x) ? p : best) }));
            cursor.setAttribute("x1", nearest[0].point[0]); cursor.setAttribute("x2", nearest[0].point[0]);
            cursor.style.display = ""; reading.hidden = false;
            reading.textContent = "at " + nearest[0].point[2].toLocaleString("en") + ":  "
              + nearest.map(n => (lines.length > 1 ? n.name + " " : "") + n.point[3]).join(",  ");
          });
          plot.addEventListener("pointerleave", () => { cursor.style.display = "none"; reading.hidden = true; });
        }
        """;
}
