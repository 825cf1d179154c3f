// What has moved since the week was kept: every number with the rows and papers that moved it, nothing left over.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const meeting = ours.meeting;
  if (!meeting) return;
  const { PATIENT, asks, element } = meeting;

  let sheet = null;
  let place = null;

  // wanted: the number whose rows are read first, where one was asked for
  async function open(wanted = "") {
    if (!meeting.week) return;
    if (!sheet) {
      place = element("div", { className: "moved-numbers" });
      sheet = meeting.sheet("ledger-sheet", "What has moved since", place);
    }
    if (!sheet.open) sheet.showModal();
    sheet.heading.tabIndex = -1;
    sheet.heading.focus();
    if (!place.hasChildNodes()) say("Reading …");
    const { done, body, words } = await asks("GET", `/api/meeting/ledger?${meeting.question(meeting.week)}`, undefined, PATIENT);
    if (!done) return say(`This cannot be shown: ${words}.`, "bad");
    if (!body.kept) return say("This week was not kept, so nothing can be said to have moved since.");
    if (!body.changes.length) return say("Nothing has moved since the week was kept.");
    const first = body.changes.find((one) => one.number === wanted) || body.changes[0];
    place.replaceChildren(...body.changes.map((one) => change(one, one === first)));
    if (wanted) place.querySelector("[open] summary").focus();
  }

  function say(words, look = "") {
    place.replaceChildren(element("p", { className: `said ${look}`, role: "status" }, words));
  }

  function change(one, isFirst) {
    const summary = element("summary", {}, element("span", { className: "label" }, one.label), element("b", {}, one.words));
    const inside = [...one.causes.map(cause), ...(one.rows.length ? [rows(one)] : [])];
    const found = element("details", { className: "change" }, summary, ...inside);
    // one number is read at once; of many the words are enough to choose by
    found.open = isFirst;
    return found;
  }

  function cause(one) {
    const between = one.was || one.now ? `: ${one.was} → ${one.now}` : "";
    return element("p", { className: "cause" }, element("b", {}, one.adds), ` ${one.words}${one.words.includes("→") ? "" : between}`);
  }

  function rows(one) {
    const heads = ["Row", "Source", "What became of it", "Was", "Now", "Learned", "Adds"].map((words) => element("th", { scope: "col" }, words));
    const lines = one.rows.map((each) => {
      const cells = [record(each), each.source, each.what ? `${each.kind}: ${each.what}` : each.kind, each.was, each.now, each.learned, each.adds];
      return element("tr", {}, ...cells.map((cell) => element("td", {}, cell)));
    });
    const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...lines));
    const box = element("div", { className: "scrolls", tabIndex: 0, role: "region", "aria-label": `The rows of ${one.label}` }, table);
    return one.more ? element("div", {}, box, element("p", { className: "label" }, `and ${one.more} more rows`)) : box;
  }

  function record(each) {
    const words = element("bdi", {}, each.label || each.id);
    const address = each.url && ours.safe ? ours.safe(each.url) : null;
    return address ? element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words) : words;
  }

  meeting.hears.ledger = () => open();
  // the words on what has moved open what moved it; the number itself opens as ever
  document.addEventListener("click", (event) => {
    const moved = event.target.closest && event.target.closest("main button.moved[data-number]");
    if (!moved) return;
    event.stopPropagation();
    open(moved.dataset.number);
  }, true);
})();
