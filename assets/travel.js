// Travels in time: the bar of a page that shows the past (?as_of=), and the way to any other moment and back to live.
// It works on every page that has a place with the class bar-line; what is shown stands in <html data-as-of>, once known.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const A_DAY = 86400000;

  // a plus in an address is read as a space; an instant has no space
  const asked = (new URLSearchParams(location.search).get("as_of") || "").trim().replace(" ", "+");
  let bar = null;

  // the company's own clocks, as they stand in "2026-11-20T14:32:05.1+01:00": days and times are read, never reckoned
  function local(asOf) {
    const found = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?)?/.exec(asOf || "");
    return found ? { day: found[1], time: found[2] || "00:00", seconds: found[3] || "" } : null;
  }

  function date(day) {
    const told = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });
    return told.format(new Date(`${day}T00:00Z`)).replace(",", "");
  }

  // "Friday 20 November 2026, 14:32"
  function moment(asOf, seconds = false) {
    const found = local(asOf);
    return found ? `${date(found.day)}, ${found.time}${seconds ? found.seconds : ""}` : asOf;
  }

  function clock(asOf) {
    const found = local(asOf);
    return found ? found.time + found.seconds : "";
  }

  function address(asOf) {
    const words = new URLSearchParams(location.search);
    words.delete("as_of");
    if (asOf === null || ["ages", "travel"].includes(words.get("open"))) words.delete("open");
    if (asOf !== null) words.set("as_of", asOf);
    const query = words.toString();
    return location.pathname + (query ? `?${query}` : "");
  }

  function go(asOf) {
    location.assign(address(asOf));
  }

  // the same time by the company's clocks, some days on
  function beside(asOf, days) {
    const found = local(asOf);
    const day = new Date(Date.parse(`${found.day}T00:00Z`) + days * A_DAY).toISOString().slice(0, 10);
    return `${day}T${found.time}${found.seconds}`;
  }

  function later(asOf) {
    const at = Date.parse(asOf);
    return !Number.isNaN(at) && at + A_DAY > Date.now();
  }

  function element(tag, words, ...inside) {
    const found = document.createElement(tag);
    Object.assign(found, words);
    found.append(...inside);
    return found;
  }

  function step(sign, name, days) {
    const found = element("button", { type: "button", className: "step", title: name }, sign);
    found.setAttribute("aria-label", name);
    found.addEventListener("click", () => go(beside(shown(), days)));
    return found;
  }

  function shown() {
    return document.documentElement.dataset.asOf || asked;
  }

  // a form that leads to any moment
  function picker(asOf, words) {
    const input = element("input", { type: "datetime-local", required: true, className: "when", min: "1995-01-01T00:00", max: "2059-12-31T23:59" });
    const found = local(asOf);
    if (found) input.value = `${found.day}T${found.time}`;
    input.setAttribute("aria-label", "A moment, by the company's clocks");
    const form = element("form", { className: "picker" }, input, element("button", { type: "submit", className: "step" }, words));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value) go(input.value);
    });
    return form;
  }

  function travelForm(place, asOf) {
    if (place.childNodes.length) return;
    const day = (days, words) => {
      const found = element("button", { type: "button", className: "step" }, words);
      found.addEventListener("click", () => go(beside(asOf, days)));
      return found;
    };
    place.append(picker(asOf, "Look"));
    if (local(asOf)) place.append(element("div", { className: "steps" }, day(-1, "a day before"), day(-7, "a week before"), day(-28, "four weeks before")));
  }

  function begin() {
    const place = document.querySelector(".bar-line");
    if (!place || !asked) return;
    const words = element("span", { className: "past" });
    const next = step("›", "The next day", 1);
    bar = { words, next, picker: picker(asked, "Go") };
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", "The moment shown");
    place.replaceChildren(words, element("span", { className: "steps" }, step("‹", "The day before", -1), next), bar.picker, element("a", { href: address(null) }, "Back to live"));
    tell();
  }

  function tell() {
    if (!bar) return;
    const at = shown();
    bar.words.textContent = `You are looking at the past: ${moment(at)}`;
    bar.next.disabled = later(at);
    const input = bar.picker.querySelector("input");
    const found = local(at);
    if (found && document.activeElement !== input) input.value = `${found.day}T${found.time}`;
  }

  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-as-of"] });
  document.addEventListener("DOMContentLoaded", begin);

  Object.assign(ours, { moment, clock, travelForm });
})();
