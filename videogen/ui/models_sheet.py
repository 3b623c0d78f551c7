"""The look of the Models page: one grid for all lines, a foot that stays in sight."""

MODELS = """
.vg-models .vg-table td, .vg-models .vg-table tbody th { padding: .5rem .625rem; }
.vg-models .vg-table thead th { min-width: 0; padding: .5rem .625rem; }
.vg-models .vg-table thead th.num { min-width: 6rem; }
.vg-models .vg-table tbody th { background: none; position: static; font-weight: 400;
  white-space: normal; width: 99%; min-width: 21rem; }
.vg-models .vg-table tbody th > a { font-weight: 600; }
.vg-models tbody tr:hover { background: var(--vg-sunk); }
.vg-models .tick { width: 2.25rem; padding-right: 0 !important; }
.vg-models .tick label { display: grid; place-items: center; min-width: 1.5rem;
  min-height: 1.5rem; margin: -.125rem 0 0; cursor: pointer; }
.vg-models .tick input { width: 1rem; height: 1rem; margin: 0; cursor: pointer;
  accent-color: var(--vg-accent); }
.vg-models .about { color: var(--vg-soft); font-size: .8125rem; line-height: 1.4;
  display: -webkit-box; -webkit-line-clamp: 1; -webkit-box-orient: vertical; overflow: hidden; }
.vg-models .said { color: var(--vg-soft); white-space: normal; }
.vg-models td.num { max-width: 8.5rem; }
.vg-models td.num .vg-sandbox, .vg-models td.num .vg-chip { padding-right: 0; }
.vg-models td.num .sub { white-space: normal; }
.vg-models .quiet { color: var(--vg-soft); }
.vg-models td b { font-weight: 600; }
.vg-models td b a { color: inherit; text-decoration: underline dotted 1px var(--vg-soft);
  text-underline-offset: .25em; }
.vg-models .vg-sandbox { font-weight: 600; }
:has(> .st-key-models_foot) { position: sticky; bottom: .75rem; z-index: 20; }
.st-key-models_foot { background: var(--vg-paper);
  border: 1px solid var(--vg-accent); border-radius: .625rem; padding: .5rem .875rem;
  box-shadow: 0 -.25rem 1.25rem rgb(0 0 0 / .08); }
.st-key-models_foot .vg p, .st-key-models_foot p.vg { margin: 0; }
.st-key-models_filters { row-gap: .625rem; }
.stApp .st-key-models_filters button[data-selected="true"] {
  color: var(--vg-accent) !important; }
.st-key-models_asked { margin-top: -.75rem; }
.st-key-import_workflow [data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
.vg-entry h1 { padding: 0; margin: 0 .5rem 0 0; display: inline; }
.vg-entry .vg-lead { margin: .5rem 0 0; }
.vg-entry p.vg-stand { margin-top: .875rem; }
.vg-source { overflow-wrap: anywhere; }
.vg-entry h1 + .vg-chip { vertical-align: .4rem; }
.vg .vg-stand, p.vg-stand { display: flex; flex-wrap: wrap; gap: .25rem .5rem;
  align-items: center; }
.vg-stand .vg-i-pass { color: var(--vg-pass); } .vg-stand .vg-i-warn { color: var(--vg-wait); }
.vg-foot p { line-height: 1.45; } .vg-foot b { font-weight: 600; }
.vg-state { white-space: nowrap; display: inline-flex; gap: .375rem; align-items: center; }
.vg-state-ready { color: var(--vg-pass); } .vg-state-missing { color: var(--vg-wait); }
.vg-state-no_backend, .vg-state-unasked, .vg-state-needs_workflow, .vg-state-retired {
  color: var(--vg-soft); }
@media (min-width: 641px) and (max-width: 1080px) {
  .vg-models .vg-table tbody th { min-width: 11rem; }
  .vg-models .vg-table thead th.num { min-width: 4.5rem; }
}
@media (max-width: 640px) {
  .vg-stack .vg-table td:has(> div:empty) { display: none; }
  .vg-stack .vg-table td > div { overflow-wrap: anywhere; min-width: 0; }
  .vg-models .vg-table tbody tr { display: grid; grid-template-columns: 2rem minmax(0, 1fr);
    gap: .125rem .25rem; padding: .75rem 0; }
  .vg-models .vg-table td, .vg-models .vg-table tbody th { padding: 0; width: auto;
    min-width: 0; max-width: none; white-space: normal; grid-column: 2; }
  .vg-models tbody th .sub { display: block; margin: 0; }
  .vg-models td.num .sub { margin: 0; }
  .vg-models .vg-table td.tick { grid-column: 1; grid-row: 1; }
  .vg-models .vg-table tbody th { border: 0; }
  .vg-models .vg-table td.num { text-align: left; display: grid; gap: 0 .5rem;
    grid-template-columns: 6.5rem minmax(0, 1fr); align-items: baseline; }
  .vg-models td.num > div { display: flex; flex-wrap: wrap; gap: 0 .5rem; align-items: baseline; }
  .vg-models td.num::before { content: attr(data-head); color: var(--vg-soft);
    font-size: .8125rem; }
  .vg-models td.none { display: none !important; }
  .vg-models .about { -webkit-line-clamp: 2; }
  .stApp .st-key-models_foot { flex-wrap: wrap; padding: .5rem .75rem; row-gap: .375rem; }
  .st-key-models_foot > [data-testid="stLayoutWrapper"]:first-child { flex: 1 1 100%; }
}
"""
