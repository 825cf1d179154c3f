// What has moved since the week was kept: every number with the rows and papers that moved it, nothing left over.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const meeting = ours.meeting;
  if (!meeting) return;
  const { PATIENT, asks, element, stand } = meeting;

  let sheet = null;
  let said = null;
  let place = null;
  // how often it was asked for: only the answer to the last time is shown
  let asked = 0;

  function made() {
    said = element("p", { className: "said", role: "status" });
    place = element("div", { className: "moved-numbers" });
    return meeting.sheet("ledger-sheet", "What has moved since", said, place);
  }

  // wanted: the number whose rows are read first, where one was asked for
  async function open(wanted = "") {
    if (!meeting.week) return;
    sheet = sheet || made();
    stand(sheet);
    sheet.heading.tabIndex = -1;
    sheet.heading.focus();
    // who asks for one number asks anew; who does not finds everything as it was left
    if (wanted) for (const one of place.children) one.open = false;
    const led = leads(wanted);
    say(place.hasChildNodes() ? "Reading it anew …" : "Reading …");
    const one = (asked += 1);
    const answer = await asks("GET", `/api/meeting/ledger?${meeting.question(meeting.week)}`, undefined, PATIENT);
    if (one !== asked) return;
    if (!answer.done) return say(refusal(answer.words), true);
    const isFirst = !place.hasChildNodes();
    show(answer.body.changes);
    say(place.hasChildNodes() ? "" : nothing(answer.body.kept));
    // one number is read at once; of many the words are enough to choose by
    if (!led && !leads(wanted) && isFirst && place.firstChild) place.firstChild.open = true;
  }

  function say(words, bad = false) {
    said.classList.toggle("bad", bad);
    said.textContent = words;
  }

  function refusal(words) {
    return place.hasChildNodes() ? `This could not be read anew: ${words}. It stands here as it was read before.` : `This cannot be shown: ${words}.`;
  }

  function nothing(kept) {
    return kept ? "Nothing has moved since the week was kept." : "This week was not kept, so nothing can be said to have moved since.";
  }

  // the number that was asked for opens, as soon as it stands there
  function leads(wanted) {
    const found = wanted && [...place.children].find((one) => one.dataset.number === wanted);
    if (!found) return false;
    found.open = true;
    found.querySelector("summary").focus();
    return true;
  }

  // a number that stands there stays, open or not, and is written anew only where it has moved meanwhile: whoever reads
  // goes on reading
  function show(changes) {
    const there = new Map([...place.children].map((one) => [one.dataset.number, one]));
    const wanted = changes.map((one) => fill(there.get(one.number) || element("details", { className: "change" }), one));
    for (const one of there.values()) if (!wanted.includes(one)) one.remove();
    wanted.forEach((one, at) => one !== place.children[at] && place.insertBefore(one, place.children[at] || null));
  }

  function fill(found, one) {
    const told = JSON.stringify(one);
    if (found.told === told) return found;
    const isFocused = found.contains(document.activeElement);
    const box = () => found.querySelector(".scrolls");
    const scrolled = box() ? box().scrollTop : 0;
    const summary = element("summary", {}, element("span", { className: "label" }, one.label), element("b", {}, one.words));
    found.replaceChildren(summary, ...one.causes.map(cause), ...(one.rows.length ? [rows(one)] : []));
    if (box()) box().scrollTop = scrolled;
    if (isFocused) summary.focus({ preventScroll: true });
    found.dataset.number = one.number;
    return Object.assign(found, { told });
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
