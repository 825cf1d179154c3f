// What a page does when its server no longer tells who looks anything: the data goes at once, and words say what to do.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const SCREEN = "smarketing.screen";
  const AGAIN = 10_000;
  const STILL = 60_000;
  let sheet = null;

  // what this tab is to show, where it is a paired screen
  function screen() {
    try {
      return JSON.parse(sessionStorage.getItem(SCREEN));
    } catch {
      return null;
    }
  }

  function keepScreen(told) {
    try {
      if (told) sessionStorage.setItem(SCREEN, JSON.stringify(told));
      else sessionStorage.removeItem(SCREEN);
      if (told) localStorage.setItem(SCREEN, "paired");
    } catch {
      // a browser that keeps nothing asks its server again with every page
    }
  }

  // a screen that was shut out has nothing left to show, not even for a moment
  function unpaired() {
    keepScreen(null);
    for (const one of document.querySelectorAll("main, dialog")) one.remove();
    location.replace("/screen");
  }

  function button(words, href) {
    const found = document.createElement("a");
    found.className = "button";
    found.href = href;
    found.textContent = words;
    return found;
  }

  // nothing of what was shown stays in the page, and nothing goes on that would put it there again
  function empty() {
    for (let timer = setTimeout(() => {}); timer > 0; timer -= 1) clearTimeout(timer);
    for (const one of document.querySelectorAll("main, dialog, nav.pages, .to-phone, .skip")) one.remove();
  }

  // kind: "signed out" (signing in helps) or "shut" (it does not)
  function shut(words, kind) {
    if (screen()) return unpaired();
    empty();
    setInterval(asks, AGAIN);
    if (sheet) return undefined;
    document.documentElement.dataset.shut = "";
    sheet = document.createElement("section");
    sheet.className = "shut-out";
    sheet.setAttribute("role", "alert");
    const title = document.createElement("h1");
    title.textContent = kind === "signed out" ? "You are signed out" : "This is not open to you any more";
    const more = document.createElement("p");
    more.textContent = `${words.slice(0, 1).toUpperCase()}${words.slice(1)}. The numbers are gone from this page until then.`;
    sheet.append(title, more);
    if (kind === "signed out") sheet.append(button("Sign in", `/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`));
    document.body.append(sheet);
    return undefined;
  }

  // whether it is shut or open, the answer may have changed in another tab: then the page begins anew, or ends
  async function asks() {
    if (document.hidden) return;
    const answer = await fetch("/api/me", { cache: "no-store", redirect: "error" }).catch(() => null);
    if (!answer) return;
    if (sheet && answer.ok) return location.reload();
    const body = !sheet && answer.status === 401 ? await answer.json().catch(() => null) : null;
    if (body) shut(String(body.error), "signed out");
  }

  // what hears of every change hears of this, too; a page that stands still asks, above all when it is looked at again
  function watch() {
    const notice = document.querySelector("main.notice, main.screen");
    const hears = document.querySelector("main[data-stream]") && !new URLSearchParams(location.search).has("as_of");
    if (notice || document.documentElement.dataset.wall !== undefined) return;
    document.addEventListener("visibilitychange", asks);
    if (!hears) setInterval(asks, STILL);
  }

  // a browser that was paired, and is nothing else, is a screen whatever page it begins with
  async function recalled() {
    let paired = null;
    try {
      paired = !sessionStorage.getItem(SCREEN) && localStorage.getItem(SCREEN);
    } catch {
      return;
    }
    if (!paired || location.pathname === "/screen") return;
    const answer = await fetch("/api/screen", { cache: "no-store", redirect: "error" }).catch(() => null);
    const told = answer && answer.ok ? await answer.json().catch(() => null) : null;
    if (told && told.state === "paired" && told.alone) keepScreen(told);
    if (screen()) document.documentElement.dataset.wall = "";
  }

  recalled();
  addEventListener("load", watch);
  Object.assign(ours, { shut, unpaired, screen, keepScreen });
})();
