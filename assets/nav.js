// The way from page to page: it keeps the moment that is looked at, closes by Escape, and is not on a wall. And paper.
(() => {
  "use strict";
  const words = new URLSearchParams(location.search);
  const narrow = matchMedia("(max-width: 640px)");

  function wall() {
    try {
      return words.get("wall") ?? localStorage.getItem("smarketing.wall");
    } catch {
      return words.get("wall");
    }
  }

  // paper is light
  function prints() {
    const root = document.documentElement;
    let theme = null;
    addEventListener("beforeprint", () => {
      theme = root.dataset.theme;
      root.dataset.theme = "light";
    });
    addEventListener("afterprint", () => {
      if (theme) root.dataset.theme = theme;
    });
  }

  function begin() {
    const menu = document.querySelector("nav.pages .menu");
    if (!menu) return;
    const line = document.documentElement.dataset.shell === "page";
    if (wall()) document.documentElement.dataset.wall = "";
    for (const link of menu.querySelectorAll("a")) {
      if (words.get("as_of")) link.href = `${link.pathname}?as_of=${encodeURIComponent(words.get("as_of").replace(" ", "+"))}`;
    }
    const fit = () => (menu.open = line && !narrow.matches);
    narrow.addEventListener("change", fit);
    fit();
    document.documentElement.dataset.nav = "";
    const closes = () => menu.open && !(line && !narrow.matches);
    document.addEventListener("click", (event) => {
      if (closes() && !menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !closes()) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  prints();
  document.addEventListener("DOMContentLoaded", begin);
})();
