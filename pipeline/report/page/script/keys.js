/* Keys, wherever the focus is: they act on the player that it is in, else on what plays, else on the open one that was
   used last. Text that is being typed keeps its letters, and a control outside of a player its own space. */
const TYPED = "input:not([type=range]), select, textarea, [contenteditable]";
const OWN_SPACE = "button, summary, audio";

const acts = {
  a: (player) => player.choose("before"),
  b: (player) => player.choose("after"),
  n: (player) => player.step(1),
  p: (player) => player.step(-1),
  " ": (player) => player.toggle(),
};

function playerFor(element) {
  const within = element.closest(".body") && playerOf(element);
  const open = (player) => player.box.checkVisibility();
  return within || (current?.playing && current) || used.findLast(open) || null;
}

/* In a player space plays and stops whatever control has the focus; the play button does so by itself. */
function hasOwnSpace(element) {
  return element.closest(".play") || (!element.closest(".player") && element.closest(OWN_SPACE));
}

document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase(), target = event.target;
  if (!acts[key] || event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPED)) return;
  if (key === " " && hasOwnSpace(target)) return;
  const player = playerFor(target);
  if (!player) return;
  event.preventDefault();
  if (!event.repeat) acts[key](player);
});

document.addEventListener("keyup", (event) => {  /* where a button is pressed when the key comes up */
  if (event.key === " " && event.target.closest(".player") && !hasOwnSpace(event.target)) event.preventDefault();
});
