/* The list: filter by status, finding and words; sort. */
const list = document.getElementById("samples");
const samples = [...list.children];
const search = document.getElementById("search"), finding = document.getElementById("finding"), sort = document.getElementById("sort");
const tiles = [...document.querySelectorAll(".tile")], fixes = [...document.querySelectorAll(".fix")];
const TYPING_MS = 120;
let status = "", fix = "";  /* `fix`: a code that keeps samples back, where the select shows it at any weight */

const number = (name) => (a, b) => a.dataset[name] - b.dataset[name];
const inTurn = (...orders) => (a, b) => orders.reduce((found, order) => found || order(a, b), 0);
const orders = {
  attention: inTurn(number("rank"), number("score")),
  best: inTurn((a, b) => number("rank")(b, a), (a, b) => number("score")(b, a)),
  place: number("place"),
  name: (a, b) => a.dataset.name.localeCompare(b.dataset.name, undefined, { numeric: true }),
  longest: (a, b) => number("duration")(b, a),
};

const holds = (codes, code) => !code || codes.split(" ").includes(code);

function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const sample of samples) {
    const fits = (!status || sample.dataset.status === status)
      && holds(sample.dataset.codes, finding.value) && holds(sample.dataset.heavy, fix)
      && words.every((word) => sample.dataset.words.includes(word));
    if (sample.hidden === fits) sample.hidden = !fits;
    if (fits) shown += 1;
    else hush(sample);
  }
  const because = fixes.find((one) => fix && one.dataset.code === fix);
  document.getElementById("shown").textContent = `${shown} of ${samples.length} shown${because ? `, kept back by ${because.dataset.title}` : ""}`;
  document.getElementById("none").hidden = shown > 0;
  document.getElementById("clear").hidden = !(status || fix || finding.value || words.length);
  for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.status === status));
  for (const one of fixes) one.setAttribute("aria-pressed", String(one.dataset.code ? one.dataset.code === fix : one.dataset.status === status));
}

function reorder() {
  list.append(...[...samples].sort(inTurn(orders[sort.value], orders.place)));
}

let typing = 0;
search.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(show, TYPING_MS); });
finding.addEventListener("change", () => { fix = ""; show(); });
sort.addEventListener("change", reorder);
for (const tile of tiles) tile.addEventListener("click", () => { status = status === tile.dataset.status ? "" : tile.dataset.status; show(); });
for (const one of fixes) one.addEventListener("click", () => {
  const on = one.getAttribute("aria-pressed") !== "true";
  status = on && one.dataset.status || "";
  fix = on && one.dataset.code || "";
  finding.value = "";
  show();
  if (on) document.getElementById("samples-title").scrollIntoView({ block: "start" });
});
document.getElementById("clear").addEventListener("click", () => {
  status = fix = finding.value = search.value = "";
  show();
  search.focus();
});
