"""The look of the Decision page beyond cards and tables, and of every page on paper."""

DECISION = """
.vg-onpaper { display: none; }
.vg-chartlegend { align-items: center; row-gap: .5rem; }
.vg-chartlegend .vg-sizes { gap: .375rem 1rem; flex-wrap: wrap; }
.vg-chartlegend .vg-sizes span { gap: .375rem; } .vg-chartlegend b { font-weight: 600; }
.vg-legend .vg-bubble { aspect-ratio: 1; height: auto; border-radius: 50%;
  border: 1.5px solid var(--vg-soft); }
.vg-legend .vg-shape-candidate { width: .75rem; height: .75rem; border-radius: 50%;
  background: #3f86a859; border: 2px solid #3f86a8; }
.vg-legend .vg-shape-baseline { width: .6875rem; height: .6875rem; transform: rotate(45deg);
  border: 2px solid #8c8676; border-radius: 0; margin: 0 .125rem; }
.vg-card .vg-line span { display: block; }
.vg-matrix .vg-table th, .vg-matrix .vg-table td { padding: .5625rem .5rem; }
.vg-matrix .vg-table tbody th, .vg-matrix .vg-table thead th:first-child { padding-left: .875rem; }
.vg-matrix .vg-table td, .vg-matrix .vg-table tbody th { white-space: normal; }
.vg-matrix .vg-table thead th { min-width: 0; }
.vg-matrix .vg-chip { margin-top: .125rem; }
.vg-matrix .delta { color: var(--vg-ink); font-weight: 500; }
.vg-matrix .claimed { color: var(--vg-wait); } .vg-matrix .published { font-style: normal; }
.vg-matrix .nowrap, .vg-matrix .delta { white-space: nowrap; }
.vg-matrix td .vg-soft { font-size: .8125rem; }
.vg-matrix .vg-table td { min-width: 5.25rem; }
.vg-matrix tr.reference th { box-shadow: inset 3px 0 0 var(--vg-accent); }
.vg-table .vg-fail { color: var(--vg-fail); font-weight: 600; }
@media (max-width: 1080px) {
  .vg-matrix .vg-table tbody th, .vg-matrix .vg-table td { padding: .25rem .875rem; }
  .vg-matrix .vg-table tbody th { padding-top: .625rem; font-size: 1rem; }
  .vg-matrix .vg-chip { margin: 0 0 0 .25rem; }
}
@media (max-width: 640px) {
  .vg-matrix .vg-table td > div { text-align: right; }
  .vg-cards { gap: .625rem; } .vg-card { padding: .625rem .875rem; gap: .125rem; }
  .vg-card .vg-line span { display: inline-block; margin-right: .5rem; }
  .vg-card .vg-needs { padding-top: .375rem; }
  .vg-card .vg-bar { margin-top: 0; }
}
"""

PRINT = """
@media print {
  @page { size: A4; margin: 14mm; }
  .stApp { color-scheme: light !important; background: #fff !important; color: #1e2328 !important;
    position: static !important; }
  .stApp, .stApp .stMain, .stAppViewContainer, .stMain, .stMainBlockContainer, html, body {
    height: auto !important; overflow: visible !important; position: static !important; }
  .stApp .stMainBlockContainer { max-width: none; padding: 0; }
  .stApp [data-testid="stHeader"], .stApp [data-testid="stToolbar"], .st-key-vg_header,
  .stApp .stSelectbox, .stApp .stButton, .stApp .stForm, .stApp .stSegmentedControl,
  .stApp .stButtonGroup, .stApp .stDownloadButton, .stApp [data-testid="stStatusWidget"] {
    display: none !important; }
  .stApp h2, .stApp h3, .stApp p, .stApp li { color: inherit; }
  .stApp h2, .stApp h3 { break-after: avoid; }
  .vg-card, .vg-matrix tr, .vg-table tr, .js-plotly-plot { break-inside: avoid; }
  .vg-cards { grid-template-columns: repeat(2, minmax(0, 1fr)) !important; }
  .vg-scroll { overflow: visible; }
  .vg-stack .vg-table th, .vg-stack .vg-table td, .vg-stack .vg-source, .vg-stack .wrap {
    white-space: normal; min-width: 0; overflow-wrap: break-word; }
  .vg-stack .vg-table th, .vg-stack .vg-table td { padding: .375rem .5rem; }
  .vg a { color: inherit; text-decoration: none; }
  .vg-verdict h1 { font-size: 2rem; }
  .js-plotly-plot .plotly text { fill: #1e2328 !important; }
  .js-plotly-plot .plotly .main-svg { background: none !important; }
  .js-plotly-plot .plotly .bg { fill: none !important; }
  .vg-onpaper { display: block; font-weight: 600; margin: 0 0 .5rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
