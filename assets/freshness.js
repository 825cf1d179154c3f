// How fresh the picture is, judged by this browser's own clock: a page that hears nothing says so itself.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const SHAPES = { live: "dot", "as of": "up", stale: "square", refused: "square", lost: "square", waiting: "ring" };

  // after this many milliseconds without a verified answer there is no connection
  function patience(interval) {
    return 2 * interval + 15000;
  }

  // heard: {at: performance.now() of the last verified answer or of the start, clock: "14:32" or null,
  //         state: the server's {kind, words} or null, refused: the server's words for why there is nothing new, or null}
  function judged(heard, now, interval, travelled) {
    if (now - heard.at > patience(interval) && !(travelled && heard.state)) {
      return { kind: "lost", words: heard.clock ? `no connection since ${heard.clock}` : "no connection" };
    }
    if (heard.refused) return { kind: "stale", words: heard.refused };
    return heard.state || { kind: "waiting", words: "waiting for first data" };
  }

  // the time of day in the company's zone, by the server's clock: "2026-11-20T14:32:05+01:00" gives the zone
  function clock(asOf, date) {
    const zone = /([+-])(\d\d):(\d\d)(?::\d\d)?$/.exec(asOf || "");
    const minutes = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
    const told = date ? Date.parse(date) : NaN;
    const at = new Date((Number.isNaN(told) ? Date.now() : told) + minutes * 60000);
    return `${String(at.getUTCHours()).padStart(2, "0")}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
  }

  function show(place, state) {
    const { kind, words } = state;
    if (document.documentElement.dataset.state !== kind) document.documentElement.dataset.state = kind;
    if (!place) return;
    ours.patch(place, [
      ours.made("I", { className: `shape ${SHAPES[kind] || "square"}`, "aria-hidden": "true" }),
      ours.made("Span", {}, words),
    ]);
  }

  Object.assign(ours, { judged, clock, patience, showFreshness: show });
})();
