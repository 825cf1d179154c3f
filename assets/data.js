// The rows of a finding on /data: a drawer at a desk, a page on a phone; so many at a time, with the way to each record.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const PAGE = 50;
  const PATIENT = 20000;

  let drawer = null;
  let here = null;

  function element(tag, look, ...inside) {
    const found = document.createElement(tag);
    if (look) found.className = look;
    found.append(...inside);
    return found;
  }

  function button(look, words, does) {
    const found = element("button", look, words);
    found.type = "button";
    found.addEventListener("click", does);
    return found;
  }

  function count(rows) {
    return `${rows.toLocaleString("en-GB")} ${rows === 1 ? "row" : "rows"}`;
  }

  function address(name) {
    const words = new URLSearchParams(location.search);
    words.delete("finding");
    if (name) words.set("finding", name);
    const query = words.toString();
    return location.pathname + (query ? `?${query}` : "");
  }

  function made() {
    const title = element("h2", "");
    title.id = "finding-title";
    title.tabIndex = -1;
    const close = button("close", "×", () => drawer.close());
    close.setAttribute("aria-label", "Close");
    const place = element("div", "finding-rows");
    const dialog = element("dialog", "panel finding", element("header", "", title, close), place);
    dialog.setAttribute("aria-labelledby", "finding-title");
    window.smarketing.beside(dialog, () => dialog.close());
    dialog.addEventListener("close", closed);
    document.body.append(dialog);
    return Object.assign(dialog, { heading: title, place });
  }

  function closed() {
    const { opener, pushed } = here || {};
    if (here) here.end.abort();
    here = null;
    if (new URLSearchParams(location.search).has("finding")) {
      if (pushed) history.back();
      else history.replaceState(null, "", address(null));
    }
    // the page may have been drawn anew meanwhile
    const again = opener && (opener.isConnected ? opener : buttonOf(opener.dataset.finding));
    if (again) again.focus();
  }

  function buttonOf(name) {
    return [...document.querySelectorAll("[data-finding]")].find((one) => one.dataset.finding === name) || null;
  }

  function open(opener, pushed) {
    const name = opener.dataset.finding;
    drawer = drawer || made();
    here = { name, asked: opener.dataset.asked, opener, pushed, start: 0, end: new AbortController() };
    if (pushed) history.pushState({ finding: name }, "", address(name));
    const says = opener.closest(".item").querySelector(".says");
    drawer.heading.textContent = says ? says.textContent : name;
    if (!drawer.open) drawer.showModal();
    drawer.heading.focus();
    show(0);
  }

  async function show(start) {
    const mine = here;
    mine.start = start;
    say(element("p", "label", "Reading the rows …"));
    try {
      const body = await read(mine, start);
      if (mine === here) say(...drawn(body, mine));
    } catch (fault) {
      if (mine !== here) return;
      const words = fault.words || (fault.name === "TimeoutError" ? "The server has not answered in time." : "No connection: the rows cannot be fetched.");
      const trouble = element("p", "rows-trouble", words, " ", button("small-button", "Try again", () => show(start)));
      trouble.setAttribute("role", "alert");
      say(trouble);
    }
  }

  async function read(mine, start) {
    const signal = AbortSignal.any([mine.end.signal, AbortSignal.timeout(PATIENT)]);
    const answer = await fetch(`/api/data/rows?${mine.asked}&start=${start}&count=${PAGE}`, { signal, redirect: "error" });
    const body = await answer.json().catch(() => null);
    if (answer.ok && body && Array.isArray(body.rows)) return body;
    const said = body && typeof body.error === "string" ? body.error.slice(0, 300) : `the server answered ${answer.status}`;
    throw Object.assign(new Error(said), { words: `The rows cannot be shown: ${said}` });
  }

  function say(...inside) {
    drawer.place.replaceChildren(...inside);
  }

  function drawn(body, mine) {
    const last = Math.min(body.start + body.rows.length, body.total);
    const span = body.total > body.rows.length ? `, ${body.start + 1} to ${last} of them here` : "";
    const told = element("p", "label", body.total ? `${count(body.total)} now${span}, ordered by id.` : "No row is left: it has been mended since.");
    told.setAttribute("role", "status");
    const csv = element("a", "small-button", "CSV");
    csv.href = `/api/data/rows.csv?${mine.asked}`;
    const pages = element("p", "pages-line");
    if (body.start > 0) pages.append(button("small-button", "Previous", () => show(Math.max(0, body.start - PAGE))));
    if (last < body.total) pages.append(button("small-button", "Next", () => show(body.start + PAGE)));
    return [element("p", "finding-line", told, csv), body.rows.length ? table(body) : "", pages];
  }

  function table(body) {
    const columns = body.columns.filter((one) => one.name !== "url");
    const head = columns.map((one) => Object.assign(element("th", "", one.label), { scope: "col" }));
    const lines = body.rows.map((row) => element("tr", "", ...columns.map((one, at) => cell(row, one.name, at === 0))));
    const found = element("table", "finding-table", element("thead", "", element("tr", "", ...head)), element("tbody", "", ...lines));
    const scrolls = element("div", "scrolls", found);
    Object.assign(scrolls, { tabIndex: 0 });
    scrolls.setAttribute("role", "region");
    scrolls.setAttribute("aria-label", "Rows");
    return scrolls;
  }

  function cell(row, name, isFirst) {
    const value = row[name];
    const words = value === null ? "empty" : String(value);
    const text = element("bdi", value === null ? "label" : "", words);
    const record = isFirst && ours.safe ? ours.safe(row.url) : null;
    if (!record) return element("td", "", text);
    const link = element("a", "", text);
    Object.assign(link, { href: record, target: "_blank", rel: "noopener noreferrer" });
    return element("td", "", link);
  }

  // what the address names is opened as soon as it is drawn, and closed when it names nothing
  function follow() {
    const name = new URLSearchParams(location.search).get("finding");
    if (here && here.name !== name) drawer.close();
    const opener = name && !here ? buttonOf(name) : null;
    if (opener) open(opener, false);
    return !name || Boolean(opener);
  }

  function begin() {
    document.addEventListener("click", (event) => {
      const opener = event.target.closest("[data-finding]");
      if (opener) open(opener, true);
    });
    addEventListener("popstate", follow);
    if (follow()) return;
    const seen = new MutationObserver(() => follow() && seen.disconnect());
    seen.observe(document.getElementById("found"), { childList: true, subtree: true });
  }

  if (document.querySelector("main.data")) document.addEventListener("DOMContentLoaded", begin);
})();
