// The rows behind an opened number: which of them, how many, as a grid and as files. What fails is said in words and tried again.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const PAGE = 100;
  const PATIENT = 20000;
  const LONGEST = 30;
  const SIDES = { counted: "Counted", whole: "Of the whole, not counted", "left out": "Left out" };
  const NONE = { counted: "No row was counted.", whole: "Every row of the whole is counted.", "left out": "Nothing was left out." };

  let here = null;

  function element(tag, look, ...inside) {
    const found = document.createElement(tag);
    if (look) found.className = look;
    found.append(...inside);
    return found;
  }

  function count(rows) {
    return `${rows.toLocaleString("en-GB")} ${rows === 1 ? "row" : "rows"}`;
  }

  function query(asked, more) {
    const words = new URLSearchParams({ number: here.name, as_of: here.asOf, ...more });
    if (here.reason !== null) words.set("reason", here.reason);
    else words.set("side", here.side);
    if (asked.sort) words.set("sort", asked.sort);
    if (asked.filters.length) words.set("filter", JSON.stringify(asked.filters));
    return words.toString();
  }

  // how many seconds to wait before asking again; a server that knows says so itself
  function wait(answer) {
    const told = answer ? Number(answer.headers.get("Retry-After")) : 0;
    return told > 0 ? Math.min(told, 120) : Math.min(2 ** here.failed, LONGEST);
  }

  function trouble(words, again) {
    return Object.assign(new Error(words), { words, again });
  }

  async function answered(address) {
    const signal = AbortSignal.any([here.end.signal, AbortSignal.timeout(PATIENT)]);
    let answer;
    let body;
    try {
      answer = await fetch(address, { signal, headers: { Accept: "application/json" }, redirect: "error" });
      body = await answer.json().catch((fault) => {
        if (fault instanceof SyntaxError) return null;
        throw fault;
      });
    } catch (fault) {
      if (here === null || here.end.signal.aborted || fault.name === "AbortError") throw fault;
      here.failed += 1;
      if (fault.name === "TimeoutError") throw trouble(`The server has not answered for ${PATIENT / 1000} seconds.`, wait());
      throw trouble("No connection: the rows cannot be fetched.", wait());
    }
    if (answer.ok && body && Array.isArray(body.rows)) {
      here.failed = 0;
      return body;
    }
    here.failed += 1;
    const said = body && typeof body.error === "string" ? body.error.slice(0, 300) : `the server answered ${answer.status}`;
    const passes = answer.status >= 500 || answer.status === 429 || answer.ok;
    throw trouble(`The rows cannot be shown: ${said}.`.replace("..", "."), passes ? wait(answer) : null);
  }

  // one page of rows: {rows, total, columns, groups}
  async function page(asked, start, size = PAGE) {
    const mine = here;
    const turn = mine.turn;
    const closed = () => mine !== here || turn !== mine.turn;
    say(mine.total === null ? "Reading the rows …" : mine.said.textContent, true);
    try {
      const body = await answered(`/api/rows?${query(asked, { start, count: size })}`);
      if (closed()) throw new DOMException("closed", "AbortError");
      take(body, asked);
      return body;
    } catch (fault) {
      if (!closed() && fault.words) fail(fault);
      throw fault;
    }
  }

  function take(body, asked) {
    clearTimeout(here.later);
    here.trouble.hidden = true;
    here.total = body.total;
    here.asked = asked;
    if (JSON.stringify(here.groups) !== JSON.stringify(body.groups)) {
      here.groups = body.groups;
      const at = document.activeElement.dataset.choice;
      drawChoice();
      if (at) focusOn(at);
    }
    drawFiles();
    say(total(body, asked), false);
  }

  // "41 rows, together 97,220.57", so that the sum can be held against the number
  function total(body, asked) {
    const those = body.groups.filter((one) => (here.reason === null ? one.side === here.side : one.reason === here.reason));
    const money = those.length && those.every((one) => one.amount !== null);
    const all = those.reduce((sum, one) => sum + one.rows, 0);
    if (asked.filters.length) return `${count(body.total)} of ${all.toLocaleString("en-GB")} pass the filter`;
    if (!all) return here.reason === null ? NONE[here.side] : "No row has this reason.";
    if (!money || those.length > 1) return count(body.total);
    return `${count(body.total)}, together ${ours.exact(those[0].amount, 2)}`;
  }

  function say(words, busy) {
    if (here.said.textContent !== words) here.said.textContent = words;
    here.inner.setAttribute("aria-busy", String(busy));
  }

  function fail(fault) {
    const again = element("button", "small-button", "Try again now");
    again.type = "button";
    again.addEventListener("click", retry);
    const words = fault.again === null ? fault.words : `${fault.words} It is tried again in ${fault.again} s.`;
    here.trouble.replaceChildren(element("span", "", words), ...(fault.again === null ? [] : [again]));
    here.trouble.hidden = false;
    say(here.total === null ? "" : here.said.textContent, false);
    clearTimeout(here.later);
    if (fault.again !== null) here.later = setTimeout(retry, 1000 * fault.again);
  }

  function retry() {
    if (!here) return;
    clearTimeout(here.later);
    if (here.grid) here.grid.retry();
    else first();
  }

  // the first page comes before the grid does, so that a number without rows needs no grid
  async function first() {
    const mine = here;
    const asked = { sort: "", filters: [] };
    // which rows are asked for may be chosen anew while the first of them, or the grid itself, are under way
    const turn = (mine.turn += 1);
    const closed = () => mine !== here || turn !== mine.turn;
    const body = await page(asked, 0).catch(() => null);
    if (!body || closed()) return;
    here.table.hidden = !body.total;
    if (!body.total) return;
    try {
      const grid = await ours.grid(here.table, body, { page, side: mine.side, all: PAGE, closed });
      if (grid) mine.grid = grid;
    } catch {
      if (!closed()) fail(trouble("The table could not be loaded; the files hold the same rows.", 5));
    }
  }

  function choose(side, reason) {
    here.side = side;
    here.reason = reason;
    here.total = null;
    if (here.grid) here.grid.end();
    here.grid = null;
    here.table.replaceChildren();
    drawChoice();
    first();
  }

  function pressed(button, on, act) {
    button.type = "button";
    button.setAttribute("aria-pressed", String(on));
    button.addEventListener("click", () => {
      act();
      focusOn(button.dataset.choice);
    });
    return button;
  }

  // the choices are drawn anew; whoever was at one of them stays there
  function focusOn(choice) {
    const again = here && [...here.place.querySelectorAll("[data-choice]")].find((one) => one.dataset.choice === choice);
    if (again) again.focus();
  }

  function segment(side) {
    const rows = here.groups.filter((one) => one.side === side).reduce((sum, one) => sum + one.rows, 0);
    const button = element("button", "segment", `${SIDES[side]} `, element("b", "", rows.toLocaleString("en-GB")));
    button.dataset.choice = side;
    return pressed(button, here.side === side && here.reason === null, () => choose(side, null));
  }

  function chip(group) {
    const words = element("bdi", "", group.reason);
    const button = element("button", "chip", element("b", "", group.rows.toLocaleString("en-GB")), " ", words);
    const on = here.reason === group.reason;
    button.dataset.choice = `why ${group.reason}`;
    return pressed(button, on, () => choose(group.side, on ? null : group.reason));
  }

  function drawChoice() {
    const sides = Object.keys(SIDES).filter((side) => side !== "whole" || here.groups.some((one) => one.side === side));
    here.sides.replaceChildren(...sides.map(segment));
    const why = (side, words) => {
      const found = here.groups.filter((one) => one.side === side);
      return found.length ? [element("p", "chips", element("span", "quiet", words), ...found.map(chip))] : [];
    };
    const chips = [...why("whole", "Not counted:"), ...why("left out", "Left out:")];
    here.chips.replaceChildren(...(chips.length ? chips : [element("p", "chips quiet", "nothing was left out")]));
  }

  function drawFiles() {
    for (const one of here.files) one.href = `/api/rows.${one.dataset.ending}?${query(here.asked, {})}`;
  }

  function file(ending) {
    const found = element("a", "small-button", ending.toUpperCase());
    found.dataset.ending = ending;
    found.setAttribute("download", "");
    found.setAttribute("aria-label", `These rows as ${ending.toUpperCase()}`);
    return found;
  }

  // what the picture itself says of the counts, until the server has told
  function foretold(one) {
    const plain = (text) => Number(String(text).replaceAll(",", "")) || 0;
    return one.left_out.map(([reason, rows]) => ({ side: "left out", reason, rows: plain(rows), amount: null }));
  }

  function rows(place, { name, asOf, one }) {
    if (here && here.place === place) return;
    endRows();
    const sides = element("div", "segments");
    sides.setAttribute("role", "group");
    sides.setAttribute("aria-label", "Which rows");
    const said = element("p", "rows-said");
    said.setAttribute("role", "status");
    const unlucky = element("p", "rows-trouble");
    unlucky.setAttribute("role", "alert");
    unlucky.hidden = true;
    const files = ["csv", "xlsx"].map(file);
    const inner = element("div", "");
    const parts = { place, inner, sides, said, trouble: unlucky, files, chips: element("div", ""), table: element("div", "table") };
    const asked = { sort: "", filters: [] };
    here = { ...parts, name, asOf, asked, side: "counted", reason: null, groups: foretold(one), total: null, failed: 0, turn: 0, end: new AbortController() };
    parts.table.hidden = true;
    inner.append(
      element("div", "rows-head", sides, element("div", "files", ...files)),
      parts.chips,
      element("div", "rows-line", said),
      unlucky,
      parts.table,
    );
    place.replaceChildren(inner);
    drawChoice();
    drawFiles();
    first();
  }

  function endRows() {
    if (!here) return;
    clearTimeout(here.later);
    here.end.abort();
    if (here.grid) here.grid.end();
    here = null;
  }

  addEventListener("online", retry);

  Object.assign(ours, { rows, endRows });
})();
