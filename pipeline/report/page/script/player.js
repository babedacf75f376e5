/* A player: both sides run together, one of them muted, so that switching takes no time and keeps the place.
   Positions are in seconds of the input; the output is `kept` stretches of it, one after the other. */
const DRIFT_S = 0.08, EXACT_S = 0.005;
const LEAD_S = 0.3;  /* a place is heard from a little before it */
const NEAR_S = 2;  /* so long after a jump, the next one counts from the place that was jumped to */
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
    this.views = [...box.querySelectorAll(".view")];
    this.sounds = new Map(this.views.filter((view) => view.querySelector("audio")).map((view) => [view.dataset.side, this.load(view)]));
    this.seek = box.querySelector(".seek");
    this.time = box.querySelector(".time");
    this.places = [...box.querySelectorAll(".view[data-side=before] .mark")].sort((a, b) => a.dataset.at - b.dataset.at);
    this.jumped = -1;
    this.side = this.buttons[0].dataset.side;
  }

  /* The players that a page without script has are what sounds here, without their own controls. */
  load(view) {
    const sound = view.querySelector("audio");
    sound.controls = false;
    sound.preload = "auto";
    sound.volume = Number(sound.dataset.volume);
    const missing = () => this.tell(`The sound (${view.dataset.side}) is not beside this page, or this browser cannot play it.`);
    if (sound.error) missing(); else sound.addEventListener("error", missing);
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
    if (Math.abs(sound.currentTime - wanted) > EXACT_S) sound.currentTime = wanted;
    for (const [other, one] of this.sounds) one.muted = other !== side;
    if (this.playing && sound.paused) sound.play().catch(() => this.stop());
    this.draw();
  }

  /* Play from a place of a finding, on the side that is heard if it is there still. */
  hear(place) {
    if (!("stands" in place.dataset)) this.choose("before");
    this.move(Number(place.dataset.at) - LEAD_S);
    this.play();
  }

  /* The next place of a finding in the input, or the one before. */
  step(by) {
    if (!this.places.length) return;
    const isFresh = this.jumped < 0 && this.at === 0;
    const here = isFresh ? -1 : this.at + LEAD_S, at = (index) => Number(this.places[index].dataset.at);
    const isNear = this.jumped >= 0 && here >= at(this.jumped) - LEAD_S && here < at(this.jumped) + NEAR_S;
    const before = this.places.filter((_, index) => at(index) < here + (by > 0 ? 0.01 : -0.01)).length;
    const wanted = isNear ? this.jumped + by : by > 0 ? before : before - 1;
    this.jumped = Math.min(Math.max(0, wanted), this.places.length - 1);
    const place = this.places[this.jumped];
    this.hear(place);
    this.box.querySelector(".place").textContent = `${this.jumped + 1} of ${this.places.length}: ${place.title}`;
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
