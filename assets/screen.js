// A TV that waits to be paired: shows a code, asks whether it was typed, and then shows what it is told to. Never gives up.
(() => {
  "use strict";
  const ours = window.smarketing;
  const EVERY = 2000;
  const LONGEST = 30000;
  let ends = 0;
  let failed = 0;

  const place = (id) => document.getElementById(id);

  async function asks(method) {
    const answer = await fetch("/api/screen", { method, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(10000) });
    const told = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(told.error), { words: String(told.error).slice(0, 300), later: 1000 * Number(answer.headers.get("Retry-After")) });
    return told;
  }

  function show(told) {
    ends = performance.now() + 1000 * told.seconds;
    place("code").textContent = told.code;
    place("code").setAttribute("aria-label", `Code: ${[...told.code].join(" ")}`);
    const how = document.createElement("b");
    how.textContent = told.at || `${location.host}/screens`;
    place("how").replaceChildren("Type this code at ", how, told.qr ? ", or point a phone at the square." : ".");
    place("qr").hidden = !told.qr;
    if (told.qr) place("qr").replaceChildren(Object.assign(new Image(), { src: told.qr, alt: "The address, for a phone" }));
  }

  function count() {
    const left = Math.max(0, Math.round((ends - performance.now()) / 60000));
    place("left").textContent = ends ? (left > 1 ? `It is taken for ${left} more minutes; then another one stands here.` : "In a moment another code stands here.") : "";
  }

  function paired(told) {
    ours.keepScreen(told);
    location.replace(told.pages[0]);
  }

  function trouble(words) {
    place("trouble").textContent = words;
  }

  async function turn() {
    try {
      const told = await asks("GET");
      if (told.state === "paired") return paired(told);
      if (told.why) trouble(`${told.why.slice(0, 1).toUpperCase()}${told.why.slice(1)}.`);
      if (told.state === "unpaired" || performance.now() > ends) show(await asks("POST"));
      if (!told.why) trouble("");
      failed = 0;
      setTimeout(turn, EVERY);
    } catch (fault) {
      failed += 1;
      if (!ends || performance.now() > ends) place("code").textContent = "";
      trouble(fault.words ? `${fault.words}.` : "No connection to the server; this screen goes on trying.");
      setTimeout(turn, Math.max(fault.later || 0, Math.min(LONGEST, EVERY * 2 ** Math.min(failed, 4)) * (0.5 + 0.5 * Math.random())));
    }
    return count();
  }

  document.addEventListener("DOMContentLoaded", turn);
})();
