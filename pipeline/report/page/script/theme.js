"use strict";

/* Theme: the system's unless a person chose; the choice is kept where the browser allows it. */
const root = document.documentElement, theme = document.getElementById("theme");
const remembered = (() => { try { return localStorage.getItem("voiceprep-theme"); } catch { return null; } })();
if (remembered) root.dataset.theme = remembered;

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);
const tellTheme = () => theme.setAttribute("aria-pressed", String(isDark()));

theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("voiceprep-theme", root.dataset.theme); } catch { /* a page from a file may not */ }
  tellTheme();
});
systemDark.addEventListener("change", tellTheme);
tellTheme();
