// The form stands far from the clip that filled it: above it on a phone, below a strip. Drawn once
// for each press; a later drawing of the same press leaves the page where its reader took it.

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector("span");
  if (root.dataset.shown === String(data.press)) return;
  root.dataset.shown = String(data.press);
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  document
    .querySelector(".st-key-create_prompt")
    ?.scrollIntoView({ block: "center", behavior: isCalm ? "auto" : "smooth" });
}
