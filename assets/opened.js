// What an opened number says, in order: what it is, how it comes about, its days and parts, its rows, and whom to trust for it.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const made = (...parts) => ours.made(...parts);

  function row(term, ...what) {
    return [made("Dt", {}, term), made("Dd", {}, ...what)];
  }

  function facts(...rows) {
    const told = rows.flat();
    return told.length ? made("Dl", {}, told) : null;
  }

  function titled(words) {
    const close = made("Button", { type: "button", className: "close", "data-close": "true", "aria-label": "Close" }, "×");
    return made("Header", {}, made("H2", { id: "panel-title", tabIndex: "-1" }, words), close);
  }

  function judged(one) {
    if (!one.status) return null;
    const shape = made("I", { className: `shape ${one.shape}`, "aria-hidden": "true" });
    return made("Span", { className: `verdict ${one.tone}` }, shape, made("Span", {}, one.status));
  }

  // two boards say the same of a number when only the clock has moved between them
  function alike(one, other) {
    const said = ({ shown, status, formula, left_out }) => JSON.stringify([shown, status, formula, left_out]);
    return said(one) === said(other);
  }

  // the panel stays with the moment at which it was opened; what has become of the number since is said beside it
  function moment(name, pinned, newest) {
    const told = [`as of ${ours.moment(pinned.as_of, true)}`];
    const now = newest.numbers[name];
    if (newest === pinned) return told;
    if (!now) return [...told, " · not on the board any more"];
    if (alike(pinned.numbers[name], now)) return newest.as_of === pinned.as_of ? told : [...told, made("Span", { className: "still" }, ` · unchanged at ${ours.clock(newest.as_of)}`)];
    const show = made("Button", { type: "button", className: "number told", "data-renew": "true" }, "show");
    const same = now.shown === pinned.numbers[name].shown;
    const words = same ? [" · what it is made of has changed since — "] : [" · now ", made("B", {}, now.shown), " — "];
    return [...told, made("Span", { className: "moved", role: "status" }, ...words, show)];
  }

  function number(name, one, words) {
    return made("Button", { className: "number part-of", type: "button", "data-number": name }, made("Span", { dir: "auto" }, words), made("B", {}, one.shown));
  }

  function parts(one, numbers) {
    const found = one.parts.filter((part) => Object.hasOwn(numbers, part));
    if (!found.length) return [];
    return row("Worked out from", made("Div", { className: "siblings" }, found.map((part) => number(part, numbers[part], numbers[part].label))));
  }

  function stem(name) {
    return name.slice(0, name.lastIndexOf(".") + 1);
  }

  function beside(name, one, numbers) {
    const found = Object.keys(numbers).filter((other) => other !== name && stem(other) === stem(name) && !one.parts.includes(other));
    if (!found.length || /\.day\.$/.test(stem(name))) return [];
    return row("Beside it", made("Div", { className: "siblings" }, found.map((other) => number(other, numbers[other], numbers[other].label))));
  }

  // every day of the month or the week as a bar that is a button, so that no figure has to be hit
  function days(name, numbers) {
    const prefix = name.includes(".day.") ? stem(name) : `${stem(name)}day.`;
    const found = Object.keys(numbers).filter((other) => other.startsWith(prefix));
    if (!found.length) return null;
    const value = (one) => Math.max(0, Number(numbers[one].shown.replaceAll(",", "")) || 0);
    const most = Math.max(...found.map(value), 1);
    const bars = found.map((one) => made("Li", {}, day(one, one.slice(prefix.length), numbers[one], value(one) / most, one === name, found.length <= 7)));
    return made("Div", { className: "days" }, made("H3", {}, "Day by day"), made("Ol", { className: found.length <= 7 ? "week" : "" }, bars));
  }

  function day(name, date, one, share, here, wide) {
    const at = new Date(`${date}T00:00Z`);
    const words = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format(at);
    const short = [wide ? made("Span", {}, `${words.slice(0, 3)} `) : null, made("Span", {}, String(at.getUTCDate()))];
    const bar = made("Span", { className: "stem", style: { "--share": `${(100 * share).toFixed(2)}%` }, "aria-hidden": "true" });
    const said = { "aria-label": `${words}: ${one.shown}${here ? ", shown here" : ""}`, title: `${words}: ${one.shown}` };
    const look = { type: "button", className: "number day", "data-number": name, "aria-current": here ? "true" : null };
    return made("Button", { ...look, ...said }, bar, made("B", {}, wide ? one.shown : ""), made("Span", { className: "date" }, ...short.filter(Boolean)));
  }

  function definition(one) {
    const anchor = one.term ? `/terms#${encodeURIComponent(one.term)}` : null;
    return made("P", { className: "definition" }, one.definition, ...(anchor ? [" ", made("A", { href: anchor, className: "whole" }, "In our terms")] : []));
  }

  // what is told with the rows where there are any
  function leftOut(one) {
    if (one.rows || !one.left_out.length) return [];
    return row("Left out", made("Ul", {}, one.left_out.map(([reason, rows]) => made("Li", {}, made("B", {}, rows), ` ${reason}`))));
  }

  // a number without rows says why it has none
  function rowless(one) {
    if (one.parts.length) return "Worked out, not counted: it follows from the numbers above, and each of them opens.";
    if (one.agreement) return `Promised, not counted: it stands in agreement ${one.agreement}.`;
    return one.reason ? `There are no rows under it: ${one.reason}.` : "Worked out, not counted: no rows stand under it.";
  }

  function rows(name, one, pinned) {
    if (!one.rows) return made("P", { className: "rowless" }, rowless(one));
    return made("Section", { className: "rows", "data-opaque": "rows", "data-key": `${name}@${pinned.as_of}`, "aria-label": "The rows" });
  }

  function age({ newest_event: event, last_load: load }) {
    return `${event ? `newest event ${event}` : "no event yet"} · ${load ? `last load ${load}` : "no load recorded"}`;
  }

  function sources(one, pinned) {
    const known = (pinned.ages ? pinned.ages.tables : []).filter((table) => one.tables.includes(table.table));
    if (!known.length) return row("Its data", one.tables.length ? `${one.tables.join(", ")}: ${age(one.ages)}` : age(one.ages));
    const lines = known.map((table) => made("Li", {}, made("B", {}, table.table), ` ${age(table)}`));
    return row("Its data", made("Ul", {}, lines));
  }

  function permanent(link) {
    const copy = made("Button", { type: "button", className: "small-button", "data-copy": link }, "Copy");
    const phone = made("Button", { type: "button", className: "small-button", "data-phone": link }, "On a phone");
    // what has been answered to this link's buttons, which the next picture leaves alone and another link does not have
    const told = made("Span", { className: "copied", role: "status", "data-opaque": "copied", "data-key": `copied ${link}` });
    const square = made("Span", { className: "qr-place", "data-opaque": "phone", "data-key": `phone ${link}` });
    return row("Permanent link", made("Span", { className: "permanent" }, made("A", { href: link }, link), copy, phone, told, square));
  }

  // link(words): an address of this page that says so
  function content(name, pinned, newest, link) {
    const one = pinned.numbers[name];
    return [
      titled(one.label),
      made("P", { className: "value" }, made("Span", { className: "huge-value" }, one.shown), one.unit ? ` ${one.unit}` : "", judged(one)),
      made("P", { className: "moment" }, ...moment(name, pinned, newest)),
      one.reason ? made("P", { className: "reason" }, one.reason) : null,
      definition(one),
      facts(one.formula ? row("How it comes about", one.formula) : [], parts(one, pinned.numbers), leftOut(one)),
      days(name, pinned.numbers),
      rows(name, one, pinned),
      facts(
        sources(one, pinned),
        row("Judged by", one.agreement ? `agreement ${one.agreement}` : "no agreement judges it"),
        permanent(link({ open: name, as_of: pinned.as_of })),
        beside(name, one, pinned.numbers),
      ),
    ].filter(Boolean);
  }

  // the three ages: what has happened last, what was loaded last, when all of it was last read
  function recency(picture) {
    const { tables, last_poll: poll } = picture.ages;
    const head = ["Table", "Newest event", "Last load"].map((one) => made("Th", { scope: "col" }, one));
    const lines = tables.map((one) =>
      made("Tr", {}, made("Th", { scope: "row" }, one.table), made("Td", {}, one.newest_event || "none yet"), made("Td", {}, one.last_load || "not recorded")),
    );
    return [
      titled("How old the data is"),
      made("P", { className: "definition" }, `The warehouse was last read in full for this picture at ${poll}.`),
      made("Table", { className: "ages" }, made("Thead", {}, made("Tr", {}, head)), made("Tbody", {}, lines)),
      made("P", { className: "quiet" }, "The picture is asked for all the time; when it grows old, the first line says since when."),
      ...past(),
    ];
  }

  function past() {
    return [made("H3", {}, "Look at the past"), made("Div", { className: "travels", "data-opaque": "travel" })];
  }

  function travelling() {
    const words = "Every page can be shown as it stood at any moment, and every number with the rows it had then.";
    return [titled("Another moment"), made("P", { className: "definition" }, words), made("Div", { className: "travels", "data-opaque": "travel" })];
  }

  function unknown(name) {
    const words = `There is no number called ${name} on this page at this moment.`;
    return [titled("Not on this page"), made("P", {}, words)];
  }

  Object.assign(ours, { opened: { content, recency, travelling, unknown } });
})();
