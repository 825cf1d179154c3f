// Opens a number: one panel for all of them, at an address of its own (?open=NAME) that a colleague can be sent.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const made = (...parts) => ours.made(...parts);

  let picture = null;
  let panel = null;
  let from = null;

  function asked() {
    return new URLSearchParams(location.search).get("open");
  }

  function address(changes) {
    const words = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) value === null ? words.delete(name) : words.set(name, value);
    const query = words.toString();
    return location.pathname + (query ? `?${query}` : "");
  }

  function row(term, ...what) {
    return [made("Dt", {}, term), made("Dd", {}, ...what)];
  }

  function leftOut(one) {
    if (!one.left_out.length) return "nothing was left out";
    return made("Ul", {}, one.left_out.map(([reason, count]) => made("Li", {}, made("B", {}, count), ` ${reason}`)));
  }

  function ages(one) {
    const { newest_event: event, last_load: load } = one.ages;
    return `${event ? `newest event ${event}` : "no event yet"} · ${load ? `last load ${load}` : "no load recorded"}`;
  }

  function counted(one) {
    if (one.numerator === null || one.denominator === null) return [];
    return row("Parts", `${one.numerator} over ${one.denominator}`);
  }

  function siblings(name) {
    const stem = name.slice(0, name.lastIndexOf(".") + 1);
    return Object.keys(picture.numbers).filter(
      (other) => other !== name && other.startsWith(stem) && !other.slice(stem.length).includes("."),
    );
  }

  function beside(name) {
    const found = siblings(name).map((other) => {
      const one = picture.numbers[other];
      return made("Button", { className: "number told", type: "button", "data-number": other }, `${one.label} `, made("B", {}, one.shown));
    });
    return found.length ? row("Beside it", made("Div", { className: "siblings" }, found)) : [];
  }

  function judged(one) {
    if (!one.status) return null;
    const shape = made("I", { className: `shape ${one.shape}`, "aria-hidden": "true" });
    return made("Span", { className: `verdict ${one.tone}` }, shape, made("Span", {}, one.status));
  }

  function content(name, one) {
    const link = address({ open: name, as_of: picture.as_of });
    return [
      titled(one.label),
      made("P", { className: "value" }, made("Span", { className: "huge-value" }, one.shown), one.unit ? ` ${one.unit}` : "", judged(one)),
      one.reason ? made("P", { className: "reason" }, one.reason) : null,
      made("P", { className: "definition" }, one.definition),
      made("Dl", {}, [
        ...(one.formula ? row("How it comes about", one.formula) : []),
        ...counted(one),
        ...row("Left out", leftOut(one)),
        ...row("Judged by", one.agreement ? `agreement ${one.agreement}` : "no agreement judges it"),
        ...row("Its data", one.tables.length ? `${one.tables.join(", ")}: ${ages(one)}` : ages(one)),
        ...beside(name),
      ]),
      made("P", { className: "link" }, made("A", { href: link }, "Link to this number as it stands now")),
    ];
  }

  // the three ages: what has happened last, what was loaded last, when all of it was last read
  function recency({ tables, last_poll: poll }) {
    const head = ["Table", "Newest event", "Last load"].map((one) => made("Th", { scope: "col" }, one));
    const rows = tables.map((one) =>
      made("Tr", {}, made("Th", { scope: "row" }, one.table), made("Td", {}, one.newest_event || "none yet"), made("Td", {}, one.last_load || "not recorded")),
    );
    return [
      titled("How old the data is"),
      made("P", { className: "definition" }, `The warehouse was last read in full for this picture at ${poll}.`),
      made("Table", { className: "ages" }, made("Thead", {}, made("Tr", {}, head)), made("Tbody", {}, rows)),
      made("P", { className: "link" }, "The picture is asked for all the time; when it grows old, the first line says since when."),
    ];
  }

  function titled(words) {
    const close = made("Button", { type: "button", className: "close", "data-close": "true", "aria-label": "Close" }, "×");
    return made("Header", {}, made("H2", { id: "panel-title" }, words), close);
  }

  function unknown(name) {
    const words = `There is no number called ${name} on this board.`;
    return [titled("Not on this board"), made("P", {}, words)];
  }

  function build() {
    panel = document.createElement("dialog");
    panel.className = "panel";
    panel.setAttribute("aria-labelledby", "panel-title");
    document.body.append(panel);
    panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      leave();
    });
    panel.addEventListener("close", () => {
      if (asked() !== null) leave();
    });
    panel.addEventListener("click", (event) => {
      if (event.target === panel || event.target.closest("[data-close]")) leave();
    });
  }

  function leave() {
    if (history.state && history.state.opened) history.back();
    else {
      history.replaceState(null, "", address({ open: null }));
      follow();
    }
  }

  function open(name, button) {
    if (!panel || !panel.open) from = button;
    const state = { opened: true };
    // a number opened from within the panel takes its place: Back always closes
    if (panel && panel.open) history.replaceState(history.state, "", address({ open: name }));
    else history.pushState(state, "", address({ open: name }));
    follow();
    if (panel) panel.scrollTop = 0;
  }

  function shown(name) {
    if (name === "ages" && picture.ages) return recency(picture.ages);
    return Object.hasOwn(picture.numbers, name) ? content(name, picture.numbers[name]) : unknown(name);
  }

  // the panel shows what the address says
  function follow() {
    const name = asked();
    if (name === null || !picture) {
      if (panel && panel.open) {
        panel.close();
        const back = from && from.isConnected ? from : null;
        if (back) back.focus();
      }
      return;
    }
    if (!panel) build();
    ours.patch(panel, shown(name));
    if (!panel.open) panel.showModal();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button[data-number], button[data-open]");
    if (button) open(button.dataset.number || button.dataset.open, button);
  });
  addEventListener("popstate", follow);

  ours.showOpening = (fresh) => {
    picture = fresh;
    if (picture || (panel && panel.open)) follow();
  };
})();
