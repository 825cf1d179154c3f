// What is decided: the lists of the last step, and the one line in which an action is written, changed and done.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const meeting = ours.meeting;
  if (!meeting) return;
  const { asks, asOf, element, field, kept, stand, form } = meeting;
  const PATH = "/api/meeting/actions";
  const SIDES = [["marketing", "Marketing"], ["sales", "Sales"]];
  const BY_STEP = { 2: "marketing", 3: "sales", 6: "marketing" };

  const order = meeting.order();
  let told = null;
  let sheet = null;
  let ending = null;
  // what was taken off the list last: it can be put back as long as the page stands
  let taken = null;

  function question(week) {
    return `week=${encodeURIComponent(week)}${asOf ? `&as_of=${encodeURIComponent(asOf)}` : ""}`;
  }

  // reading

  async function load() {
    const week = meeting.week;
    if (!week) return;
    const one = order.asks();
    const { done, body } = await asks("GET", `${PATH}?${question(week)}`);
    if (!done || week !== meeting.week || !order.hears(one)) return;
    told = body;
    draw();
  }

  // a picture that was drawn anew may have put the place there only now
  function draw() {
    const place = document.querySelector("[data-opaque=decisions]");
    if (!place || !told) return;
    let lists = place.querySelector(".lists");
    if (!lists) place.prepend((lists = element("div", { className: "lists" })));
    ours.patch(lists, [
      list("carried", "From earlier weeks", told.carried, "Nothing is open from earlier weeks."),
      list("decided", "Decided for the week to come", told.actions, "Nothing is decided yet.", !asOf),
    ]);
    if (meeting.drawWords) meeting.drawWords(place);
  }

  function made(type, props, ...children) {
    return ours.made(type, props, ...children);
  }

  function list(name, title, actions, nothing, adds) {
    const add = made("Button", { type: "button", className: "small", "data-do": "action", "data-key": "add" }, "Add an action", made("Span", { className: "key-cap", "aria-hidden": "true" }, "A"));
    const open = actions.filter((one) => !one.done).length;
    const count = actions.length ? made("Span", { className: "count" }, open ? `${open} open` : "all done") : null;
    const head = made("Header", {}, made("H3", { id: `${name}-title` }, title), count, adds ? add : null);
    const rows = actions.length ? made("Ul", { className: "actions" }, actions.map(row)) : made("P", { className: "nothing" }, nothing);
    const scrolls = made("Div", { className: "scrolls", tabIndex: "0", role: "region", "aria-labelledby": `${name}-title`, "data-clip": "list" }, ...undo(name), rows);
    return made("Section", { className: `decisions-of ${name}`, "data-key": name }, head, scrolls);
  }

  function undo(name) {
    if (!taken || name !== (taken.week === meeting.week ? "decided" : "carried")) return [];
    const back = made("Button", { type: "button", className: "small", "data-change": "back", "data-action": taken.id }, "Put it back");
    const words = made("Span", { role: "status" }, "Taken off the list: ", made("B", { dir: "auto" }, taken.text), taken.why ? `. Not put back: ${taken.why}.` : "");
    return [made("P", { className: "taken", "data-key": "taken" }, words, back)];
  }

  function row(one) {
    const shape = made("I", { className: `shape ${one.done ? "check" : one.late ? "diamond" : "ring"}`, "aria-hidden": "true" });
    const side = SIDES.find(([name]) => name === one.side);
    const state = one.done ? "done" : one.late ? "late" : "open";
    const what = made("P", { className: "what" }, shape, made("Span", { className: "unseen" }, `${state}: `), made("B", { dir: "auto" }, one.text));
    const about = one.about ? [made("P", { className: "about" }, one.opens ? made("Button", { type: "button", className: "number", "data-number": one.number, "aria-haspopup": "dialog" }, one.about) : one.about)] : [];
    const who = made("P", { className: "who" }, made("Span", { className: `side ${one.side}` }, side ? side[1] : one.side), made("Span", { dir: "auto" }, one.owner), made("Span", { className: one.late ? "late" : "" }, one.done ? "done" : one.due));
    const outcome = one.outcome ? [made("P", { className: "outcome", dir: "auto" }, one.outcome)] : [];
    const button = (name, words) => made("Button", { type: "button", className: "small", "data-change": name, "data-action": one.id, "aria-label": `${words}: ${one.text}` }, words);
    const ways = asOf ? [] : [made("P", { className: "ways" }, button("done", one.done ? "Outcome" : "Done"), button("change", "Change"))];
    return made("Li", { className: `action ${state}`, "data-key": one.id, "data-side": one.side }, made("Div", { className: "action-told" }, what, who, ...about, ...outcome), ...ways);
  }

  // writing: one line

  function input(name, props) {
    return element("input", { name, autocomplete: "off", ...props });
  }

  function select(name, options) {
    return element("select", { name }, ...options.map(([value, words]) => element("option", { value }, words)));
  }

  function made_() {
    const owners = element("datalist", { id: "owners" });
    const fields = {
      side: select("side", SIDES),
      owner: input("owner", { required: true, maxLength: 200, list: "owners" }),
      due_on: input("due_on", { type: "date", required: true, min: "1995-01-01", max: "2059-12-31" }),
      text: input("text", { required: true, maxLength: 2000 }),
      number: select("number", []),
    };
    fields.owner.setAttribute("list", "owners");
    const send = element("button", { type: "submit", className: "send" }, "Add");
    const remove = element("button", { type: "button", className: "small remove", hidden: true }, "Take off the list");
    const line = element("div", { className: "line" },
      field("Side", fields.side), field("Who", fields.owner), field("By when", fields.due_on), field("What", fields.text, "wide"), field("From which number", fields.number, "number-field"), send);
    const found = element("form", { className: "action-form" }, line, owners, remove);
    const dialog = meeting.sheet("action-sheet", "An action", found);
    const sends = form(found, add);
    found.addEventListener("input", remember);
    remove.addEventListener("click", takeOff);
    return Object.assign(dialog, { ...sends, fields, send, remove, owners, of: null, key: null });
  }

  function draftKey() {
    return `action.${meeting.week}`;
  }

  function values() {
    return Object.fromEntries(Object.entries(sheet.fields).map(([name, one]) => [name, one.value]));
  }

  // what was typed and not yet sent is there again after a reload, under the name that a first try may have been sent by
  function remember() {
    if (sheet.of) return;
    const now = values();
    kept.write(draftKey(), now.text || now.owner ? { ...now, id: sheet.key } : null);
  }

  function numbers(wanted) {
    const all = (meeting.picture && meeting.picture.numbers) || {};
    const drawn = (place) => [...place.querySelectorAll("button[data-number]")].map((one) => one.dataset.number);
    const here = document.getElementById(`step-${meeting.step}`);
    const rest = [...document.querySelectorAll(".scene")].filter((one) => one !== here && one.id !== "step-7").flatMap(drawn);
    const names = [...new Set([...(wanted ? [wanted] : []), ...(here && here.id !== "step-7" ? drawn(here) : []), ...rest])].filter((name) => Object.hasOwn(all, name));
    const option = (name) => element("option", { value: name }, `${all[name].label}: ${all[name].shown}`);
    sheet.fields.number.replaceChildren(element("option", { value: "" }, "no number"), ...names.map(option));
    sheet.fields.number.value = names.includes(wanted) ? wanted : "";
  }

  // the number that is in focus, or that stands open
  function meant() {
    const focused = document.activeElement && document.activeElement.closest("[data-number]");
    return new URLSearchParams(location.search).get("open") || (focused && focused.dataset.number) || "";
  }

  function open(one) {
    if (!meeting.week || asOf) return;
    if (sheet && sheet.busy()) return stand(sheet);
    const wanted = one ? one.number || "" : meant();
    sheet = sheet || made_();
    const draft = one ? null : kept.read(draftKey());
    numbers(wanted || (draft && draft.number) || "");
    sheet.of = one || null;
    const blank = { side: BY_STEP[meeting.step] || sheet.fields.side.value, owner: "", due_on: meeting.picture.meeting.due || "", text: "" };
    const now = one || { ...blank, ...(draft || {}) };
    for (const name of ["side", "owner", "due_on", "text"]) sheet.fields[name].value = now[name] || "";
    sheet.key = (draft && draft.id) || meeting.name();
    sheet.heading.textContent = one ? "Change an action" : "An action";
    sheet.send.textContent = one ? "Save" : "Add";
    sheet.remove.hidden = !one;
    suggest();
    sheet.say(draft && draft.text ? "This was not sent yet." : "");
    stand(sheet);
    (now.owner ? sheet.fields.text : sheet.fields.owner).focus();
  }

  function suggest() {
    const names = new Set([...(told ? [...told.carried, ...told.actions] : [])].map((one) => one.owner));
    sheet.owners.replaceChildren(...[...names].map((one) => element("option", { value: one })));
  }

  async function add() {
    const now = { ...values(), number: sheet.fields.number.value || null };
    const one = sheet.of;
    const mine = one ? { ...now, id: one.id, was: one.version, seen_in: meeting.week } : { ...now, id: sheet.key, week: meeting.week };
    const answer = await sheet.asks(one ? "PATCH" : "POST", PATH, mine);
    if (!answer.done) return refused(answer);
    if (one) sheet.close();
    else again(answer.body.action);
    changed();
  }

  function refused({ words, status, body }) {
    const there = status === 409 && body.now;
    if (there && sheet.of) sheet.of = { ...sheet.of, version: there.version };
    sheet.say(`Not ${sheet.of ? "saved" : "added"}: ${words}.${there ? " Send again to put yours in its place." : " What you wrote is still here; send it again."}`, true);
  }

  // the line is empty for the next one, and says that the last one is there
  function again(added) {
    kept.write(draftKey(), null);
    sheet.key = meeting.name();
    sheet.fields.text.value = "";
    sheet.fields.owner.value = "";
    sheet.say(`Added: ${added.text}. Another one, or Escape.`);
    sheet.fields.owner.focus();
  }

  async function takeOff() {
    const one = sheet.of;
    const answer = await sheet.asks("PATCH", PATH, { id: one.id, was: one.version, seen_in: meeting.week, removed: true });
    if (!answer.done) return refused(answer);
    sheet.close();
    taken = answer.body.action;
    await changed();
    const back = document.querySelector("[data-change=back]");
    if (back) back.focus();
  }

  async function putBack() {
    const one = taken;
    if (!one) return;
    const { done, words } = await asks("PATCH", PATH, { id: one.id, was: one.version, seen_in: meeting.week, removed: false });
    // another one may have been taken off meanwhile
    if (taken === one) taken = done ? null : { ...one, why: words };
    await changed();
  }

  function changed() {
    meeting.tell({ actions: true });
    return load();
  }

  // done, with what came of it

  function endingSheet() {
    const outcome = input("outcome", { maxLength: 2000 });
    const send = element("button", { type: "submit", className: "send" }, "Done");
    const back = element("button", { type: "button", className: "small", hidden: true }, "Not done after all");
    const found = element("form", { className: "action-form" }, element("div", { className: "line" }, field("What came of it", outcome, "wide"), send), back);
    const dialog = meeting.sheet("done-sheet", "Done", found);
    const sends = form(found, () => end({ done: true, outcome: outcome.value }));
    back.addEventListener("click", () => end({ done: false }));
    return Object.assign(dialog, { ...sends, outcome, back, of: null });
  }

  function finish(one) {
    if (ending && ending.busy()) return stand(ending);
    ending = ending || endingSheet();
    ending.of = one;
    ending.heading.textContent = one.text;
    ending.outcome.value = one.outcome;
    ending.back.hidden = !one.done;
    ending.say("");
    stand(ending);
    ending.outcome.focus();
  }

  async function end(what) {
    const one = ending.of;
    const answer = await ending.asks("PATCH", PATH, { id: one.id, was: one.version, seen_in: meeting.week, ...what });
    if (!answer.done) {
      const there = answer.status === 409 && answer.body.now;
      if (there) ending.of = { ...one, version: there.version };
      return ending.say(`Not saved: ${answer.words}. What you wrote is still here; send it again.`, true);
    }
    ending.close();
    changed();
  }

  function clicked(event) {
    const button = event.target.closest && event.target.closest("[data-change]");
    if (!button || !told) return;
    if (button.dataset.change === "back") return putBack();
    const one = [...told.carried, ...told.actions].find(({ id }) => id === button.dataset.action);
    if (one) button.dataset.change === "done" ? finish(one) : open(one);
  }

  function begin() {
    meeting.hears.action = () => open(null);
    meeting.on("picture", () => {
      draw();
      load();
    });
    meeting.on("step", () => told && meeting.step === meeting.LAST && load());
    meeting.on("told", (heard) => heard.actions && load());
    document.addEventListener("click", clicked);
    // what others decide appears here too
    setInterval(() => !document.hidden && load(), 1000 * Number(document.documentElement.dataset.refreshSeconds || 10));
  }

  Object.assign(meeting, { question });
  begin();
})();
