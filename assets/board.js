// Keeps the board's picture: asks for it again and again, draws what came, and keeps the last good one when nothing comes.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const LONGEST_WAIT = 30000;

  const words = new URLSearchParams(location.search);
  // a plus in an address is read as a space; an instant has no space
  const asOf = (words.get("as_of") || "").replace(" ", "+");
  const interval = 1000 * Number(document.documentElement.dataset.refreshSeconds || 10);

  let root = null;
  let picture = null;
  let etag = null;
  let timer = null;
  let asking = null;
  let failures = 0;
  const heard = { at: performance.now(), clock: null, state: null, refused: null };

  function verified(answer) {
    heard.at = performance.now();
    heard.clock = ours.clock(picture && picture.as_of, answer.headers.get("Date"));
    heard.refused = null;
    failures = 0;
  }

  async function refusal(answer) {
    try {
      const told = await answer.json();
      return (told.state && told.state.words) || told.words || told.error || `the server answers ${answer.status}`;
    } catch {
      return `the server answers ${answer.status}`;
    }
  }

  async function ask() {
    const address = root.dataset.picture + (asOf ? `?as_of=${encodeURIComponent(asOf)}` : "");
    const headers = etag ? { "If-None-Match": etag } : {};
    const answer = await fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(Math.max(interval, 10000)) });
    if (answer.status === 304) return verified(answer);
    if (!answer.ok) {
      heard.refused = await refusal(answer);
      failures += 1;
      return undefined;
    }
    const fresh = await answer.json();
    etag = answer.headers.get("ETag");
    if (!Object.keys(fresh.blocks).length) return waiting(fresh, answer);
    const same = picture && picture.id === fresh.id;
    picture = fresh;
    heard.state = fresh.state;
    verified(answer);
    if (!same) render();
    return undefined;
  }

  // the server is there and has nothing to show: what was drawn before stays
  function waiting(fresh, answer) {
    verified(answer);
    if (picture) heard.refused = fresh.state.words;
    else heard.state = fresh.state;
  }

  async function round() {
    if (asking || !root) return;
    clearTimeout(timer);
    asking = ask()
      .catch((trouble) => {
        failures += 1;
        if (!(trouble instanceof TypeError) && trouble.name !== "TimeoutError") console.error(trouble);
      })
      .finally(() => {
        asking = null;
      });
    await asking;
    tell();
    next();
  }

  function next() {
    if (asOf && picture) return;
    const wait = failures ? Math.min(interval * 2 ** Math.min(failures, 5), Math.max(interval, LONGEST_WAIT)) : interval;
    timer = setTimeout(round, wait * (0.85 + 0.3 * Math.random()));
  }

  function render() {
    root.removeAttribute("data-empty");
    for (const [name, tree] of Object.entries(picture.blocks)) {
      const place = document.getElementById(name);
      if (place) ours.patch(place, tree);
    }
    for (const place of root.querySelectorAll("[data-figure]")) {
      const figure = picture.figures[place.dataset.figure];
      if (figure) ours.draw(place, figure);
    }
    ours.forget();
    ours.showOpening(picture);
  }

  function live() {
    const kept = new URLSearchParams(location.search);
    kept.delete("as_of");
    kept.delete("open");
    const query = kept.toString();
    return location.pathname + (query ? `?${query}` : "");
  }

  function tell() {
    if (!root) return;
    const state = ours.judged(heard, performance.now(), interval, Boolean(asOf));
    ours.showFreshness(root.querySelector("[data-opaque=freshness]"), state);
    const bar = root.querySelector(".bar-line");
    if (asOf && bar) {
      const said = picture ? `You are looking at the past: ${when(picture.as_of)}` : `As of ${asOf}`;
      ours.patch(bar, [ours.made("Span", {}, said), ours.made("A", { href: live() }, "Back to live")]);
    }
    if (!picture) wait(state);
    else document.querySelectorAll(".waiting-words").forEach((one) => one.remove());
  }

  function when(instant) {
    const [day, time] = instant.split("T");
    const told = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));
    return `${told.replace(",", "")}, ${time.slice(0, 5)}`;
  }

  function wait(state) {
    root.setAttribute("data-empty", "");
    let place = root.querySelector(".waiting-words");
    if (!place) {
      place = document.createElement("p");
      place.className = "waiting-words";
      place.setAttribute("role", "status");
      root.append(place);
    }
    const first = state.kind === "waiting" ? "Waiting for first data" : state.kind === "lost" ? "No connection" : "No picture yet";
    const more = heard.state ? state.words.replace(/^waiting for first data: /, "") : state.kind === "waiting" ? "The board appears here in a moment." : state.words;
    ours.patch(place, [ours.made("B", {}, first), ours.made("Span", {}, more)]);
  }

  // Dash puts the frame on the page in its own time, and may do so anew
  function find() {
    const found = document.getElementById("board");
    if (found === root) return;
    root = found;
    if (!root) return;
    if (picture) render();
    tell();
    round();
  }

  new MutationObserver(find).observe(document.documentElement, { childList: true, subtree: true });
  setInterval(tell, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else if (!(asOf && picture)) round();
  });
  addEventListener("online", () => {
    if (!(asOf && picture)) round();
  });
  find();
})();
