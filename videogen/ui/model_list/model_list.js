// The lines come as markup that the server has escaped; here they only get their ticks. A tick is
// shown at once and told to the server, which answers with the same lines and what they need.

export default function mount({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".vg-model-list");
  const known = root.videogenTicks ??= { epoch: null, picked: new Set(), html: null };
  if (known.epoch !== data.epoch) {
    known.epoch = data.epoch;
    known.picked = new Set(data.picked);
  }
  if (known.html !== data.html) {
    known.html = data.html;
    root.innerHTML = data.html;
  }
  for (const box of root.querySelectorAll("input[data-pick]")) {
    box.checked = known.picked.has(box.dataset.pick);
  }
  root.onchange = ({ target }) => {
    if (!target.dataset?.pick) return;
    if (target.checked) known.picked.add(target.dataset.pick);
    else known.picked.delete(target.dataset.pick);
    setStateValue("picked", [...known.picked]);
  };
}
