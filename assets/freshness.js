// How fresh the picture is, judged by this browser's own clock: a page that hears nothing says so itself.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const SHAPES = { live: "dot", "as of": "up", stale: "square", refused: "square", lost: "square", waiting: "ring" };
  // a silence as long as this is the connection's fault, a shorter one the data's
  const SILENCE = 15000;
  const CLOCKS_AGREE = 120000;

  // after this many milliseconds a picture is old, and nothing heard is no connection
  function patience(interval) {
    return 2 * interval + 15000;
  }

  function mark() {
    return { steady: performance.now(), wall: Date.now() };
  }

  // the steady clock stands still while some machines sleep; then the wall's clock tells
  function since(then) {
    return Math.max(performance.now() - then.steady, Date.now() - then.wall, 0);
  }

  // heard: {at: mark of the last answer of ours or of the start, now: the server's clock then, or null,
  //         read: {at: mark, age: milliseconds since the warehouse was last read, when the shown picture was last vouched for},
  //         as_of: the picture's, or null, state: its {kind, words} or null, refused: the server's words, or null}
  function judged(heard, interval, travelled) {
    if (travelled && heard.state) return heard.state;
    const silent = since(heard.at);
    const limit = patience(interval);
    const old = heard.read && heard.read.age + since(heard.read.at) > limit;
    if (silent > limit || (old && silent > SILENCE)) {
      const clock = heard.now === null ? "" : ` since ${at(heard.as_of, heard.now)}`;
      return { kind: "lost", words: `no connection${clock}` };
    }
    if (heard.refused) return { kind: "stale", words: heard.refused };
    if (old && heard.state.kind === "live") {
      return { kind: "stale", words: `stale since ${at(heard.as_of, Date.parse(heard.as_of))} (no new data)` };
    }
    return heard.state || { kind: "waiting", words: "waiting for first data" };
  }

  // an instant (milliseconds) as the time of day in the company's zone: "2026-11-20T14:32:05+01:00" gives the zone
  function company(asOf, instant) {
    const zone = /([+-])(\d\d):(\d\d)(?::\d\d)?$/.exec(asOf || "");
    const minutes = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
    return new Date(instant + minutes * 60000);
  }

  function at(asOf, instant) {
    return company(asOf, instant).toISOString().slice(11, 16);
  }

  // how many minutes this screen's clock is off the server's; 0 while that does not matter
  function clockOff(now) {
    const off = now > 0 ? Date.now() - now : 0;
    return Math.abs(off) > CLOCKS_AGREE ? Math.round(off / 60000) : 0;
  }

  // whoever does not see the line hears when its state changes, and not with every minute
  let announced = null;

  function announce(kind, words) {
    const now = `${kind} ${words.replaceAll(/\d\d:\d\d/g, "")}`;
    // that a page waits at first is told where it waits
    if (now === announced || kind === "waiting") return;
    announced = now;
    let place = document.getElementById("announced");
    if (!place) document.body.prepend((place = Object.assign(document.createElement("p"), { id: "announced", className: "unseen", role: "status" })));
    // that all is well is news only after it was not
    if (kind !== "live" || place.textContent) place.textContent = words;
  }

  function show(place, state, off) {
    const { kind, words } = state;
    announce(kind, words);
    if (document.documentElement.dataset.state !== kind) document.documentElement.dataset.state = kind;
    if (!place) return;
    const shape = ours.made("I", { className: `shape ${SHAPES[kind] || "square"}`, "aria-hidden": "true" });
    const told = ours.made("Button", { type: "button", className: "number told", "data-open": "ages" }, shape, ours.made("Span", {}, words));
    const wrong = `this screen's clock is ${Math.abs(off).toLocaleString("en-GB")} min off the server's`;
    ours.patch(place, off ? [told, ours.made("Small", { className: "clock-off" }, wrong)] : [told]);
  }

  Object.assign(ours, { judged, mark, since, company, patience, clockOff, showFreshness: show });
})();
