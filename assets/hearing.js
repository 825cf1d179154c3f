// Hears the server: by the stream where there is one, by asking again and again where there is none. Never gives up.
// What is not ours (a captive portal's page, a proxy's words, half an answer) is not heard at all.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  // the stream beats every five seconds: when two beats have not come, it is dead
  const SILENT = 12000;
  const SHUT = new Set(["signed out", "shut"]);
  const KINDS = new Set(["live", "as of", "stale", "refused", "waiting"]);

  const whole = (value) => Number.isSafeInteger(value) && value >= 0;
  const map = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  function isPicture(told) {
    if (!map(told) || !map(told.state) || !KINDS.has(told.state.kind) || typeof told.state.words !== "string") return false;
    if (![told.blocks, told.figures, told.numbers].every(map) || typeof told.id !== "string") return false;
    if (told.as_of !== null && Number.isNaN(Date.parse(told.as_of))) return false;
    if (told.due !== undefined && !(Array.isArray(told.due) && told.due.every(map) && map(told.course))) return false;
    return Object.values(told.blocks).every(ours.drawable);
  }

  function isBeat(told) {
    return map(told) && (told.number === null || whole(told.number)) && typeof told.build === "string" && told.now > 0;
  }

  // take.heard({number, age, now, build, picture?}): seconds of age, server's clock in milliseconds; take.refused(words, kind)
  function hearing({ address, stream, interval, take }) {
    // a server that comes back is found within two refreshes
    const longest = Math.min(30000, Math.max(1000, 1.5 * interval));
    let source = null;
    let openedAt = 0;
    let heardAt = -Infinity;
    let lost = 0;
    let openAt = 0;
    let beat = null;

    let etag = null;
    let asking = false;
    let failed = 0;
    let later = 0;
    let askAt = stream ? 1500 + performance.now() : 0;
    let over = false;

    function wait(times) {
      return Math.min(longest, 500 * 2 ** Math.min(times, 10)) * (0.5 + 0.5 * Math.random());
    }

    function streams() {
      return source !== null && performance.now() - heardAt < SILENT;
    }

    function open() {
      if (source || document.hidden || !stream || !window.EventSource) return;
      const mine = new EventSource(stream);
      source = mine;
      openedAt = performance.now();
      const on = (kind, check, use) =>
        mine.addEventListener(kind, (event) => {
          const told = parsed(event.data);
          if (mine !== source || !check(told)) return;
          heardAt = performance.now();
          lost = 0;
          use(told);
        });
      on("beat", isBeat, (told) => {
        beat = { number: told.number, age: told.age === null ? Infinity : Number(told.age), now: told.now * 1000, build: told.build };
        take.heard(beat);
      });
      on("picture", isPicture, (told) => {
        if (beat && beat.number === told.number) take.heard({ ...beat, picture: told });
      });
      // the browser gives up for good on some answers: we never do
      mine.onerror = () => {
        if (mine !== source) return;
        close();
        lost += 1;
        openAt = performance.now() + wait(lost);
        askAt = Math.min(askAt, performance.now() + (heardAt < 0 ? 0 : wait(1)));
        tick();
      };
    }

    function close() {
      if (source) source.close();
      source = null;
    }

    async function answered() {
      const headers = etag ? { "If-None-Match": etag } : {};
      const signal = AbortSignal.timeout(Math.max(interval, 10000));
      const answer = await fetch(address, { headers, cache: "no-store", redirect: "error", signal });
      later = answer.status === 503 || answer.status === 429 ? 1000 * Number(answer.headers.get("Retry-After")) || 0 : 0;
      const age = answer.headers.has("Age") ? Number(answer.headers.get("Age")) : NaN;
      const named = answer.headers.get("ETag");
      const told = { age, now: Date.parse(answer.headers.get("Date")) || Date.now(), build: answer.headers.get("X-Build") };
      if (answer.status === 304) return etag && named === etag && age >= 0 && take.heard({ ...told, number: Number(etag.slice(1, -1)) });
      if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) return false;
      const body = parsed(await answer.text());
      if (answer.status !== 200) {
        // not ours to see any more, or not until one has signed in again
        if ((answer.status === 401 || answer.status === 403) && map(body) && SHUT.has(body.state)) {
          // what was had before is gone from the page: once it may be seen again, all of it is asked for
          etag = null;
          take.shut(String(body.error).slice(0, 300), body.state);
        }
        if (map(body) && KINDS.has(body.state) && typeof body.error === "string") take.refused(body.error.slice(0, 300), body.state);
        return false;
      }
      if (!isPicture(body) || !(age >= 0)) return false;
      etag = named;
      take.heard({ ...told, number: whole(body.number) ? body.number : null, picture: body });
      return true;
    }

    async function ask() {
      asking = true;
      later = 0;
      const good = await answered().catch((trouble) => {
        if (!(trouble instanceof TypeError || trouble instanceof DOMException)) console.error(trouble);
        return false;
      });
      asking = false;
      failed = good === false ? failed + 1 : 0;
      // a server that asks for patience gets it, within reason, and not from all screens to the same moment
      const patient = Math.min(longest, later) * (1 + 0.5 * Math.random());
      askAt = performance.now() + (failed ? Math.max(wait(failed), patient) : interval * (0.85 + 0.3 * Math.random()));
    }

    // called every second, and whenever something has happened
    function tick() {
      if (over || document.hidden) return;
      const now = performance.now();
      if (source && now - Math.max(openedAt, heardAt) > SILENT) {
        close();
        lost += 1;
        openAt = now + wait(lost);
      }
      if (!source && now >= openAt) open();
      if (!asking && !streams() && now >= askAt) ask();
    }

    // after a sleep, a hidden tab or a lost network: everything anew, at once
    function wake() {
      close();
      // an answer that came too late was not taken: "unchanged since" would name a picture that nobody has
      etag = null;
      lost = 0;
      failed = 0;
      openAt = 0;
      askAt = performance.now() + (stream ? 1500 : 0);
      tick();
    }

    function rest() {
      close();
    }

    function end() {
      over = true;
      close();
    }

    return { tick, wake, rest, end };
  }

  Object.assign(ours, { hearing });
})();
