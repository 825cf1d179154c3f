// The weekly meeting: goes from step to step by keyboard, clicker, touch or the address, and keeps all windows in step.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const LAST = 7;
  const FORWARD = new Set(["ArrowRight", "ArrowDown", "PageDown", " "]);
  const BACK = new Set(["ArrowLeft", "ArrowUp", "PageUp"]);
  // a finger that went this far, and more to the side than up or down, meant to turn
  const SWIPE = 60;

  const words = new URLSearchParams(location.search);
  const isPresenter = words.has("presenter");
  // a plus in an address is read as a space; an instant has no space
  const asOf = (words.get("as_of") || "").replace(" ", "+");
  const hearers = { step: [], picture: [], told: [] };
  const hears = {};

  let root = null;
  let picture = null;
  let week = null;
  let step = 0;
  let channel = null;
  // whether the address named a step when the page was opened
  let led = false;

  function on(what, hearer) {
    hearers[what].push(hearer);
    if (what === "step" && step) hearer(step, 0);
  }

  function each(what, ...told) {
    hearers[what].forEach((hearer) => hearer(...told));
  }

  // the step that the address names; null where it names none
  function named() {
    const found = /^#([1-7])$/.exec(location.hash);
    return found ? Number(found[1]) : null;
  }

  function section(number) {
    return document.getElementById(`step-${number}`);
  }

  function title(number) {
    const place = section(number);
    const told = place && place.querySelector("h2");
    return (told && told.textContent) || (place && place.getAttribute("aria-label")) || "";
  }

  function takeaway(number) {
    const told = section(number) && section(number).querySelector(".takeaway");
    return told ? told.textContent : "";
  }

  // the address keeps the step, whatever else has been written into it
  function keep() {
    const here = new URL(location.href);
    if (here.hash === `#${step}`) return;
    here.hash = String(step);
    history.replaceState(history.state, "", here);
  }

  function show(number) {
    if (number === step) return keep();
    const from = step;
    step = number;
    root.dataset.step = String(number);
    for (let one = 1; one <= LAST; one += 1) section(one).hidden = one !== number;
    for (const one of root.querySelectorAll("[data-step]")) {
      if (Number(one.dataset.step) === number) one.setAttribute("aria-current", "step");
      else one.removeAttribute("aria-current");
    }
    root.querySelector("[data-turn=before]").disabled = number === 1;
    root.querySelector("[data-turn=next]").disabled = number === LAST;
    // the focus does not stay behind on what is gone
    if (document.activeElement === document.body || !document.activeElement.checkVisibility()) root.focus({ preventScroll: true });
    if (!isPresenter) scrollTo(0, 0);
    keep();
    each("step", number, from);
    say();
  }

  function say() {
    const place = document.getElementById("step-said");
    const text = picture && step ? `Step ${step} of ${LAST}: ${title(step)}. ${takeaway(step)}` : "";
    if (place.textContent !== text) place.textContent = text;
  }

  // somebody here goes to a step, and every window of this meeting with them
  function go(number) {
    const wanted = Math.min(Math.max(number, 1), LAST);
    if (wanted === step) return;
    show(wanted);
    tell({ step });
  }

  function tell(told) {
    if (channel) channel.postMessage(told);
  }

  function heard(told) {
    if (!told || typeof told !== "object") return;
    if (Number.isInteger(told.step) && told.step >= 1 && told.step <= LAST) show(told.step);
    if (told.asks === "step") tell({ step });
    each("told", told);
  }

  function join(name) {
    if (channel) channel.close();
    channel = window.BroadcastChannel ? new BroadcastChannel(`smarketing.meeting.${name}`) : null;
    if (!channel) return;
    channel.addEventListener("message", (event) => heard(event.data));
    // who opens a link to a step sees that step; who does not joins those who are there
    if (!led) tell({ asks: "step" });
  }

  // every picture that is drawn passes here on its way to the numbers that open
  function listen() {
    const showOpening = ours.showOpening;
    ours.showOpening = (fresh) => {
      take(fresh);
      showOpening(fresh);
    };
    // the rows behind a number are those of the week
    const rows = ours.rows;
    ours.rows = (place, asked) => rows(place, { ...asked, name: `${week}/${asked.name}` });
  }

  function take(fresh) {
    picture = fresh;
    // the way to other moments goes on from the one that was asked for, not from the hour of its week
    if (asOf) document.documentElement.dataset.asOf = asOf;
    const found = fresh.meeting && fresh.meeting.week;
    if (found && week && found !== week) return location.reload();
    if (found && !week) {
      week = found;
      join(found);
      address(found);
    }
    say();
    each("picture", fresh);
  }

  // a link to this page means this week, also when another one has ended since
  function address(name) {
    document.title = `${(picture.meeting.label || name)} · Smarketing`;
    if (location.pathname !== "/meeting" || asOf) return;
    history.replaceState(history.state, "", `/meeting/${name}${location.search}#${step}`);
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen().catch(() => {});
  }

  function presenter() {
    if (!week) return;
    const asked = new URLSearchParams(location.search);
    asked.delete("open");
    asked.set("presenter", "");
    const size = `popup,width=${Math.min(1200, screen.availWidth)},height=${Math.min(820, screen.availHeight)}`;
    window.open(`/meeting/${encodeURIComponent(week)}?${asked}#${step}`, `smarketing-presenter-${week}`, size);
  }

  function dark(off) {
    const root = document.documentElement;
    if (off || root.dataset.dark !== undefined) delete root.dataset.dark;
    else root.dataset.dark = "";
  }

  function help() {
    const sheet = document.getElementById("help");
    if (sheet.open) sheet.close();
    else sheet.showModal();
  }

  const DOES = {
    f: fullScreen,
    p: presenter,
    b: dark,
    ".": dark,
    "?": help,
    n: () => hears.note && hears.note(),
    a: () => hears.action && hears.action(),
    l: () => hears.ledger && hears.ledger(),
    w: () => hears.weeks && hears.weeks(),
    Home: () => go(1),
    End: () => go(LAST),
  };

  function writes(place) {
    return place.closest && place.closest("input, textarea, select, [contenteditable], [role=grid], .ag-root") !== null;
  }

  // whether something goes on that way by more than its last line's descent
  function goesOn(one, down) {
    return (down ? one.scrollHeight - one.clientHeight - one.scrollTop : one.scrollTop) > 8;
  }

  // what an arrow does where the step is higher than the screen, as it is enlarged: it is read on before it is turned.
  // The page is scrolled by the browser; the step, which has no focus of its own, by hand.
  function readsOn(down) {
    const scene = section(step);
    if (isPresenter) return undefined;
    if (goesOn(document.scrollingElement, down)) return null;
    if (getComputedStyle(scene).overflowY !== "auto" || !goesOn(scene, down)) return undefined;
    return () => scene.scrollBy(0, (down ? 1 : -1) * Math.min(80, scene.clientHeight / 4));
  }

  // what a key does where it is pressed: a box that scrolls scrolls, a button is pressed
  function means(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writes(event.target)) return null;
    const { key } = event;
    const panel = document.querySelector("dialog[open]");
    if (panel) return panel.matches(".panel") && key.toLowerCase() === "a" ? DOES.a : key === "?" && panel.id === "help" ? help : null;
    const presses = key === " " && event.target.closest("button, a[href], summary");
    const scrolls = /^(Arrow(Up|Down)|Page|Home|End| )/.test(key) && event.target.closest(".scrolls, .cards");
    if (presses || scrolls) return null;
    // a clicker turns by its own two keys
    const reads = /^Arrow(Up|Down)$/.test(key) ? readsOn(key === "ArrowDown") : undefined;
    if (reads !== undefined) return reads;
    if (FORWARD.has(key)) return event.shiftKey && key === " " ? () => go(step - 1) : () => go(step + 1);
    if (BACK.has(key)) return () => go(step - 1);
    if (/^[1-7]$/.test(key)) return () => go(Number(key));
    return event.repeat ? null : DOES[key] || DOES[key.toLowerCase()] || null;
  }

  function pressed(event) {
    if (event.key === "Escape") return dark(true);
    const does = means(event);
    if (!does) return;
    event.preventDefault();
    does();
  }

  function clicked(event) {
    const found = event.target.closest && event.target.closest("[data-step], [data-turn], [data-do], [data-close=help]");
    if (document.documentElement.dataset.dark !== undefined) dark(true);
    else if (event.target.id === "help") help();
    else if (found && found !== root) act(found.dataset);
    // after a click the keys go on turning, and do not press the same button again
    if (event.detail && found && found.matches("[data-turn], button[data-step]")) root.focus({ preventScroll: true });
    // opening a number writes an address of its own
    setTimeout(keep, 0);
  }

  function act({ step: number, turn, do: what, close }) {
    if (number) go(Number(number));
    else if (turn) go(turn === "next" ? step + 1 : step - 1);
    else if (close || what === "help") help();
    else if (what === "present") presenter();
    else if (what) hears[what] && hears[what]();
  }

  function swipes() {
    let from = null;
    root.addEventListener("touchstart", (event) => {
      const { touches, target } = event;
      const one = touches.length === 1 && !target.closest(".scrolls, input, textarea, dialog") ? touches[0] : null;
      from = one && { x: one.clientX, y: one.clientY };
    }, { passive: true });
    root.addEventListener("touchend", (event) => {
      const one = event.changedTouches[0];
      const [x, y] = from ? [one.clientX - from.x, one.clientY - from.y] : [0, 0];
      from = null;
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) go(x < 0 ? step + 1 : step - 1);
    }, { passive: true });
  }

  function begin() {
    root = document.querySelector("main.meeting");
    if (isPresenter) document.documentElement.dataset.presenter = "";
    if (asOf) document.documentElement.dataset.past = "";
    // what opens numbers comes after this file
    document.addEventListener("DOMContentLoaded", listen);
    led = named() !== null;
    show(named() || 1);
    document.addEventListener("keydown", pressed);
    document.addEventListener("click", clicked);
    addEventListener("hashchange", () => named() && go(named()));
    addEventListener("popstate", () => (named() ? show(named()) : keep()));
    swipes();
  }

  Object.assign(ours, {
    meeting: {
      on, go, tell, title, takeaway, hears, isPresenter, asOf, LAST,
      get step() { return step; },
      get week() { return week; },
      get picture() { return picture; },
    },
  });
  if (document.querySelector("main.meeting")) begin();
})();
