/* A link to an explanation or a sample opens it and goes there; from an explanation there is a way back. */
const back = document.getElementById("back");
let came = null;

function open() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = target && (target.matches("details") ? target : target.querySelector("details"));
  if (!details) return;
  details.open = true;
  target.scrollIntoView({ block: "center" });
  details.querySelector("summary").focus({ preventScroll: true });
  if (came) { details.append(back); back.hidden = false; }
}

function goBack() {
  if (!came?.isConnected) return;
  came.scrollIntoView({ block: "center" });
  came.focus({ preventScroll: true });
  back.hidden = true;
  came = null;
}

list.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#about-']");
  if (!link) return;
  came = link;
  if (link.hash === location.hash) open();
});
back.addEventListener("click", goBack);
addEventListener("hashchange", () => { if (location.hash) open(); else goBack(); });
open();
