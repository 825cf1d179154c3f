// Each side's word: what it says the week to come will bring, what it said of this week, and how its word held.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const meeting = ours.meeting;
  if (!meeting) return;
  const { asks, element, field, stand, form } = meeting;
  const PATH = "/api/meeting/promises";

  const order = meeting.order();
  let told = null;
  let sheet = null;

  async function load() {
    const week = meeting.week;
    if (!week) return;
    const one = order.asks();
    const { done, body } = await asks("GET", `${PATH}?${meeting.question(week)}`);
    if (!done || week !== meeting.week || !order.hears(one)) return;
    told = body;
    const place = document.querySelector("[data-opaque=decisions]");
    if (place) draw(place);
  }

  function made(type, props, ...children) {
    return ours.made(type, props, ...children);
  }

  function draw(place) {
    if (!told) return;
    let words = place.querySelector(".words");
    if (!words) place.append((words = element("div", { className: "words" })));
    ours.patch(words, told.sides.map(side));
  }

  function whose(one) {
    return one.name.endsWith("s") ? `${one.name}’` : `${one.name}’s`;
  }

  function side(one) {
    const past = one.past
      ? made("P", { className: "past" }, made("Span", { className: "label" }, "This week "), one.past.words || `said ${one.past.shown}`)
      : made("P", { className: "past label" }, one.came === null ? "No word was given on this week." : `This week came to ${one.came}; no word was given on it.`);
    const coming = one.coming
      ? made("P", { className: "coming" }, made("Span", { className: "label" }, "Next week "), made("B", {}, one.coming.shown), " ", made("Span", { className: "label", dir: "auto" }, `says ${one.coming.by}`))
      : made("P", { className: "coming label" }, "Next week: no word yet");
    const give = meeting.asOf ? [] : [made("Button", { type: "button", className: "small", "data-word": one.side }, one.coming ? "Correct" : "Give its word")];
    return made("Section", { className: `word ${one.side}`, "data-key": one.side },
      made("Header", {}, made("H3", {}, `${whose(one)} word`), made("Span", { className: "label" }, one.label), ...give),
      coming, past, ...record(one));
  }

  function record(one) {
    if (!one.record.length) return [];
    const weeks = one.record.map((each) => made("Li", { title: `${each.week}: ${each.words}` },
      made("I", { className: `shape ${each.reached ? "dot" : "ring"}`, "aria-hidden": "true" }),
      made("Span", { className: "unseen" }, `${each.week}: ${each.words}`)));
    return [made("Div", { className: "record" }, made("Span", { className: "label" }, `Reached in ${one.reached} of ${one.record.length} ${one.record.length === 1 ? "week" : "weeks"}`), made("Ol", {}, weeks))];
  }

  function made_() {
    const value = element("input", { name: "value", inputMode: "decimal", required: true, maxLength: 30, autocomplete: "off" });
    const by = element("input", { name: "by", required: true, maxLength: 200, autocomplete: "off" });
    const text = element("input", { name: "text", maxLength: 2000, autocomplete: "off" });
    const send = element("button", { type: "submit", className: "send" }, "Give it");
    const labelled = field("Next week", value);
    const found = element("form", { className: "action-form" }, element("div", { className: "line" }, labelled, field("Who says it", by), field("In words, if there is more to say", text, "wide"), send));
    const dialog = meeting.sheet("word-sheet", "A word", found);
    return Object.assign(dialog, { ...form(found, give), value, by, text, label: labelled.firstChild, of: null, key: null });
  }

  function open(name) {
    const one = told && told.sides.find((each) => each.side === name);
    if (!one || meeting.asOf) return;
    if (sheet && sheet.busy()) return stand(sheet);
    sheet = sheet || made_();
    sheet.of = one;
    sheet.key = one.coming ? one.coming.id : meeting.name();
    sheet.was = one.coming ? one.coming.version : 0;
    sheet.heading.textContent = `${whose(one)} word on the week to come`;
    sheet.label.textContent = `${one.label || "Its number"} will come to`;
    sheet.value.value = one.coming ? one.coming.shown : "";
    sheet.by.value = one.coming ? one.coming.by : "";
    sheet.text.value = one.coming ? one.coming.text : "";
    sheet.say(one.came === null ? "" : `This week it came to ${one.came}.`);
    stand(sheet);
    sheet.value.focus();
    sheet.value.select();
  }

  async function give() {
    const { of, key: id, was } = sheet;
    const mine = { id, was, week: meeting.week, side: of.side, value: sheet.value.value, by: sheet.by.value, text: sheet.text.value };
    const { done, status, body, words } = await sheet.asks("POST", PATH, mine);
    if (!done) {
      const there = status === 409 && body.now;
      if (there) Object.assign(sheet, { key: there.word_id, was: there.version });
      return sheet.say(`Not kept: ${words}.${there ? " Send again to put yours in its place." : " What you wrote is still here; send it again."}`, true);
    }
    sheet.close();
    told = body;
    order.passes();
    const place = document.querySelector("[data-opaque=decisions]");
    if (place) draw(place);
    meeting.tell({ actions: true });
  }

  function begin() {
    document.addEventListener("click", (event) => {
      const button = event.target.closest && event.target.closest("[data-word]");
      if (button) open(button.dataset.word);
    });
    meeting.on("picture", load);
    meeting.on("told", (heard) => heard.actions && load());
    setInterval(() => !document.hidden && load(), 1000 * Number(document.documentElement.dataset.refreshSeconds || 10));
  }

  Object.assign(meeting, { drawWords: draw });
  begin();
})();
