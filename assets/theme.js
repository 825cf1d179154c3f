// Light or dark: as the system says, or as ?theme=dark|light once said, which is remembered here.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const KEY = "smarketing.theme";

  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function remember(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // a browser that keeps nothing shows the system's theme next time
    }
  }

  function apply() {
    const asked = new URLSearchParams(location.search).get("theme");
    if (asked === "dark" || asked === "light") remember(asked);
    const chosen = asked === "dark" || asked === "light" ? asked : remembered();
    document.documentElement.dataset.theme = chosen || (dark.matches ? "dark" : "light");
    if (ours.repaint) ours.repaint();
  }

  dark.addEventListener("change", apply);
  apply();
})();
