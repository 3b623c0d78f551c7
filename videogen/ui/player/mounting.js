// How a player outlives Streamlit's reruns: each of them cleans up and mounts again. Only what is
// gone from the page has been left. `id` says what is played: another id is another player.

const LEFT_MS = 200;

function mount({ data, parentElement, setTriggerValue }, id, Player) {
  const known = parentElement.videogenPlayer;
  if (known?.playing === id && !known.hasLeft) {
    clearTimeout(known.leaving);
    known.setTriggerValue = setTriggerValue;
    known.accept(data);
  } else {
    if (known) end(known);
    parentElement.videogenPlayer = new Player(parentElement, data, setTriggerValue);
    parentElement.videogenPlayer.playing = id;
  }
  const player = parentElement.videogenPlayer;
  return () => endOnceGone(player);
}

function endOnceGone(player) {
  clearTimeout(player.leaving);
  player.leaving = setTimeout(() => (player.root.isConnected ? endOnceGone(player) : end(player)), LEFT_MS);
}

function end(player) {
  if (player.hasLeft) return;
  player.hasLeft = true;
  clearTimeout(player.leaving);
  player.leave();
}
