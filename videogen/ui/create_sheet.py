"""The look of the Create page: what a clip is made from, why it goes where, strips."""

CREATE = """
.vg-auto details { margin-top: .375rem; font-size: .8125rem; }
.vg-auto summary { cursor: pointer; color: var(--vg-soft); }
.vg-auto details ul, .vg-auto details ol { margin: .375rem 0 0; padding-left: 1.125rem; }
.vg-auto details li { font-size: .8125rem; margin: 0 0 .25rem; line-height: 1.5; }
.vg-auto details p { font-size: .8125rem; margin-top: .5rem; font-weight: 600;
  color: var(--vg-soft); }
.vg-noclip > .vg-live { width: min(85%, 16rem); }
.vg-auto-none { border-left-color: var(--vg-wait); }
.vg-input { display: block; max-width: 100%; max-height: 8rem; border-radius: .375rem;
  background: var(--vg-sunk); object-fit: contain; }
audio.vg-input { height: 2.5rem; width: 15rem; background: none; }
.vg-filled { display: flex; flex-wrap: wrap; gap: .25rem .875rem; align-items: center; }
.vg-filled > div { min-width: 0; overflow-wrap: anywhere; }
.vg-filled img.vg-input, .vg-filled video.vg-input { max-width: 9rem; max-height: 6rem; }
.vg-offer .vg-input, .vg-offer .vg-thumb { width: 100%; height: 4.5rem; object-fit: cover;
  aspect-ratio: auto; }
.vg-used { display: flex; flex-wrap: wrap; gap: .5rem .875rem; }
.vg-used figure { margin: 0; } .vg-used .vg-input { max-height: 4.5rem; max-width: 9rem; }
.vg-used figcaption { font-size: .75rem; color: var(--vg-soft); }
.vg-strip-thumb { display: grid; grid-template-columns: 1fr 1fr; gap: 2px; aspect-ratio: 16/9;
  border-radius: .25rem; overflow: hidden; background: var(--vg-sunk); }
.vg-strip-thumb .vg-thumb { width: 100%; height: 100%; min-height: 0; border-radius: 0; }
"""
