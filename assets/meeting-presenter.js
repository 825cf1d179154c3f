// The presenter's window: what is shown, what is next, the time in this step and in all, and notes.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const meeting = ours.meeting;
  if (!meeting) return;
  const { element, kept } = meeting;
  // a meeting that began this long ago is another one
  const OVER = 4 * 3600 * 1000;

  let parts = null;
  // {begun, since, step, spent: milliseconds by step}, kept in this browser for all windows of a meeting
  let clock = null;

  function key() {
    return `time.${meeting.week}`;
  }

  function now() {
    return Date.now();
  }

  function started() {
    const found = kept.read(key());
    const fits = found && found.begun <= now() && now() - found.begun < OVER && found.spent;
    return fits ? found : null;
  }

  function start() {
    clock = { begun: now(), since: now(), step: meeting.step, spent: {} };
    keep();
    tick();
  }

  function keep() {
    kept.write(key(), clock);
    meeting.tell({ time: clock });
  }

  // whichever window turned writes the time; the others hear of it
  function turned(step) {
    if (!clock || clock.step === step) return;
    const spent = { ...clock.spent, [clock.step]: (clock.spent[clock.step] || 0) + now() - clock.since };
    clock = { ...clock, spent, since: now(), step };
    kept.write(key(), clock);
  }

  function spent(step) {
    return (clock.spent[step] || 0) + (clock.step === step ? now() - clock.since : 0);
  }

  function told(milliseconds) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const rest = `${String(minutes).padStart(hours ? 2 : 1, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    return hours ? `${hours}:${rest}` : rest;
  }

  function say(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }

  function tick() {
    if (!parts || !clock) return;
    say(parts.here, told(spent(meeting.step)));
    say(parts.all, told(now() - clock.begun));
    parts.steps.forEach(({ item, time }, at) => {
      const each = clock.spent[at + 1] || clock.step === at + 1 ? spent(at + 1) : null;
      say(time, each === null ? "–" : told(each));
      item.classList.toggle("here", at + 1 === meeting.step);
    });
  }

  function show() {
    if (!parts) return;
    const { step, LAST } = meeting;
    say(parts.which, `Step ${step} of ${LAST}`);
    say(parts.title, meeting.title(step));
    say(parts.takeaway, meeting.takeaway(step));
    parts.next.hidden = step === LAST;
    parts.last.hidden = step !== LAST;
    if (step < LAST) {
      say(parts.nextTitle, meeting.title(step + 1));
      say(parts.nextTakeaway, meeting.takeaway(step + 1));
    }
    parts.steps.forEach(({ name }, at) => say(name, meeting.title(at + 1)));
    tick();
  }

  function timed(words, look) {
    const value = element("b", {}, "0:00");
    return { value, place: element("p", { className: `timed ${look}` }, element("span", {}, words), value) };
  }

  function made() {
    const [here, all] = [timed("this step", "here"), timed("in all", "all")];
    const anew = element("button", { type: "button", className: "small" }, "Start the time anew");
    anew.addEventListener("click", start);
    const found = {
      here: here.value,
      all: all.value,
      which: element("p", { className: "label" }),
      title: element("h2"),
      takeaway: element("p", { className: "takeaway" }),
      nextTitle: element("h3"),
      nextTakeaway: element("p"),
      last: element("p", { className: "label", hidden: true }, "This is the last step."),
      steps: Array.from({ length: meeting.LAST }, () => {
        const [name, time] = [element("span"), element("b", {}, "–")];
        return { name, time, item: element("li", {}, name, time) };
      }),
    };
    found.next = element("div", { className: "next" }, element("p", { className: "label" }, "Next"), found.nextTitle, found.nextTakeaway);
    const note = meeting.notePlace();
    const heading = element("h3", { className: "label" }, "Notes on this step");
    meeting.hears.note = () => note.input.focus();
    const place = element("section", { className: "presenter" },
      element("div", { className: "speaking" }, element("div", { className: "shown" }, found.which, found.title, found.takeaway), found.next, found.last),
      element("div", { className: "timing" },
        element("div", { className: "times" }, here.place, all.place, anew),
        element("ol", { className: "spent" }, ...found.steps.map((one) => one.item))),
      element("div", { className: "noting" }, heading, note));
    place.setAttribute("aria-label", "Presenter");
    document.querySelector("main.meeting .stage").after(place);
    return found;
  }

  function begin() {
    if (meeting.isPresenter) parts = made();
    meeting.on("picture", () => {
      clock = clock || started();
      if (meeting.isPresenter && !clock) start();
      show();
    });
    meeting.on("step", (step) => {
      turned(step);
      show();
    });
    meeting.on("told", (heard) => {
      if (heard.time && heard.time.spent) clock = heard.time;
      tick();
    });
    if (meeting.isPresenter) setInterval(tick, 500);
  }

  begin();
})();
