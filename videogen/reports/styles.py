"""How a report looks: on light and dark screens, on a phone and on A4 paper."""

# The product's own colours. Their light side is what paper shows too.
_LIGHT = """
  --ink: #1e2328; --soft: #5f6467; --line: #d9d4c8; --paper: #ffffff; --sunk: #f6f4ee;
  --accent: #24546b; --pass: #1f6f49; --fail: #a93a26; --wait: #7a5c0c; --other: #7d776a;
  --pass-bg: #e8f2ec; --fail-bg: #f9e9e5; --wait-bg: #f7f0da; --limit: #c25a45;
"""
_DARK = """
  --ink: #e7e5df; --soft: #a3a6a6; --line: #363c42; --paper: #15191c; --sunk: #1f2428;
  --accent: #8dbbd3; --pass: #74c9a0; --fail: #f0937f; --wait: #e0c069; --other: #aaa496;
  --pass-bg: #1b2f27; --fail-bg: #38211d; --wait-bg: #332b16; --limit: #e08a76;
"""
THEME = (
    f":root {{ color-scheme: light dark; {_LIGHT} }}"
    f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_DARK} }} }}"
)
FONTS = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Thai", '
    '"Leelawadee UI", Thonburi, Tahoma, sans-serif'
)
LAYOUT = f"""
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 {FONTS};
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }}
main {{ max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }}
h1 {{ font-size: 1.5rem; line-height: 1.3; margin: 0 0 1rem; }}
h2 {{ font-size: 1.375rem; line-height: 1.3; margin: 0 0 .25rem; }}
h3 {{ font-size: 1rem; margin: 1.75rem 0 .5rem; }}
p {{ margin: .5rem 0; }} a {{ color: var(--accent); }}
.eyebrow, .question, .small, .note, small, figcaption {{ color: var(--soft); }}
.eyebrow, .small, .note, figcaption {{ font-size: .875rem; }}
.eyebrow {{ margin: 0; font-weight: 600; }} .question {{ margin: 0 0 .75rem; }}
.banner {{ position: sticky; top: 0; z-index: 1; background: var(--wait-bg); text-align: center; }}
.mark {{ color: var(--wait); font-size: .875rem; font-weight: 600; margin: .25rem 0; }}
.banner .mark {{ margin: 0; padding: .375rem 1rem; }}
.verdict {{ border-left: 4px solid currentColor; padding: .25rem 0 .25rem 1rem; }}
.verdict.pass {{ color: var(--pass); }} .verdict.fail {{ color: var(--fail); }}
.verdict.wait {{ color: var(--wait); }}
.verdict .word {{ font-size: 2.25rem; font-weight: 700; line-height: 1.2; margin: 0; }}
.verdict .say {{ color: var(--ink); font-size: 1.125rem; margin: .25rem 0; }}
dl {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(10rem, 100%), 1fr));
  gap: .75rem 1.25rem; margin: 1.25rem 0; }}
dt {{ font-size: .8125rem; color: var(--soft); }} dd {{ margin: 0; }}
nav {{ margin: 2rem 0; padding: 1rem 1.25rem; background: var(--sunk); border-radius: .5rem; }}
nav h2 {{ font-size: 1rem; }} nav ol {{ margin: .25rem 0 0; padding: 0; list-style: none; }}
.part {{ margin-top: 3rem; padding-top: 1.25rem; border-top: 2px solid var(--line); }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; min-width: 36rem;
  font-size: .875rem; line-height: 1.45; }}
th, td {{ text-align: left; vertical-align: top; padding: .4375rem .75rem .4375rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: normal; white-space: pre-line; }}
td.wide {{ overflow-wrap: anywhere; }}
thead th {{ font-weight: 600; color: var(--soft); vertical-align: bottom; }}
tbody th {{ font-weight: 600; }} .num {{ text-align: right; }} .wide {{ min-width: 16rem; }}
small {{ display: block; font-size: .8125rem; font-weight: 400; }}
.num small {{ white-space: nowrap; }}
.chip {{ display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-weight: 600;
  white-space: nowrap; }}
.chip.pass {{ color: var(--pass); background: var(--pass-bg); }}
.chip.fail {{ color: var(--fail); background: var(--fail-bg); }}
.chip.wait {{ color: var(--wait); background: var(--wait-bg); }}
ul {{ padding-left: 1.25rem; }} li {{ margin: .25rem 0; }}
figure {{ margin: .5rem 0 1rem; }} figure svg {{ display: block; width: 100%; min-width: 30rem;
  max-width: 44rem; height: auto; }}
@media screen and (max-width: 40rem) {{
  .stack table {{ min-width: 0; }} .stack thead {{ display: none; }}
  .stack table, .stack tbody, .stack tr, .stack tbody th {{ display: block; }}
  .stack tr {{ padding: .5rem 0; border-bottom: 1px solid var(--line); }}
  .stack tbody th, .stack td {{ border: 0; padding: .125rem 0; text-align: left; }}
  .stack td {{ display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .75rem;
    min-width: 0; }}
  .stack td:has(> div:empty) {{ display: none; }}
  .stack td::before {{ content: attr(data-head); color: var(--soft); font-size: .8125rem; }}
}}
footer {{ margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line);
  color: var(--soft); font-size: .875rem; }}
"""


def chart_rules(**colour: str) -> str:
    """Rules for the classes that charts.py uses."""
    shares = {1: 12, 2: 26, 3: 45, 4: 82, 5: 100}
    scores = "".join(
        f".s{score} {{ fill: {colour['accent']}; fill-opacity: {share / 100}; }}"
        for score, share in shares.items()
    )
    return f"""
svg text {{ font-size: 13px; fill: {colour["ink"]}; }}
svg .soft {{ fill: {colour["soft"]}; }} svg .strong {{ font-weight: 700; }}
svg text.candidate {{ fill: {colour["accent"]}; }} svg text.baseline {{ fill: {colour["ink"]}; }}
svg .grid {{ stroke: {colour["line"]}; stroke-width: 1; }}
svg .limit {{ stroke: {colour["limit"]}; stroke-width: 1.5; stroke-dasharray: 2 4; }}
svg .error {{ stroke-width: 1.5; }} svg line.ink {{ stroke: {colour["ink"]}; }}
svg line.candidate {{ stroke: {colour["accent"]}; }}
svg line.baseline {{ stroke: {colour["other"]}; }}
svg .bubble {{ fill-opacity: .3; stroke-width: 2; }}
svg .bubble.candidate, svg .bar.candidate {{ fill: {colour["accent"]}; }}
svg .bubble.baseline {{ fill: none; }}
svg .bar.baseline {{ fill: {colour["other"]}; fill-opacity: .3; stroke: {colour["other"]}; }}
svg .unknown {{ fill: none; stroke-width: 2; }}
svg circle.candidate {{ stroke: {colour["accent"]}; }}
svg circle.baseline {{ stroke: {colour["other"]}; }}
svg .curve {{ fill: none; stroke-width: 2.5; }}
svg .curve.candidate {{ stroke: {colour["accent"]}; }}
svg .curve.baseline {{ stroke: {colour["other"]}; stroke-dasharray: 8 4; }}
svg .on-dark {{ fill: {colour["paper"]}; }}
{scores}"""


_NAMES = ("ink", "soft", "line", "paper", "accent", "other", "limit")
CHART = chart_rules(**{name: f"var(--{name})" for name in _NAMES})
# Typst reads neither variables nor the page's rules: each picture carries the paper's colours.
PAPER_CHART = (
    chart_rules(
        ink="#1e2328", soft="#5f6467", line="#d9d4c8", paper="#ffffff", accent="#24546b",
        other="#7d776a", limit="#c25a45",
    ).replace("svg ", "")
    + 'text { font-family: "Noto Sans Thai", "DejaVu Sans Mono"; }'
)  # fmt: skip
PRINT = """
@page { size: A4; margin: 18mm 16mm; }
@media print {
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  .banner { position: static; } nav { display: none; }
  .part { break-before: page; border-top: 0; } .scroll { overflow: visible; }
  tr, figure, .verdict { break-inside: avoid; } h2, h3 { break-after: avoid; }
  table { font-size: 8.5pt; min-width: 0; } .wide { min-width: 0; } figure svg { min-width: 0; }
}
"""
