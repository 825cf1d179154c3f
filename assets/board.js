// Keeps the board's picture: draws the newest that was heard, and keeps the last good one when nothing comes.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  // a reload that finds the server at once shows no words of waiting
  const PATIENT = 700;
  // a clock that went this much further than another tells of a sleep
  const SLEPT = 4000;

  const page = document.documentElement.dataset;
  const words = new URLSearchParams(location.search);
  // a plus in an address is read as a space; an instant has no space
  const asOf = (words.get("as_of") || "").replace(" ", "+");
  const interval = 1000 * Number(page.refreshSeconds || 10);

  let root = null;
  let ears = null;
  let picture = null;
  let off = 0;
  let state = null;
  let ticked = null;
  const heard = { at: null, now: null, read: null, as_of: null, state: null, refused: null };

  function hear(told) {
    // what comes first after a sleep has waited as long as that lasted, and its age does not say so
    if (slept()) return tick();
    heard.at = ours.mark();
    heard.now = told.now;
    off = ours.clockOff(told.now);
    if (!picture) heard.refused = null;
    if (told.picture) take(told);
    if (picture && (asOf || told.number === picture.number)) {
      heard.read = { at: heard.at, age: 1000 * told.age };
      heard.refused = null;
    }
    if (told.build && told.build !== page.build) ours.newBuild(told.build, interval);
    tell();
  }

  function take({ picture: fresh }) {
    // the server is there and has nothing to show: what was drawn before stays
    if (!Object.keys(fresh.blocks).length) {
      if (picture) heard.refused = fresh.state.words;
      else heard.state = fresh.state;
    } else if (fits(fresh) && !older(fresh)) {
      picture = fresh;
      heard.as_of = fresh.as_of;
      heard.state = fresh.state;
      render();
    }
  }

  // the picture of another build may have other blocks: drawn here, what it lacks would look as fresh as the rest
  function fits(fresh) {
    const places = [...root.querySelectorAll(".block")].map((one) => one.id);
    return places.length === Object.keys(fresh.blocks).length && places.every((one) => one in fresh.blocks);
  }

  // what is shown never goes back, unless it is old: then whatever the server has now is better
  function older(fresh) {
    if (!picture || asOf || fresh.number >= picture.number) return false;
    return Date.parse(fresh.as_of) <= Date.parse(picture.as_of) && state.kind === "live";
  }

  function shut(words, kind) {
    // what is not to be seen any more is not kept to be shown again
    picture = null;
    heard.read = null;
    ours.shut(words, kind);
  }

  function refused(told, kind) {
    heard.at = ours.mark();
    if (kind === "waiting" && !picture) heard.state = { kind, words: told };
    else heard.refused = told;
    tell();
  }

  function render() {
    root.removeAttribute("data-empty");
    for (const [name, tree] of Object.entries(picture.blocks)) {
      const place = document.getElementById(name);
      if (place) ours.patch(place, tree);
    }
    const number = String(picture.number ?? picture.as_of);
    if (picture.due) ours.drawDay(root, picture);
    for (const place of root.querySelectorAll(".block, [data-number], [data-key]")) place.dataset.snapshot = number;
    for (const place of root.querySelectorAll("[data-figure]")) {
      const figure = picture.figures[place.dataset.figure];
      if (figure) ours.draw(place, figure, number);
    }
    page.painted = number;
    page.asOf = picture.as_of;
    ours.forget();
    ours.showOpening(picture);
  }

  function tell() {
    state = ours.judged(heard, interval, Boolean(asOf));
    ours.showFreshness(root.querySelector("[data-opaque=freshness]"), state, asOf ? 0 : off);
    if (!picture) wait();
    else root.querySelectorAll(".waiting-words").forEach((one) => one.remove());
  }

  function wait() {
    root.setAttribute("data-empty", "");
    let place = root.querySelector(".waiting-words");
    if (!place && !heard.state && ours.since(ticked.begun) < PATIENT) return;
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

  // the page looks at its clock every second: where it did not, it stood still, with all the machine or by itself
  function slept() {
    const gone = ours.since(ticked.at);
    return gone - (performance.now() - ticked.at.steady) > SLEPT || gone > 3 * SLEPT;
  }

  function tick() {
    const stood = slept();
    ticked.at = ours.mark();
    if (asOf && picture) ears.end();
    else if (stood) ears.wake();
    else ears.tick();
    tell();
    if (picture && !asOf) ours.wall({ number: picture.number, age: age(), now: serverNow(), asOf: picture.as_of });
  }

  function age() {
    return heard.read ? (heard.read.age + ours.since(heard.read.at)) / 1000 : null;
  }

  function serverNow() {
    return heard.now + ours.since(heard.at);
  }

  function wake() {
    tell();
    if (!(asOf && picture)) ears.wake();
  }

  function begin() {
    root = document.getElementById("board");
    heard.at = ours.mark();
    ticked = { begun: heard.at, at: heard.at };
    const also = root.dataset.picture.includes("?") ? "&" : "?";
    const address = root.dataset.picture + (asOf ? `${also}as_of=${encodeURIComponent(asOf)}` : "");
    ears = ours.hearing({ address, stream: asOf ? null : root.dataset.stream, interval, take: { heard: hear, refused, shut } });
    tick();
    // while the first picture is on its way; a page without figures never asks for it
    if (document.querySelector("link[rel=preload][as=script]")) ours.plotly().catch(() => {});
    setInterval(tick, 1000);
    document.addEventListener("visibilitychange", () => (document.hidden ? ears.rest() : wake()));
    addEventListener("pagehide", () => ears.rest());
    addEventListener("pageshow", (event) => event.persisted && wake());
    addEventListener("online", wake);
    addEventListener("focus", tick);
    document.addEventListener("resume", wake);
  }

  if (document.getElementById("board")) document.addEventListener("DOMContentLoaded", begin);
})();
