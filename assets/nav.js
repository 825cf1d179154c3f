// The way from page to page: it keeps the moment that is looked at, closes by Escape, and is not on a wall. And paper.
(() => {
  "use strict";
  const words = new URLSearchParams(location.search);
  const narrow = matchMedia("(max-width: 640px)");

  function wall() {
    if (window.smarketing.screen && window.smarketing.screen()) return true;
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
    let asked = false;
    const asks = () => menu.open && !wall() && !document.querySelector("main.screen, main.notice") && !asked && (asked = true) && me(menu);
    menu.addEventListener("toggle", asks);
    asks();
    const closes = () => menu.open && !(line && !narrow.matches);
    document.addEventListener("click", (event) => {
      if (closes() && !menu.contains(event.target)) menu.open = false;
    });
    // who goes on by keyboard has left it; where the focus goes nowhere, as by a press on its own words, it stays
    menu.addEventListener("focusout", ({ relatedTarget: to }) => {
      if (closes() && to && !menu.contains(to)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !closes()) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  // the other browsers in which the same person is signed in; to end those one has to sign in once more
  function elsewhere(others) {
    const at = (text) => new Date(text).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    const words = `Sign out ${others.length} other ${others.length === 1 ? "browser" : "browsers"}`;
    const title = others.map(({ since, used }) => `since ${at(since)}, last used ${at(used)}`).join("\n");
    return Object.assign(document.createElement("a"), { href: "/sign-in?others=end", textContent: words, title });
  }

  // who is signed in, once somebody looks where to go
  async function me(menu) {
    const list = menu.querySelector("ul");
    const answer = await fetch("/api/me", { cache: "no-store", redirect: "error" }).catch(() => null);
    const told = answer && answer.ok ? await answer.json().catch(() => null) : null;
    if (!told || !told.signs_out || list.querySelector(".me")) return;
    const name = Object.assign(document.createElement("b"), { textContent: told.name, dir: "auto" });
    const out = Object.assign(document.createElement("button"), { type: "submit", textContent: "Sign out" });
    const form = Object.assign(document.createElement("form"), { method: "post", action: "/sign-out" });
    const item = Object.assign(document.createElement("li"), { className: "me" });
    form.append(out);
    item.append(name, form);
    if (told.elsewhere.length) item.append(elsewhere(told.elsewhere));
    list.append(item);
  }

  prints();
  document.addEventListener("DOMContentLoaded", begin);
})();
