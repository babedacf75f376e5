/* What is behind a sample's line is text until it is opened: hundreds of them cost nothing to load. The same text is
   what a browser without script shows. */
function fill(sample) {
  const plain = sample.querySelector("noscript");
  if (!plain) return;
  plain.insertAdjacentHTML("afterend", plain.textContent);
  plain.remove();
}

const players = new WeakMap();
let used = [];  /* samples with a player, the last one used at the end */

function playerOf(element) {
  const sample = element.closest(".sample"), box = sample?.querySelector(".player");
  if (!box || !box.querySelector(".controls")) return null;
  if (!players.has(box)) players.set(box, new Player(box));
  return players.get(box);
}

function use(element) {
  const player = playerOf(element);
  if (player) used = [...used.filter((one) => one !== player), player];
  return player;
}

function hush(sample) {
  const box = sample.querySelector(".player");
  if (box && players.has(box)) players.get(box).stop();
}

list.addEventListener("toggle", (event) => {
  const sample = event.target.closest(".sample");
  if (event.target.parentElement !== sample) return;  /* what is folded within a sample */
  if (event.target.open) { fill(sample); use(sample); } else hush(sample);
}, true);

list.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest("summary")) fill(target.closest(".sample"));
  const player = target.closest(".body") && use(target);
  if (!player) return;
  const place = target.closest("[data-at]"), plot = target.closest(".plot"), button = target.closest("button");
  if (place) player.hear(place);
  else if (plot) goTo(player, plot, event.clientX);
  else if (button?.matches(".play")) player.toggle();
  else if (button?.matches(".step")) player.step(Number(button.dataset.by));
  else if (button?.matches(".sides button")) player.choose(button.dataset.side);
  const byPointer = event.detail > 0;  /* who came by the keyboard stays where they are */
  if (byPointer && (place || plot)) player.box.querySelector(".play").focus({ preventScroll: true });
});

function goTo(player, plot, x) {
  const drawn = plot.querySelector(".drawn").getBoundingClientRect(), side = plot.closest(".view").dataset.side;
  const at = Math.min(1, Math.max(0, (x - drawn.left) / drawn.width)) * player.length(side);
  player.move(side === "before" ? at : player.inInput(at));
  player.choose(side);
}

list.addEventListener("input", (event) => {
  if (event.target.matches(".seek")) use(event.target).move(Number(event.target.value));
});
