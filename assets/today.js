// A rep's own day: each lead that is due is a row that stays in its place, and the week is drawn without a library.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  // what is urgent is shown at once, as far as a screen goes; the rest after a tap
  const FEWEST = matchMedia("(max-width: 640px)").matches ? 6 : 10;
  const MOST = 12;
  const URGENT = new Set(["Late", "Within the hour"]);
  const SVG = "http://www.w3.org/2000/svg";

  const rows = new Map();
  let all = false;

  function element(tag, look, ...inside) {
    const found = document.createElement(tag);
    if (look) found.className = look;
    found.append(...inside);
    return found;
  }

  function words(look) {
    const found = element("span", look);
    found.dir = "auto";
    return found;
  }

  function say(place, text) {
    if (place.textContent !== (text || "")) place.textContent = text || "";
  }

  function lead(scheme, address) {
    // a number or an address of mail, and nothing that would be another one's
    const text = String(address).trim();
    const fits = scheme === "tel" ? /^\+?[\d\s()./-]{3,30}$/.test(text) : /^[^\s@?&]+@[^\s@?&]+$/.test(text);
    return fits ? `${scheme}:${encodeURI(scheme === "tel" ? text.replace(/[^\d+]/g, "") : text)}` : null;
  }

  function reach(scheme, name) {
    return element("a", `reach-out ${scheme}`, element("span", "", name));
  }

  function call(link, scheme, address, label, name) {
    const href = address ? lead(scheme, address) : null;
    link.hidden = !href;
    if (!href) return link.removeAttribute("href");
    if (link.getAttribute("href") !== href) link.setAttribute("href", href);
    link.setAttribute("aria-label", `${name} ${label}`);
    link.title = address;
  }

  function made() {
    const name = element("a", "lead");
    name.dir = "auto";
    Object.assign(name, { target: "_blank", rel: "noopener noreferrer" });
    const fill = element("span", "gone");
    const time = element("span", "time-bar", fill);
    time.setAttribute("aria-hidden", "true");
    const parts = { name, left: element("b", "left"), what: words("what"), until: element("span", "until"), about: words("about"), worth: element("span", "worth"), fill };
    const [phone, email] = [reach("tel", "Call"), reach("mailto", "Mail")];
    const third = element("span", "third", parts.about, " ", parts.worth);
    const told = element("div", "told-of", name, parts.left, parts.what, parts.until, third, time);
    const out = element("p", "out", phone, email);
    const item = element("li", "due-row", told, out);
    // where there is no record to open, the row itself takes the focus
    item.tabIndex = -1;
    return { ...parts, phone, email, out, item };
  }

  function tell(row, one) {
    const text = JSON.stringify(one);
    if (row.text === text) return;
    row.text = text;
    row.item.classList.toggle("late", one.group === "Late");
    row.item.dataset.lead = one.id;
    say(row.name, one.label);
    const record = ours.safe(one.url);
    if (record) row.name.href = record;
    else row.name.removeAttribute("href");
    say(row.worth, one.worth ? `${one.worth} at stake` : "");
    row.worth.title = one.worth ? "At stake: what such a lead is worth on the average" : "";
    for (const part of ["left", "what", "until", "about"]) say(row[part], one[part]);
    row.fill.style.setProperty("--share", `${100 * one.gone}%`);
    call(row.phone, "tel", one.phone, one.label, "Call");
    call(row.email, "mailto", one.email, one.label, "Write to");
    row.out.hidden = row.phone.hidden && row.email.hidden;
  }

  function section(place, title) {
    const found = [...place.children].find((one) => one.dataset.group === title);
    if (found) return found;
    const fresh = element("section", "due-group", element("h3", "", title, element("span", "", "by working hours")), element("ol", ""));
    fresh.dataset.group = title;
    return fresh;
  }

  function due(place, told) {
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    const urgent = told.filter((one) => URGENT.has(one.group)).length;
    const shown = Math.min(Math.max(urgent, FEWEST), MOST);
    const here = all ? told : told.slice(0, shown);
    const groups = Map.groupBy ? Map.groupBy(here, (one) => one.group) : grouped(here);
    const kept = new Set(here.map((one) => one.id));
    const at = focused ? [...place.querySelectorAll(".due-row")].indexOf(focused.closest(".due-row")) : -1;
    for (const id of [...rows.keys()]) if (!kept.has(id)) rows.delete(id);
    const sections = [...groups].map(([title, some]) => {
      const one = section(place, title);
      ours.put(one.lastChild, some.map((each) => rowOf(each)));
      return one;
    });
    const more = told.length > here.length ? [unfold(place, told, shown)] : [];
    ours.put(place, [...sections, ...more]);
    // whoever works at a row stays at it, also when it moves to another group
    if (focused && focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
    // and where the row has gone, since its lead was worked, goes on with what stands in its place
    if (focused && !focused.isConnected && at >= 0) onward(place, at);
  }

  function onward(place, at) {
    const left = [...place.querySelectorAll(".due-row a.lead")];
    const next = left[Math.min(at, left.length - 1)];
    if (next) next.focus({ preventScroll: true });
  }

  function grouped(some) {
    const found = new Map();
    for (const one of some) found.set(one.group, [...(found.get(one.group) || []), one]);
    return found;
  }

  function rowOf(one) {
    const row = rows.get(one.id) || made();
    rows.set(one.id, row);
    tell(row, one);
    return row.item;
  }

  function unfold(place, told, shown) {
    const found = place.querySelector(".unfold") || element("button", "unfold");
    found.type = "button";
    const text = `Show ${told.length - shown} more`;
    if (found.textContent !== text) found.textContent = text;
    found.onclick = () => {
      all = true;
      due(place, told);
      const next = rows.get(told[shown].id);
      if (next) (next.name.href ? next.name : next.item).focus();
    };
    return found;
  }

  // the week: what is done as an area, what is owed as a line, last week as dots

  function drawn(tag, look, told) {
    const found = document.createElementNS(SVG, tag);
    if (look) found.setAttribute("class", look);
    for (const [name, value] of Object.entries(told)) found.setAttribute(name, value);
    return found;
  }

  function corners(values, now, days) {
    const known = values.filter((one) => one !== null);
    const x = known.map((_, at) => (at === known.length - 1 && now !== null && now > at && now < at + 1 ? now : at + 1));
    return [[0, 0], ...known.map((one, at) => [Math.min(x[at], days), one])];
  }

  function course(place, told) {
    const text = JSON.stringify(told);
    if (place.told === text) return;
    place.told = text;
    const days = told.days.length;
    const top = 1.06 * Math.max(...[...told.done, ...told.owed, ...told.previous].filter((one) => one !== null), 1e-9);
    const at = ([x, y]) => `${((1000 * x) / days).toFixed(1)},${(200 - (200 * y) / top).toFixed(1)}`;
    const path = (points) => `M${points.map(at).join("L")}`;
    const figure = drawn("svg", "", { viewBox: "0 0 1000 200", preserveAspectRatio: "none", "aria-hidden": "true" });
    told.worked.forEach((works, n) => !works && figure.append(drawn("rect", "rest", { x: (1000 * n) / days, y: 0, width: 1000 / days, height: 200 })));
    const done = corners(told.done, told.now, days);
    if (told.done.some((one) => one !== null)) figure.append(drawn("path", "area", { d: `${path(done)}L${at([done.at(-1)[0], 0])}Z` }));
    if (told.owed.some((one) => one !== null)) figure.append(drawn("path", "owed", { d: path(corners(told.owed, null, days)) }));
    if (told.previous.length) figure.append(drawn("path", "before", { d: path(corners(told.previous, told.now, days)) }));
    if (told.done.some((one) => one !== null)) figure.append(drawn("path", "done", { d: path(done) }));
    const names = element("p", "day-names", ...told.days.map((one, n) => element("span", told.worked[n] ? "" : "rests", one)));
    const point = element("span", "point");
    const [x, y] = done.at(-1);
    point.style.left = `${(100 * x) / days}%`;
    point.style.top = `${100 - (100 * y) / top}%`;
    place.replaceChildren(element("div", "course-figure", figure, point), names, key(told));
  }

  function key(told) {
    const parts = [element("span", "key-done", "done")];
    if (told.owed.some((one) => one !== null)) parts.push(element("span", "key-owed", "owed"));
    if (told.previous.length) parts.push(element("span", "key-before", "last week by now"));
    const found = element("p", "keys", ...parts);
    found.setAttribute("aria-hidden", "true");
    return found;
  }

  function drawDay(root, picture) {
    const place = root.querySelector("[data-opaque=due]");
    if (place) due(place, picture.due);
    else rows.clear();
    const week = root.querySelector("[data-opaque=course]");
    if (week) course(week, picture.course);
  }

  // j and k go from lead to lead, as in other lists that are worked through by keyboard
  function step(event) {
    if (!["j", "k"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input, textarea, select")) return;
    const links = [...document.querySelectorAll(".due-row a.lead[href]")];
    const here = links.indexOf(document.activeElement.closest(".due-row")?.querySelector("a.lead"));
    const next = links[event.key === "j" ? here + 1 : Math.max(here - 1, 0)];
    if (next) next.focus();
  }

  if (document.querySelector("main.own-day")) document.addEventListener("keydown", step);

  Object.assign(ours, { drawDay });
})();
