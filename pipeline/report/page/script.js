"use strict";

/* Theme: the system's unless a person chose; the choice is kept where the browser allows it. */
const root = document.documentElement;
const remembered = (() => { try { return localStorage.getItem("voiceprep-theme"); } catch { return null; } })();
if (remembered) root.dataset.theme = remembered;
document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("voiceprep-theme", root.dataset.theme); } catch { /* a page from a file may not */ }
});

/* The list: filter by status, finding and words; sort. */
const list = document.getElementById("samples");
const samples = [...list.children];
const search = document.getElementById("search"), finding = document.getElementById("finding"), sort = document.getElementById("sort");
const tiles = [...document.querySelectorAll(".tile")], fixes = [...document.querySelectorAll(".fix")];
const haystacks = new Map(samples.map((sample) => [sample,
  [...sample.querySelectorAll("[data-find]")].map((part) => part.textContent).join(" ").toLowerCase()]));
let status = "";

const orders = {
  place: (a, b) => a.dataset.place - b.dataset.place,
  worst: (a, b) => a.dataset.score - b.dataset.score,
  best: (a, b) => b.dataset.score - a.dataset.score,
  name: (a, b) => a.dataset.name.localeCompare(b.dataset.name, undefined, { numeric: true }),
  longest: (a, b) => b.dataset.duration - a.dataset.duration,
};

function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const sample of samples) {
    const fits = (!status || sample.dataset.status === status)
      && (!finding.value || sample.dataset.codes.split(" ").includes(finding.value))
      && words.every((word) => haystacks.get(sample).includes(word));
    sample.hidden = !fits;
    if (fits) shown += 1;
    else hush(sample);
  }
  document.getElementById("shown").textContent = `${shown} of ${samples.length} shown`;
  document.getElementById("none").hidden = shown > 0;
  document.getElementById("clear").hidden = !(status || finding.value || words.length);
  for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.status === status));
  for (const fix of fixes) fix.setAttribute("aria-pressed", String(fix.dataset.code === finding.value));
}

function reorder() {
  list.append(...[...samples].sort((a, b) => orders[sort.value](a, b) || orders.place(a, b)));
}

search.addEventListener("input", show);
finding.addEventListener("change", show);
sort.addEventListener("change", reorder);
for (const tile of tiles) tile.addEventListener("click", () => { status = status === tile.dataset.status ? "" : tile.dataset.status; show(); });
for (const fix of fixes) fix.addEventListener("click", () => {
  finding.value = finding.value === fix.dataset.code ? "" : fix.dataset.code;
  show();
  document.getElementById("samples-title").scrollIntoView({ block: "start" });
});
document.getElementById("clear").addEventListener("click", () => { status = ""; finding.value = ""; search.value = ""; show(); search.focus(); });

/* A link to an explanation opens it. */
function open() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = target && (target.matches("details") ? target : target.querySelector("details"));
  if (details) { details.open = true; target.scrollIntoView({ block: "center" }); }
}
addEventListener("hashchange", open);
open();

/* A player: both sides run together, one of them muted, so that switching takes no time and keeps the place.
   Positions are in seconds of the input; the output is `kept` stretches of it, one after the other. */
const DRIFT_S = 0.08;
const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
let current = null;

class Player {
  constructor(box) {
    this.box = box;
    this.kept = JSON.parse(box.dataset.kept);
    this.duration = Number(box.dataset.duration);
    this.at = 0;
    this.playing = false;
    this.buttons = [...box.querySelectorAll(".sides button")];
    this.sounds = new Map(this.buttons.map((button) => [button.dataset.side, this.load(button)]));
    this.seek = box.querySelector(".seek");
    this.time = box.querySelector(".time");
    this.views = [...box.querySelectorAll(".view")];
    this.side = this.buttons[0].dataset.side;
  }

  load(button) {
    const sound = new Audio();
    sound.preload = "auto";
    sound.volume = Number(button.dataset.volume);
    sound.addEventListener("error", () => this.tell(`The sound (${button.textContent.trim().toLowerCase()}) is not beside this page, or this browser cannot play it.`));
    sound.src = button.dataset.source;
    return sound;
  }

  tell(text) {
    const trouble = this.box.querySelector(".trouble");
    trouble.textContent = text;
    trouble.hidden = false;
  }

  /* The place in the output of a place in the input: the nearest one that was kept. */
  inOutput(at) {
    let gone = 0;
    for (const [start, stop] of this.kept) {
      if (at <= stop) return gone + Math.max(0, at - start);
      gone += stop - start;
    }
    return gone;
  }

  inInput(at) {
    let gone = 0;
    for (const [start, stop] of this.kept) {
      if (at <= gone + stop - start) return start + at - gone;
      gone += stop - start;
    }
    return this.kept.length ? this.kept[this.kept.length - 1][1] : at;
  }

  place(side, at) { return side === "before" ? at : this.inOutput(at); }

  isKept(at) { return this.kept.some(([start, stop]) => at >= start && at <= stop); }

  move(at) {
    this.at = Math.min(Math.max(0, at), this.duration);
    for (const [side, sound] of this.sounds) sound.currentTime = this.place(side, this.at);
    this.draw();
  }

  choose(side) {
    if (!this.sounds.has(side)) return;
    this.side = side;
    const sound = this.sounds.get(side), wanted = this.place(side, this.at);
    if (Math.abs(sound.currentTime - wanted) > DRIFT_S) sound.currentTime = wanted;
    for (const [other, one] of this.sounds) one.muted = other !== side;
    if (this.playing && sound.paused) sound.play().catch(() => this.stop());
    this.draw();
  }

  async play() {
    if (current && current !== this) current.stop();
    current = this;
    if (this.at >= this.duration - 0.05) this.move(0);
    this.playing = true;
    this.box.classList.add("playing");
    for (const [side, sound] of this.sounds) {
      sound.muted = side !== this.side;
      sound.currentTime = this.place(side, this.at);
    }
    try {
      await Promise.all([...this.sounds].filter(([side]) => side === this.side || this.isKept(this.at)).map(([, sound]) => sound.play()));
      this.tick();
    } catch (error) {
      if (error.name !== "AbortError") this.stop();
    }
  }

  stop() {
    this.playing = false;
    this.box.classList.remove("playing");
    for (const sound of this.sounds.values()) sound.pause();
    this.draw();
  }

  toggle() { if (this.playing) this.stop(); else this.play(); }

  tick() {
    if (!this.playing) return;
    const heard = this.sounds.get(this.side);
    if (heard.ended) { this.at = this.duration; this.stop(); return; }
    this.at = this.side === "before" ? heard.currentTime : this.inInput(heard.currentTime);
    for (const [side, sound] of this.sounds) {
      if (side === this.side || sound.seeking) continue;
      const wanted = this.place(side, this.at);
      if (!this.isKept(this.at) && side === "after") sound.pause();
      else if (sound.paused && !sound.ended) { sound.currentTime = wanted; sound.play().catch(() => {}); }
      else if (Math.abs(sound.currentTime - wanted) > DRIFT_S) sound.currentTime = wanted;
    }
    this.draw();
    requestAnimationFrame(() => this.tick());
  }

  draw() {
    this.box.querySelector(".play").setAttribute("aria-label", this.playing ? "Pause" : "Play");
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.side === this.side));
    this.seek.value = this.at;
    this.seek.setAttribute("aria-valuetext", `${clock(this.at)} of ${clock(this.duration)}`);
    this.time.textContent = `${clock(this.at)} / ${clock(this.duration)}`;
    for (const view of this.views) {
      view.classList.toggle("heard", view.dataset.side === this.side);
      const head = view.querySelector(".head"), side = view.dataset.side;
      head.hidden = false;
      head.style.left = `${100 * this.place(side, this.at) / this.length(side)}%`;
    }
  }

  length(side) {
    return side === "before" ? this.duration : Math.max(1e-3, this.kept.reduce((sum, [start, stop]) => sum + stop - start, 0));
  }
}

const players = new WeakMap();
function playerOf(element) {
  const box = element.closest(".sample")?.querySelector(".player");
  if (!box || !box.querySelector(".controls")) return null;
  if (!players.has(box)) players.set(box, new Player(box));
  return players.get(box);
}
function hush(sample) {
  const box = sample.querySelector(".player");
  if (box && players.has(box)) players.get(box).stop();
}

list.addEventListener("toggle", (event) => {
  if (event.target.open) playerOf(event.target);
  else hush(event.target.closest(".sample"));
}, true);

list.addEventListener("click", (event) => {
  const target = event.target, player = target.closest(".body") && playerOf(target);
  if (!player) return;
  const at = target.closest("[data-at]"), plot = target.closest(".plot");
  if (at) { player.move(Math.max(0, Number(at.dataset.at) - 0.3)); player.play(); }
  else if (target.closest(".play")) player.toggle();
  else if (target.closest(".sides button")) player.choose(target.closest(".sides button").dataset.side);
  else if (plot) {
    const drawn = plot.querySelector(".drawn").getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - drawn.left) / drawn.width));
    const side = plot.closest(".view").dataset.side, place = share * player.length(side);
    player.move(side === "before" ? place : player.inInput(place));
  }
});

list.addEventListener("input", (event) => {
  if (event.target.matches(".seek")) playerOf(event.target).move(Number(event.target.value));
});

list.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".player")) return;
  const player = playerOf(event.target), key = event.key.toLowerCase();
  if (!player) return;
  if (key === "a") player.choose("before");
  else if (key === "b") player.choose("after");
  else if (key === " " && !event.target.matches("button")) { event.preventDefault(); player.toggle(); }
});
