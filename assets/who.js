// Who looks: a name is chosen once, by team, and remembered on this device; the next time its day opens at once.
(() => {
  "use strict";
  const KEY = "smarketing.rep";
  const PATIENT = 20000;
  const query = new URLSearchParams(location.search);
  const asOf = (query.get("as_of") || "").replace(" ", "+");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function remember(id) {
    try {
      localStorage.setItem(KEY, id);
    } catch {
      // a browser that keeps nothing asks again next time
    }
  }

  function past(sign) {
    return asOf ? `${sign}as_of=${encodeURIComponent(asOf)}` : "";
  }

  function element(tag, look, ...inside) {
    const found = document.createElement(tag);
    if (look) found.className = look;
    found.append(...inside);
    return found;
  }

  function many(count, one) {
    return `${count.toLocaleString("en-GB")} ${one}${count === 1 ? "" : "s"}`;
  }

  function name(rep) {
    const words = element("b", "", rep.name);
    words.dir = "auto";
    const link = element("a", "name-row", words);
    link.href = `/today/${encodeURIComponent(rep.id)}${past("?")}`;
    link.addEventListener("click", () => remember(rep.id));
    if (rep.id === remembered()) link.setAttribute("aria-current", "true");
    return Object.assign(element("li", "", link), { sought: plain(`${rep.name} ${rep.team || ""}`) });
  }

  function team(title, reps) {
    const list = element("ul", "", ...reps.sort((one, other) => one.name.localeCompare(other.name)).map(name));
    const heading = element("h2", "", title);
    heading.dir = "auto";
    return element("section", "team block", heading, list);
  }

  function teams(reps) {
    const found = new Map();
    for (const rep of reps) found.set(rep.team || "No team", [...(found.get(rep.team || "No team") || []), rep]);
    return [...found].sort(([one], [other]) => one.localeCompare(other)).map(([title, some]) => team(title, some));
  }

  function orphans(place, { late, first, again }) {
    const all = late + first + again;
    const parts = [late && `${late.toLocaleString("en-GB")} late`, first && `${first.toLocaleString("en-GB")} to try`, again && `${again.toLocaleString("en-GB")} to try again`];
    place.hidden = !all;
    place.replaceChildren(element("b", "", `${many(all, "lead")} due that nobody here has: `), `${parts.filter(Boolean).join(", ")}. Whoever assigns leads can give them to somebody.`);
  }

  function find(box, place) {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    const items = [...place.querySelectorAll("li")];
    for (const item of items) item.hidden = !words.every((word) => item.sought.includes(word));
    for (const one of place.querySelectorAll(".team")) one.hidden = !one.querySelector("li:not([hidden])");
    const left = items.filter((item) => !item.hidden).length;
    const none = place.querySelector(".nobody");
    if (none) none.hidden = left > 0;
    document.getElementById("names-found").textContent = many(left, "name");
  }

  async function told(address) {
    const answer = await fetch(address + past("?"), { signal: AbortSignal.timeout(PATIENT), redirect: "error", cache: "no-store" });
    const body = await answer.json().catch(() => null);
    if (answer.ok && body && Array.isArray(body.reps)) return body;
    const said = body && typeof body.error === "string" ? body.error.slice(0, 300) : `the server answered ${answer.status}`;
    throw Object.assign(new Error(said), { words: said });
  }

  async function show(place, box) {
    try {
      const body = await told(place.dataset.reps);
      const nobody = element("p", "nobody quiet", body.reps.length ? "Nobody of that name." : "There are no reps yet: the table reps is empty.");
      nobody.hidden = body.reps.length > 0;
      place.replaceChildren(...teams(body.reps), nobody);
      orphans(document.getElementById("orphans"), body.orphans);
      find(box, place);
    } catch (fault) {
      if (!(fault.words || fault instanceof TypeError || fault instanceof DOMException)) throw fault;
      const again = element("button", "unfold", "Try again");
      again.type = "button";
      again.addEventListener("click", () => show(place, box));
      place.replaceChildren(element("p", "reason", `The names cannot be shown: ${fault.words || "no connection"}.`), again);
    }
  }

  // who has signed in, and is a rep, need not say so
  async function signedIn() {
    const signal = AbortSignal.timeout(3000);
    const answer = await fetch("/api/me", { signal, cache: "no-store", redirect: "error" }).catch(() => null);
    const told = answer && answer.ok ? await answer.json().catch(() => null) : null;
    if (!told || !told.rep) return false;
    remember(told.rep);
    location.replace(`/today/${encodeURIComponent(told.rep)}${past("?")}`);
    return true;
  }

  function choose() {
    const place = document.getElementById("names");
    const box = document.getElementById("find");
    box.addEventListener("input", () => find(box, place));
    box.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = place.querySelector("li:not([hidden]) a");
      if (first && box.value) first.click();
    });
    show(place, box);
    // a phone would put its keyboard over the names
    if (matchMedia("(hover: hover) and (pointer: fine)").matches) box.focus();
  }

  // the list is there for whoever has not chosen yet, or asks for it
  if (document.querySelector("main.choice")) {
    const known = remembered();
    if (known && !query.has("choose")) location.replace(`/today/${encodeURIComponent(known)}${past("?")}`);
    else document.addEventListener("DOMContentLoaded", () => (query.has("choose") ? choose() : signedIn().then((own) => own || choose())));
  }
  const other = document.querySelector(".not-you");
  if (other) other.href = `/today?choose=${past("&")}`;
})();
