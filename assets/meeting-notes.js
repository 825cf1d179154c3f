// Notes on a step: kept in this browser as they are typed, and there until the server has confirmed them.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const meeting = ours.meeting;
  if (!meeting) return;
  const { asks, element, kept } = meeting;
  const PATH = "/api/meeting/notes";
  // longer than a busy store is waited for, so that its own words are heard
  const PATIENT = 20000;
  const PAUSE = 500;
  const LONGEST_WAIT = 30000;
  const MOST = 4000;

  // by step: {text: as it stands here, base and version: as the server has it, sending, why: words, other: what clashed}
  const notes = new Map();
  const places = [];
  let failed = 0;
  let timer = null;
  let read = false;

  function key(step) {
    return `note.${meeting.week}.${step}`;
  }

  function note(step) {
    if (!notes.has(step)) {
      const draft = meeting.week ? kept.read(key(step)) : null;
      const mine = draft && typeof draft.text === "string" ? draft : { text: "", base: "", version: 0 };
      notes.set(step, { base: "", version: 0, ...mine, sending: false, why: "", other: null });
    }
    return notes.get(step);
  }

  function unsaved(one) {
    return one.text !== one.base;
  }

  function typed(step, text) {
    const one = note(step);
    one.text = text;
    const safe = kept.write(key(step), unsaved(one) ? { text, base: one.base, version: one.version } : null);
    if (!safe) one.why = "this browser keeps nothing: leave the window open until it is saved";
    later(PAUSE);
    show();
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(saveAll, wait);
  }

  async function saveAll() {
    if (!meeting.week) return;
    if (!read) await load();
    for (const step of notes.keys()) await save(step);
    if ([...notes.values()].some((one) => unsaved(one) && !one.other && !one.refused)) {
      later(failed ? Math.min(LONGEST_WAIT, 1000 * 2 ** failed) * (0.7 + 0.6 * Math.random()) : PAUSE);
    }
  }

  async function save(step) {
    const one = note(step);
    if (one.sending || one.other || !unsaved(one)) return;
    const text = one.text;
    Object.assign(one, { sending: true, refused: false });
    show();
    const { done, status, body, words } = await asks("POST", PATH, { week: meeting.week, step, text, was: one.version }, PATIENT);
    one.sending = false;
    failed = status ? 0 : failed + 1;
    if (done) saved(step, one, text, body.version);
    else if (status === 409 && body.now) clashed(step, one, body.now);
    else Object.assign(one, { why: words, refused: status >= 400 && status < 500 });
    show();
  }

  function saved(step, one, text, version) {
    Object.assign(one, { base: text, version, why: "" });
    kept.write(key(step), unsaved(one) ? { text: one.text, base: text, version } : null);
    meeting.tell({ note: step });
  }

  // somebody else wrote here: what both say is shown, and nothing is overwritten
  function clashed(step, one, now) {
    if (now.text === one.text || one.text === one.base) return settle(step, now.text, now);
    if (now.text === one.base) {
      one.version = now.version;
      return later(0);
    }
    one.other = now;
  }

  function settle(step, text, now) {
    const one = note(step);
    Object.assign(one, { text, base: now.text, version: now.version, other: null, why: "" });
    kept.write(key(step), unsaved(one) ? { text, base: one.base, version: one.version } : null);
    show();
    later(0);
  }

  async function load() {
    const week = meeting.week;
    // what somebody notes is for whoever leads the meeting, and not for a screen in the hall
    if (ours.screen()) return;
    const { done, body } = await asks("GET", `${PATH}?week=${encodeURIComponent(week)}`);
    if (!done || week !== meeting.week) return;
    read = true;
    for (let step = 1; step <= meeting.LAST; step += 1) take(step, body.notes[step] || { text: "", version: 0 });
    show();
  }

  function take(step, now) {
    const one = note(step);
    // versions only grow: an older one was asked for before this one was known, and comes late
    if (one.sending || one.other || now.version <= one.version) return;
    if (unsaved(one)) clashed(step, one, now);
    else Object.assign(one, { text: now.text, base: now.text, version: now.version });
  }

  // a place: a field and what is said under it, both of the step that it says it is for

  function state(one) {
    if (one.other) return ["bad", "Somebody else wrote here meanwhile. Theirs:"];
    if (one.sending) return ["", "Saving …"];
    if (one.why && unsaved(one)) return ["bad", `Not saved yet: ${one.why}. It is kept in this browser${one.refused ? "" : ", and sent again by itself"}.`];
    if (unsaved(one)) return ["", "Not saved yet"];
    return ["", one.text ? "Saved" : ""];
  }

  function show() {
    places.forEach(fill);
  }

  function fill({ step, input, said, clash }) {
    const one = note(step());
    // before it is known which week this is, nobody could say whose note it were
    input.disabled = !meeting.week;
    if (input.value !== one.text) input.value = one.text;
    input.setAttribute("aria-label", `Note on step ${step()}: ${meeting.title(step())}`);
    const [look, words] = state(one);
    said.className = `said ${look}`;
    if (said.textContent !== words) said.textContent = words;
    clash.hidden = !one.other;
    if (one.other) clash.firstChild.textContent = one.other.text || "(empty)";
  }

  function choice(step, words, made) {
    const button = element("button", { type: "button", className: "small" }, words);
    button.addEventListener("click", () => {
      const one = note(step());
      if (one.other) settle(step(), made(one.text, one.other.text), one.other);
    });
    return button;
  }

  // without a step of its own it goes with the one that is shown
  function place(step = () => meeting.step) {
    const input = element("textarea", { rows: 5, maxLength: MOST, spellcheck: true, placeholder: "Notes on this step" });
    const said = element("p", { className: "said", role: "status" });
    const ways = element("p", { className: "ways" },
      choice(step, "Keep both", (mine, theirs) => `${theirs}\n${mine}`), choice(step, "Keep mine", (mine) => mine), choice(step, "Take theirs", (_, theirs) => theirs));
    const clash = element("div", { className: "clash", hidden: true }, element("blockquote", {}), ways);
    input.addEventListener("input", () => typed(step(), input.value));
    places.push({ step, input, said, clash });
    const found = element("div", { className: "note" }, input, said, clash);
    show();
    return Object.assign(found, { input });
  }

  let sheet = null;
  // what is written in the sheet belongs to the step it was opened on, wherever the meeting is turned meanwhile
  let opened = null;

  function open() {
    if (!meeting.week || meeting.asOf) return;
    opened = meeting.step;
    if (!sheet) {
      const inside = place(() => opened);
      sheet = Object.assign(meeting.sheet("note-sheet", "Note", inside), { input: inside.input });
      sheet.input.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) sheet.close();
      });
    }
    sheet.heading.textContent = `Note on “${meeting.title(opened)}”`;
    show();
    if (!sheet.open) sheet.showModal();
    sheet.input.focus();
  }

  function begin() {
    let known = null;
    meeting.on("picture", () => {
      if (known === meeting.week) return;
      known = meeting.week;
      notes.clear();
      for (let step = 1; step <= meeting.LAST; step += 1) note(step);
      load().then(() => later(0));
    });
    meeting.on("step", show);
    // other windows, and other people: what they wrote appears as long as nothing is being written here
    meeting.on("told", (told) => told.note && load());
    setInterval(() => !document.hidden && meeting.week && load(), 1000 * Number(document.documentElement.dataset.refreshSeconds || 10));
    addEventListener("online", () => later(0));
    addEventListener("beforeunload", (event) => [...notes.values()].some((one) => unsaved(one) && one.why.startsWith("this browser")) && event.preventDefault());
    if (!meeting.isPresenter) meeting.hears.note = open;
  }

  Object.assign(meeting, { notePlace: place });
  begin();
})();
