// Whose key it is: the session's, a text box's or a button's; and who has no keyboard at all.

function isTyping(event) {
  const target = event.composedPath()[0];
  return target instanceof Element
    && Boolean(target.closest("input, textarea, select, [contenteditable=''], [contenteditable='true'], [role='textbox'], [role='combobox']"));
}

function isOnButton(event) {
  const target = event.composedPath()[0];
  return target instanceof Element && Boolean(target.closest("button, a[href], summary, [role='button']"));
}

function hasKeyboard() { return !window.matchMedia("(hover: none)").matches; }

// "Replay (R)" says nothing to a finger.
function withoutKeys(texts) {
  return Object.fromEntries(
    Object.entries(texts).map(([name, said]) => [name, said.replace(/ \([A-Z][a-z]*\)$/, "")]),
  );
}
