// What a screen does that nobody touches: it tells what it shows, and renews itself, at a quiet hour and with a new build.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const NAME = "smarketing.wall";
  const RELOADED = "smarketing.reloaded";
  const A_MINUTE = 60000;
  const TELLS_EVERY = 10000;
  const QUIET_HOUR = 3;
  const RESTED = 2 * 3600 * 1000;

  // the walls of one house do not all renew themselves in the same minute
  const minute = Math.floor(60 * Math.random());
  const page = document.documentElement.dataset;
  let told = -Infinity;
  let deaf = false;
  let renewing = false;

  function kept(store, key, value) {
    try {
      if (value === undefined) return store.getItem(key);
      value === null ? store.removeItem(key) : store.setItem(key, value);
    } catch {
      // a browser that keeps nothing is a wall as long as its address says so
    }
    return null;
  }

  // ?wall=Hall makes this screen a wall until ?wall= says otherwise; a paired screen is one by its pairing
  function name() {
    const asked = new URLSearchParams(location.search).get("wall");
    if (asked !== null) kept(localStorage, NAME, asked || null);
    if (asked !== null) return asked;
    const screen = ours.screen();
    return screen ? screen.name : kept(localStorage, NAME);
  }

  function tell({ number, age }) {
    const now = performance.now();
    if (deaf || age === null || document.hidden || now - told < TELLS_EVERY) return;
    told = now;
    const size = `${Math.round(innerWidth * devicePixelRatio)}×${Math.round(innerHeight * devicePixelRatio)}`;
    const body = JSON.stringify({ wall: name(), number, age, size, build: page.build, page: location.pathname });
    fetch("/api/painted", { method: "POST", body, headers: { "Content-Type": "application/json" }, cache: "no-store" })
      .then((answer) => {
        deaf = answer.status === 404 || answer.status === 405;
        if (ours.screen()) obey(answer);
      })
      .catch(() => {});
  }

  // where among its pages a screen is; a week of the meeting is the meeting
  function place(pages) {
    return pages.findIndex((path) => location.pathname === path || (path !== "/" && location.pathname.startsWith(`${path}/`)));
  }

  // a paired screen is told with every word what it is to show; one that was shut out is told nothing any more
  async function obey(answer) {
    if (answer.status === 204 || answer.status === 401 || answer.status === 403) return ours.unpaired();
    const before = ours.screen();
    const orders = answer.status === 200 ? await answer.json().catch(() => null) : null;
    if (!orders || !Array.isArray(orders.pages)) return undefined;
    ours.keepScreen(orders);
    if (place(orders.pages) < 0) return renew(null, orders.pages[0]);
    return orders.reloads > before.reloads ? renew(null) : undefined;
  }

  // from page to page, where several are to be shown in turn
  function turn() {
    const screen = ours.screen();
    if (!screen || screen.pages.length < 2 || performance.now() < 1000 * screen.every) return;
    renew(null, screen.pages[(place(screen.pages) + 1) % screen.pages.length]);
  }

  // called every second with what is shown: {number, age in seconds, now: the server's clock, asOf}
  function wall(shown) {
    if (!name()) return;
    tell(shown);
    turn();
    const clock = ours.company(shown.asOf, shown.now);
    const quiet = clock.getUTCHours() === QUIET_HOUR && clock.getUTCMinutes() >= minute;
    // a page that was loaded in this night is young enough
    if (quiet && performance.now() > RESTED) renew(null);
  }

  // the new page's own words, and everything they ask for, are here before the old page goes
  async function ready(build, address) {
    const found = await fetch(address, { cache: "reload", redirect: "error" });
    if (!found.ok) return false;
    const fresh = new DOMParser().parseFromString(await found.text(), "text/html");
    const root = fresh.documentElement.dataset;
    if (!root.build || (build && root.build !== build)) return false;
    const parts = [...fresh.querySelectorAll("script[src], link[rel=stylesheet]")].map((one) => one.getAttribute("src") || one.getAttribute("href"));
    const all = await Promise.all([...parts, root.plotly].map((one) => fetch(one).then((got) => got.ok && got.blob())));
    return all.every(Boolean);
  }

  function lately() {
    const ago = Date.now() - Number(kept(sessionStorage, RELOADED));
    return ago >= 0 && ago < A_MINUTE;
  }

  // a browser that keeps nothing would go round and round: there the page has to be a minute old
  function remembered() {
    const now = String(Date.now());
    kept(sessionStorage, RELOADED, now);
    return kept(sessionStorage, RELOADED) === now || performance.now() > A_MINUTE;
  }

  // another page is no reload: it may follow at any time
  async function renew(build, to = null) {
    if (renewing || (!to && lately())) return;
    renewing = true;
    const good = await ready(build, to || location.href).catch(() => false);
    if (good && to) location.assign(to);
    else if (good && remembered()) location.reload();
    else setTimeout(() => (renewing = false), 5000);
  }

  // another build serves now: the pages of a house follow it one after another
  let waiting = null;
  function newBuild(build, interval) {
    waiting ||= setTimeout(() => {
      waiting = null;
      renew(build);
    }, Math.random() * Math.min(interval, 10000));
  }

  // remembered as soon as the page is opened, not with the first picture: it may be left before that comes
  if (name()) document.documentElement.dataset.wall = "";

  Object.assign(ours, { wall, newBuild });
})();
