"""The look beyond the theme: tokens for both appearances, the header, cards and tables."""

import streamlit as st

from videogen.ui import icons
from videogen.ui.create_sheet import CREATE
from videogen.ui.decision_sheet import DECISION, PRINT
from videogen.ui.models_sheet import MODELS

# Thai glyphs only: Latin and digits stay with the interface font, so that columns of figures align.
FONT = """
@font-face {
  font-family: "Noto Sans Thai"; src: url("/fonts/NotoSansThai.ttf") format("truetype");
  font-weight: 100 900; font-display: swap; unicode-range: U+0E00-0E7F, U+200B-200D, U+25CC;
}
"""

# Streamlit sets color-scheme on .stApp, which is all that light-dark() needs.
TOKENS = """
.stApp {
  --vg-ink: light-dark(#1e2328, #e7e5df); --vg-soft: light-dark(#666b6e, #a3a6a6);
  --vg-line: light-dark(#e3dfd5, #2f353a); --vg-paper: light-dark(#ffffff, #1a1e22);
  --vg-sunk: light-dark(#f4f2ec, #1f2428); --vg-accent: light-dark(#24546b, #8dbbd3);
  --vg-pass: light-dark(#1f6f49, #74c9a0); --vg-fail: light-dark(#a93a26, #f0937f);
  --vg-wait: light-dark(#7a5c0c, #e0c069); --vg-pass-bg: light-dark(#e8f2ec, #1b2f27);
  --vg-fail-bg: light-dark(#f9e9e5, #38211d); --vg-wait-bg: light-dark(#f7f0da, #332b16);
}
"""

FRAME = """
.stApp .stMainBlockContainer { max-width: 76rem; padding: 4.25rem 1.5rem 5rem; }
.stApp .stMainBlockContainer h1 { padding-top: 0; }
.vg, .vg * { font-variant-numeric: tabular-nums; box-sizing: border-box; }
.vg a { color: var(--vg-accent); text-decoration: none; }
.vg-line a, .vg-sure a, .vg-below a, .vg-task a, .vg-plainlist a,
.vg a:hover, .vg a:focus-visible { text-decoration: underline;
  text-underline-offset: 3px; }
.vg p { margin: 0; }
.vg-soft { color: var(--vg-soft); }
.vg-small { font-size: .8125rem; }
.vg-eyebrow { font-size: .8125rem; font-weight: 600; color: var(--vg-soft); margin: 0 0 .25rem; }
.vg-above { margin-top: .875rem; }
.vg-lead { font-size: 1.0625rem; color: var(--vg-soft); max-width: 44rem; line-height: 1.55; }
.vg .vg-icon { display: inline-block; width: 1em; height: 1em; flex: none; vertical-align: -.125em;
  background: currentColor; mask-repeat: no-repeat;
  mask-position: center; mask-size: contain; }
/* Streamlit says "Press Enter to submit form" in English only. */
.stApp [data-testid="InputInstructions"] { display: none; }
/* Streamlit's own grey is too pale to read on our paper (WCAG asks for 4.5:1). */
.stApp [data-testid="stCaptionContainer"] { opacity: 1; }
.stApp [data-testid="stCaptionContainer"] p { color: var(--vg-soft); }
@media (max-width: 640px) { .stApp .stMainBlockContainer { padding: 4rem 1rem 4rem; } }
"""

HEADER = """
.st-key-vg_header { border-bottom: 1px solid var(--vg-line); padding-bottom: .5rem;
  margin-bottom: 1.25rem; row-gap: .25rem; }
.st-key-vg_quiet { display: none; }
.vg-strip { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.125rem;
  font-size: .8125rem; color: var(--vg-soft); min-height: 2rem; }
.vg-strip a { color: inherit; }
.vg-strip b { font-weight: 600; color: var(--vg-ink); }
.vg-light { display: inline-flex; align-items: center; gap: .4rem; white-space: nowrap; }
.vg-dot { width: .5625rem; height: .5625rem; border-radius: 50%; flex: none; }
.vg-dot-up { background: var(--vg-pass); }
.vg-dot-busy { background: conic-gradient(var(--vg-accent) 0 65%, var(--vg-line) 0); }
.vg-dot-down { background: none; border: 2px solid var(--vg-fail); border-radius: 2px; }
.vg-dot-held { background: linear-gradient(90deg, var(--vg-wait) 0 36%, transparent 36% 64%,
  var(--vg-wait) 64%); border-radius: 1px; }
.vg-dot-unconfigured { background: none; border: 1.5px dashed var(--vg-soft); }
.stApp button[data-variant="segmented_control"][data-selected="true"] {
  color: var(--vg-accent) !important; }  /* pointed at and focused too */
.vg-chip { display: inline-flex; align-items: center; gap: .375rem; padding: .125rem .5rem;
  border-radius: 1rem; font-size: .75rem; font-weight: 600; white-space: nowrap; line-height: 1.5; }
.vg-chip-pass { color: var(--vg-pass); background: var(--vg-pass-bg); }
.vg-chip-fail { color: var(--vg-fail); background: var(--vg-fail-bg); }
.vg-chip-wait { color: var(--vg-wait); background: var(--vg-wait-bg); }
.vg-chip-plain { color: var(--vg-soft); background: var(--vg-sunk); }
.vg-table .vg-sandbox { border-color: transparent; padding-left: 0; }
.vg-sandbox { color: var(--vg-wait); border: 1px dashed currentColor; background: none; }
@media (max-width: 640px) {
  .st-key-vg_header { margin-bottom: .5rem; }
  .vg-strip { gap: .125rem .75rem; }
  .st-key-vg_controls { position: fixed; top: .4375rem; right: .75rem; z-index: 999995;
    width: auto; }
  .st-key-vg_controls .stPopover button > div > div:last-child { display: none; }
  .st-key-vg_controls .stPopover button p { position: absolute; width: 1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap; }
  .vg-wide { display: none; }
}
"""

CARDS = """
.vg-verdict { padding: .5rem 0 .75rem; }
.vg-verdict h1 { display: flex; align-items: center; gap: .75rem; padding: 0; margin: 0 0 .5rem;
  font-size: clamp(2.25rem, 7vw, 3.5rem); font-weight: 680; line-height: 1.1;
  letter-spacing: -.02em; }
.vg-verdict h1:lang(th) { letter-spacing: 0; }
.vg-verdict h1 .vg-icon { width: .8em; height: .8em; }
.vg-verdict-go h1 { color: var(--vg-pass); } .vg-verdict-no_go h1 { color: var(--vg-fail); }
.vg-verdict-not_yet h1 { color: var(--vg-wait); }
.vg-verdict .vg-say { font-size: 1.125rem; line-height: 1.55; max-width: 46rem; }
.vg-verdict .vg-step { display: flex; gap: .5rem; align-items: baseline; max-width: 46rem;
  margin-top: .5rem; line-height: 1.5; }
.vg-step .vg-icon { color: var(--vg-accent); transform: translateY(.1875rem); }
.vg-verdict .vg-sure { margin-top: .5rem; line-height: 1.5; }
.vg-word { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem;
  margin-bottom: .5rem; }
.vg-verdict .vg-word h1 { margin: 0; }
.vg-aside { font-weight: 600; padding: .125rem .75rem; border: 1px dashed currentColor;
  border-radius: 1rem; line-height: 1.5; }
.vg-note { display: flex; gap: .625rem; align-items: baseline; padding: .625rem .875rem;
  border: 1px dashed var(--vg-wait); border-radius: .5rem; font-size: .875rem; line-height: 1.5;
  color: var(--vg-ink); margin: 0 0 .75rem; }
.vg-note .vg-icon { color: var(--vg-wait); transform: translateY(.125rem); }
.vg-note b { color: var(--vg-wait); }
.vg-cards { display: grid; gap: .875rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 560px) { .vg-cards { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (min-width: 1080px) { .vg-cards { grid-template-columns: repeat(4, minmax(0, 1fr)); } }
.vg-card { display: flex; flex-direction: column; gap: .375rem; padding: 1rem 1.125rem;
  background: var(--vg-paper); border: 1px solid var(--vg-line); border-radius: .625rem; }
.vg-card-top { display: flex; justify-content: space-between; align-items: center; gap: .5rem;
  font-size: .875rem; font-weight: 600; }
.vg-card .vg-card-top h2 { font-size: inherit; font-weight: inherit; margin: 0; padding: 0;
  letter-spacing: 0; line-height: 1.5; }
.vg-figure a, .vg-matrix b a { color: inherit; text-decoration: underline dotted 1px;
  text-decoration-color: var(--vg-soft); text-underline-offset: .25em; }
.vg-figure a:hover, .vg-matrix b a:hover { text-decoration-style: solid; }
.vg-figure { font-size: 1.75rem; font-weight: 620; line-height: 1.2; letter-spacing: -.01em; }
.vg-figure small { font-size: .875rem; font-weight: 500; color: var(--vg-soft); letter-spacing: 0; }
.vg-card .vg-line { font-size: .8125rem; color: var(--vg-soft); line-height: 1.5; }
.vg-card .vg-needs { font-size: .8125rem; line-height: 1.5; border-top: 1px solid var(--vg-line);
  padding-top: .5rem; margin-top: auto; }
.vg-needs summary { cursor: pointer; }
.vg-card .vg-needs p { font-size: inherit; line-height: inherit; }
.vg-needs .vg-turn { margin: 0 0 .25rem; }
@media (min-width: 560px) {
  .vg-cards .vg-card { display: grid; grid-template-rows: subgrid; grid-row: span 5; } }
.vg-needs summary { color: var(--vg-soft); }
.vg-needs details p { margin-top: .375rem; color: var(--vg-soft); }
.vg-below { margin-top: .25rem; } .vg-below p + p { margin-top: .25rem; }
.vg-bar { position: relative; height: 2.25rem; margin: .375rem .25rem 0; }
.vg-bar i, .vg-bar b { position: absolute; display: block; top: .625rem; }
.vg-bar .track { left: 0; right: 0; height: 2px; margin-top: -1px; background: var(--vg-line); }
.vg-bar .span { height: 8px; margin-top: -4px; border-radius: 4px; background: currentColor;
  opacity: .3; min-width: 3px; }
.vg-bar .dot { width: 10px; height: 10px; margin: -5px 0 0 -5px; border-radius: 50%;
  background: currentColor; }
.vg-bar .limit { width: 2px; height: 20px; margin: -10px 0 0 -1px; background: var(--vg-ink); }
.vg-bar b { top: 1.375rem; font-size: .75rem; font-weight: 400; color: var(--vg-soft);
  white-space: nowrap; line-height: 1.2; }
.vg-bar b.middle { transform: translateX(-50%); } .vg-bar b.end { transform: translateX(-100%); }
.vg-pass { color: var(--vg-pass); } .vg-fail { color: var(--vg-fail); }
.vg-not_yet { color: var(--vg-wait); } .vg-not_applicable { color: var(--vg-soft); }
.vg-empty { text-align: center; max-width: 34rem; margin: 2.5rem auto 1rem; }
.vg-empty h1 { font-size: clamp(1.75rem, 5vw, 2.375rem); padding: 0; margin: 0 0 .75rem; }
.vg-empty p { color: var(--vg-soft); line-height: 1.6; }
.vg-empty .vg-icon { width: 2.5rem; height: 2.5rem; color: var(--vg-accent);
  margin-bottom: 1rem; }
"""

TABLES = """
.vg-scroll { overflow-x: auto; border: 1px solid var(--vg-line); border-radius: .625rem;
  background: var(--vg-paper); }
.vg-table { width: 100%; border-collapse: collapse; font-size: .875rem; line-height: 1.45;
  margin: 0; color: var(--vg-ink); }
.vg-table th, .vg-table td { border: 0; border-bottom: 1px solid var(--vg-line);
  padding: .5625rem .875rem; text-align: left; vertical-align: top; white-space: nowrap; }
.vg-table tr:last-child td, .vg-table tbody tr:last-child th { border-bottom: 0; }
.vg-table thead th { font-size: .75rem; font-weight: 600; color: var(--vg-soft);
  background: var(--vg-sunk); vertical-align: bottom; white-space: normal; min-width: 5.5rem; }
.vg-table .num { text-align: right; }
.vg-table tbody th { font-weight: 600; position: sticky; left: 0; background: var(--vg-paper); }
.vg-table .sub { display: block; font-size: .75rem; font-weight: 400; color: var(--vg-soft); }
.vg-table .said { font-style: italic; }
.vg-table .wrap { white-space: normal; min-width: 13rem; }
.vg-table tr.baseline th, .vg-table tr.baseline td { background: var(--vg-sunk); }
.vg-thumb { width: 5.5rem; aspect-ratio: 16/9; object-fit: cover; border-radius: .25rem;
  background: var(--vg-sunk); display: block; }
dl.vg-facts { padding: 0; display: grid;
  grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
  gap: .875rem 1.25rem; margin: .25rem 0; }
.vg-facts dt { font-size: .75rem; color: var(--vg-soft); margin: 0 0 .125rem; }
.vg-facts dd { margin: 0; font-weight: 600; line-height: 1.4; overflow-wrap: anywhere; }
.vg-facts dd small { display: block; font-weight: 400; color: var(--vg-soft);
  font-size: .75rem; line-height: 1.4; }
.vg-clip { width: 100%; max-height: 26rem; border-radius: .625rem; background: #000;
  display: block; object-fit: contain; }
.vg-progress { height: .5rem; border-radius: .25rem; background: var(--vg-line); overflow: hidden; }
.vg-progress i { display: block; height: 100%; background: var(--vg-accent); border-radius: inherit;
  transition: width .8s linear; }
.vg-progress-open i { width: 35%; animation: vg-slide 1.8s ease-in-out infinite alternate; }
@keyframes vg-slide { from { margin-left: 0 } to { margin-left: 65% } }
@media (prefers-reduced-motion: reduce) { .vg-progress i { animation: none; transition: none; } }
ol.vg-steps { list-style: none; margin: 0; padding: 0; font-size: .875rem; }
ol.vg-steps li { margin: 0; font-size: inherit; display: grid;
  grid-template-columns: 5rem 1fr; gap: .75rem; padding: .3125rem 0;
  border-left: 2px solid var(--vg-line); padding-left: .875rem; line-height: 1.45; }
.vg-steps time { color: var(--vg-soft); font-size: .8125rem; }
.vg-live p { display: flex; justify-content: space-between; gap: 1rem; margin: 0 0 .375rem; }
.vg-live p:last-child { margin: .375rem 0 0; }
.vg-prompt { font-size: 1.1875rem; line-height: 1.5; max-width: 52rem; margin: .5rem 0 .25rem; }
.vg-removed { margin: 0; padding: .75rem; background: none; border: 1px dashed var(--vg-line);
  display: flex; gap: .75rem; align-items: center; color: var(--vg-soft); font-size: .875rem; }
.vg-noclip { display: grid; place-items: center; aspect-ratio: 16/9; max-height: 20rem; width: 100%;
  border: 1px dashed var(--vg-line); border-radius: .625rem; color: var(--vg-soft); }
.vg-centre { text-align: center; line-height: 1.6; }
.vg-chips { display: flex; flex-wrap: wrap; gap: .375rem; margin-top: .375rem; }
ul.vg-plainlist { margin: 0; padding: 0; list-style: none; }
ul.vg-plainlist li { margin: 0 0 .375rem; padding: 0; line-height: 1.55; font-size: inherit; }
.st-key-panel_reminder [data-testid="stCode"] * { font-family: inherit !important; }
.vg-table details { margin-top: .125rem; }
.vg-table summary { cursor: pointer; color: var(--vg-soft); }
.vg-auto { border: 1px solid var(--vg-line); border-left: 3px solid var(--vg-accent);
  border-radius: .5rem; padding: .75rem 1rem; background: var(--vg-paper); line-height: 1.55; }
.vg-unable { font-size: .8125rem; color: var(--vg-soft); line-height: 1.6; }
.vg-unable > p { font-weight: 600; }
.vg-unable ul { margin: .125rem 0 0; padding: 0; list-style: none; }
.vg-unable li { font-size: inherit; margin: 0; padding: 0; }
.vg-unable b { font-weight: 500; text-decoration: line-through; text-decoration-thickness: 1px; }
.st-key-create_condition [role="radiogroup"] { gap: .5rem; width: 100%; }
.st-key-create_condition .stRadio { width: 100%; }
.st-key-create_condition [role="radiogroup"] > div { width: 100%; padding: .625rem .875rem;
  background: var(--vg-paper); border: 1px solid var(--vg-line); border-radius: .5rem; }
.st-key-create_condition [role="radiogroup"] label { width: 100%; }
.st-key-create_condition [role="radiogroup"] > div[data-selected="true"] {
  border-color: var(--vg-accent); box-shadow: inset 3px 0 0 var(--vg-accent); }
@media (max-width: 640px) {
  .st-key-create_with_run [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"]) {
    flex-direction: column-reverse; }
}
.vg-result { display: grid; gap: .5rem; }
@media (min-width: 1000px) {
  .st-key-create_condition [role="radiogroup"] { display: grid; grid-template-columns: 1fr 1fr; }
}
.vg-campaigns { display: grid; gap: .75rem; }
.vg-campaigns .vg-card-top a { font-weight: 500; }
.vg-source { white-space: normal; min-width: 16rem; }
@media (max-width: 640px) {
  .st-key-freeze_ask > :has([data-testid="stTextInput"]) { flex: 1 1 100%; width: 100%; }
  .vg-stack thead { display: none; }
  .vg-stack .vg-table, .vg-stack tbody, .vg-stack tr { display: block; }
  .vg-stack tr { padding: .5rem 0; border-bottom: 1px solid var(--vg-line); }
  .vg-stack tr:last-child { border-bottom: 0; }
  .vg-stack .vg-table td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr);
    gap: 0 .75rem; border: 0; padding: .125rem .875rem; white-space: normal; text-align: left; }
  .vg-stack td::before { content: attr(data-head); color: var(--vg-soft); font-size: .8125rem; }
  .vg-stack .vg-source { min-width: 0; }
  .vg-rows { border: 0; background: none; }
  .vg-rows thead { display: none; }
  .vg-rows tr { display: flex; flex-wrap: wrap; gap: .125rem .75rem; padding: .75rem 0;
    border-bottom: 1px solid var(--vg-line); align-items: baseline; }
  .vg-rows td { border: 0; padding: 0; }
  .vg-rows td.none { display: none; }
  .vg-rows td:first-child { flex: none; align-self: flex-start; margin-right: .25rem; }
  .vg-rows td.wrap { flex: 1 1 60%; min-width: 0; margin-bottom: .25rem; }
  .vg-rows .sub { display: inline; margin-left: .375rem; }
}
@media (min-width: 641px) and (max-width: 1080px) {
  .vg-rows .vg-table th, .vg-rows .vg-table td { padding: .5rem; }
  .vg-rows .vg-table td.wrap { min-width: 9rem; }
  .vg-rows .vg-table thead th { min-width: 0; }
  .vg-rows .vg-table td:not(.num) { white-space: normal; }
  .vg-rows .vg-thumb { width: 4rem; height: auto; aspect-ratio: 16 / 9; }
  .vg-matrix .vg-table tbody { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
  .vg-matrix .vg-table tr { margin-bottom: 0; }
  .vg-matrix .vg-table tr.baseline { background: var(--vg-sunk); }
}
@media (max-width: 1080px) {
  .vg-matrix { border: 0; background: none; overflow: visible; }
  .vg-matrix thead { display: none; }
  .vg-matrix .vg-table, .vg-matrix tbody, .vg-matrix tr, .vg-matrix .vg-table th,
  .vg-matrix .vg-table td { display: block; width: 100%; }
  .vg-matrix tr { border: 1px solid var(--vg-line); border-radius: .625rem; overflow: hidden;
    background: var(--vg-paper); margin-bottom: .75rem; padding: .25rem 0; }
  .vg-matrix .vg-table th, .vg-matrix .vg-table td { border: 0; padding: .25rem .875rem; }
  .vg-matrix .vg-table td { display: flex; justify-content: space-between; gap: 1rem; }
  .vg-matrix td::before { content: attr(data-head); color: var(--vg-soft); font-size: .8125rem;
    text-align: left; white-space: normal; flex: none; width: 6.5rem; }
  /* Side by side while the line holds them; what others said keeps a line of its own. */
  .vg-matrix td > div { display: flex; flex-wrap: wrap; justify-content: flex-end;
    align-items: baseline; gap: 0 .625rem; min-width: 0; }
  .vg-matrix td .said { flex: 1 0 100%; white-space: normal; }
}
.vg-grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr));
  gap: .875rem; }
.vg-replays { display: grid; gap: .875rem;
  grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); }
.vg-grid figure, .vg-replays figure { margin: 0; } .vg-grid img { width: 100%; }
.vg-grid figcaption, .vg-replays figcaption { font-size: .8125rem; line-height: 1.4;
  padding-top: .375rem; }
"""

CAMPAIGNS = """
.vg-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.vg-gap { margin-top: 1rem; }
ul.vg-proves { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem;
  font-size: .875rem; line-height: 1.5; }
.vg-proves li { display: grid; grid-template-columns: 1.125rem 1fr; gap: .625rem; margin: 0;
  font-size: inherit; }
.vg-proves .vg-icon { transform: translateY(.125rem); }
.vg-head h1 { display: inline; padding: 0; margin-right: .375rem; }
.vg-head .vg-lead { margin-top: .5rem; }
.vg-head .vg-chip { vertical-align: .4rem; }
.vg-period { border-top: 3px solid var(--vg-line); padding-top: .5rem; font-size: .875rem; }
.vg-period small { color: var(--vg-soft); font-size: .8125rem; margin-left: .25rem; }
.vg-period-pass { border-color: var(--vg-pass); }
.vg-period-now { border-color: var(--vg-accent); }
.st-key-poc_board [data-testid="stVerticalBlock"] { gap: .625rem; }
.st-key-poc_board [data-testid="stCaptionContainer"] { margin: -.5rem 0 0 1.75rem; }
.vg .vg-task, p.vg-task { display: grid; grid-template-columns: 1.125rem 1fr; gap: .625rem;
  line-height: 1.45; font-size: .875rem; margin: 0; }
.vg-task .vg-icon { transform: translateY(.125rem); }
.vg-task small { display: block; font-size: .8125rem; color: var(--vg-soft); }
ol.vg-log li { grid-template-columns: 10rem 1fr; }
@media (max-width: 640px) { ol.vg-log li { grid-template-columns: 1fr; gap: 0; } }
.vg-reference .vg-clip { aspect-ratio: 16/9; margin-bottom: .5rem; }
.vg-reference p { margin: 0 0 .25rem; line-height: 1.45; overflow-wrap: anywhere; }
.vg-advice { max-width: 46rem; }
.vg-advice ul { margin: .25rem 0 .75rem; padding-left: 1.125rem; }
.vg-advice li { margin: 0 0 .25rem; font-size: .875rem; line-height: 1.55; }
"""

COMPARE = """
.vg-agree dl.vg-facts { grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.vg-broad .vg-flat { min-width: 16rem; }
.vg-compare .vg-table td, .vg-compare .vg-table tbody th { white-space: normal;
  overflow-wrap: anywhere; }
.vg-compare .vg-table thead th { font-size: .8125rem; color: var(--vg-ink); min-width: 9rem; }
.vg-compare .vg-table tbody th { font-weight: 500; color: var(--vg-soft); width: 13rem; }
.vg-compare .vg-table { table-layout: fixed; min-width: 30rem; }
.vg-compare .vg-table thead td { width: 13rem; }
.vg-fold summary { font-size: .8125rem; font-weight: 650; color: var(--vg-ink);
  background: var(--vg-sunk); padding: .375rem .875rem; cursor: pointer; }
/* A browser that cannot open them this way keeps the titles, and they open by hand. */
@supports selector(::details-content) { @media (min-width: 641px) {
  .vg-fold::details-content { content-visibility: visible; display: block; block-size: auto; }
  .vg-compare .vg-fold summary { list-style: none; pointer-events: none; }
  .vg-compare .vg-fold + .vg-fold thead { display: none; }
  .vg-fold:not(.vg-compare *) > summary { display: none; }
} }
.vg-standing { display: grid; gap: .25rem; margin-bottom: .25rem; }
.vg-flat { height: 1.25rem; min-width: 9rem; color: var(--vg-accent); }
.vg-bar.vg-flat { margin: 0 .25rem; }
.vg-flat .limit { height: 14px; margin-top: -7px; width: 1.5px; background: var(--vg-soft); }
.vg-stackbar { display: flex; height: 1.375rem; min-width: 14rem; border-radius: .25rem;
  overflow: hidden; gap: 1px; background: var(--vg-paper); }
.vg-stackbar i { font-style: normal; font-size: .75rem; line-height: 1.375rem; font-weight: 600;
  text-align: center; overflow: hidden; min-width: 2px; }
.vg-legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .8125rem; }
.vg-legend span { display: inline-flex; align-items: center; gap: .375rem; }
.vg-legend i { width: .875rem; height: .875rem; border-radius: .1875rem; }
.vg-score-1, .vg-score-2, .vg-score-3 { color: var(--vg-ink); }
.vg-score-4, .vg-score-5 { color: var(--vg-paper); }
.vg-score-1 { background: color-mix(in srgb, var(--vg-accent) 12%, var(--vg-paper)); }
.vg-score-2 { background: color-mix(in srgb, var(--vg-accent) 26%, var(--vg-paper)); }
.vg-score-3 { background: color-mix(in srgb, var(--vg-accent) 45%, var(--vg-paper)); }
.vg-score-4 { background: color-mix(in srgb, var(--vg-accent) 82%, var(--vg-paper)); }
.vg-score-5 { background: var(--vg-accent); }
@media (max-width: 640px) {
  .vg-stackbar, .vg-flat, .vg-broad .vg-flat { min-width: 0; width: 100%; }
  .st-key-compare_pickers { flex-wrap: wrap; }
  .st-key-compare_pickers > [data-testid="stVerticalBlock"],
  .st-key-compare_pickers > :first-child { flex: 1 1 100%; }
  .vg-compare { border: 0; background: none; }
  .vg-compare thead { display: none; }
  .vg-compare .vg-table, .vg-compare tbody, .vg-compare tr, .vg-compare .vg-table th,
  .vg-compare .vg-table td { display: block; width: auto; }
  .vg-compare tr { border-bottom: 1px solid var(--vg-line); padding: .375rem 0; }
  .vg-compare .vg-table th, .vg-compare .vg-table td { border: 0; padding: .125rem 0; }
  .vg-compare .vg-table tbody th { width: auto; color: var(--vg-ink); font-weight: 600;
    background: none; }
  .vg-fold summary { padding: .625rem; margin-top: .375rem; border-radius: .375rem; }
  .vg-compare .vg-table { min-width: 0; }
  .vg-scores td.num:not(:last-child), .vg-scores th.num:not(:last-child) { display: none; }
  .vg-compare .vg-table td { display: grid; grid-template-columns: 7rem minmax(0, 1fr); }
  .vg-compare td::before { content: attr(data-head); color: var(--vg-soft); font-size: .8125rem; }
}
"""


def apply() -> None:
    """Once per page run, before anything that is drawn with it."""
    sheets = (
        FONT, TOKENS, FRAME, HEADER, CARDS, TABLES, CAMPAIGNS, COMPARE, CREATE, DECISION, MODELS,
        PRINT, icons.css(),
    )  # fmt: skip
    st.html(f"<style>{''.join(sheets)}</style>")
