// The screens of the house: pair one by its code, see what each shows, move it, have it load itself anew, shut it out.
(() => {
  "use strict";
  const EVERY = 5000;
  let pages = {};
  let operator = false;
  let found = null;
  let why = "";
  // the card of each screen, which stays the same one: whoever types in it, stands at a button or reads an answer goes on
  const cards = new Map();

  function element(tag, props, ...inside) {
    const found = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (name in found && name !== "list" && name !== "form") found[name] = value;
      else found.setAttribute(name, value);
    }
    found.append(...inside.filter((one) => one !== null && one !== undefined));
    return found;
  }

  async function asks(method, told) {
    const more = told ? { body: JSON.stringify(told), headers: { "Content-Type": "application/json" } } : {};
    try {
      const answer = await fetch("/api/screens", { method, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(15000), ...more });
      const body = await answer.json();
      if (answer.status === 401) window.smarketing.shut(String(body.error), "signed out");
      return { done: answer.ok, body, words: String(body.error || `the server answered ${answer.status}`).slice(0, 300) };
    } catch {
      return { done: false, body: {}, words: "no connection to the server" };
    }
  }

  function told(seconds) {
    if (seconds < 90) return `${Math.round(seconds)} s`;
    if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
    return seconds < 129600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
  }

  function since(text) {
    return text ? (Date.now() - Date.parse(text)) / 1000 : null;
  }

  // {look, words}: how a screen is, in words that stand beside a shape
  function state(one) {
    const { ago, age } = one.shows;
    if (ago !== undefined && ago < 45) return { look: "dot", words: `shows data ${told(age)} old` };
    const seen = ago !== undefined ? ago : since(one.seen_at);
    if (seen === null) return { look: "ring", words: "not heard of yet" };
    return { look: "square", words: `silent for ${told(seen)}` };
  }

  function shown(one) {
    const names = one.pages.map((path) => pages[path] || path).join(", ");
    return one.pages.length > 1 ? `${names}, ${told(one.every)} each` : names;
  }

  function fact(name, ...value) {
    return element("div", {}, element("dt", {}, name), element("dd", {}, ...value));
  }

  function facts(one) {
    const { size, build, page } = one.shows;
    const now = page ? pages[page] || pages[`/${page.split("/")[1]}`] || page : "";
    const at = new Date(one.paired_at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
    return element(
      "dl",
      {},
      fact("To show", shown(one)),
      now ? fact("Now", now) : null,
      size ? fact("Size", size) : null,
      build ? fact("Build", build === document.documentElement.dataset.build ? "current" : `${build}, older`) : null,
      fact("Paired", `${at} by `, element("bdi", {}, one.paired_by)),
    );
  }

  function write(place, words) {
    if (place.textContent !== words) place.textContent = words;
  }

  function made(one) {
    const shape = element("i", { "aria-hidden": "true" });
    const parts = { name: element("h3", { dir: "auto" }), shape, words: element("span"), facts: element("div"), does: element("div") };
    const head = element("header", {}, parts.name, element("p", { className: "how-it-is" }, shape, parts.words));
    const here = { ...parts, one, shows: null, sure: null, sending: false, item: element("li", {}, head, parts.facts, parts.does) };
    here.item.dataset.id = one.id;
    here.said = element("span", { className: "said", role: "status" });
    cards.set(one.id, here);
    return here;
  }

  function card(one) {
    const here = cards.get(one.id) || made(one);
    here.one = one;
    const { look, words } = state(one);
    here.item.className = `card ${look}`;
    here.shape.className = `shape ${look}`;
    write(here.name, one.name);
    write(here.words, words);
    here.facts.replaceChildren(facts(one));
    if (!operator) turn(here, null);
    else if (here.shows === null) turn(here, buttons);
    return here.item;
  }

  // the buttons of a card, or the form in their place, or neither
  function turn(here, what) {
    if (here.shows === what) return;
    here.shows = what;
    calm(here);
    here.said.textContent = "";
    here.does.replaceChildren(...(what ? [what(here)] : []));
  }

  function press(words, look, act) {
    const found = element("button", { type: "button", className: look }, words);
    found.addEventListener("click", act);
    return found;
  }

  function buttons(here) {
    const change = press("Change", "button plain", () => {
      turn(here, edit);
      here.does.querySelector("input").focus();
    });
    const reload = press("Reload", "button plain", () => act(here, "PATCH", { reload: true }, "It loads itself anew within ten seconds."));
    here.out = press("Shut out", "button plain", (event) => shutOut(here, event));
    // a key that is held is pressed once
    here.out.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
    return element("div", { className: "acts" }, change, reload, here.out, here.said);
  }

  // what cannot be taken back is asked once more, in the same place, and the second press of two is no answer
  function shutOut(here, event) {
    if (event.detail > 1) return;
    if (here.sure !== null) return act(here, "DELETE", {}, "");
    here.out.textContent = `Shut out ${here.one.name} for good`;
    here.out.className = "button danger";
    here.sure = setTimeout(() => calm(here), 8000);
  }

  function calm(here) {
    clearTimeout(here.sure);
    here.sure = null;
    if (!here.out) return;
    here.out.textContent = "Shut out";
    here.out.className = "button plain";
  }

  function back(here) {
    turn(here, buttons);
    here.does.querySelector("button").focus();
  }

  async function act(here, method, told, words) {
    if (here.sending) return;
    here.sending = true;
    here.said.textContent = "Sending …";
    const { done, words: fault } = await asks(method, { id: here.one.id, ...told });
    here.sending = false;
    calm(here);
    if (done && here.shows === edit) back(here);
    here.said.textContent = done ? words : fault;
    if (done) await look();
    // where its card has gone, whoever shut it out by keyboard stands at the head of those that are left
    if (!here.item.isConnected) document.getElementById("screens-title").focus();
  }

  function choice(name, chosen) {
    return Object.entries(pages).map(([path, words]) => {
      const box = element("input", { type: "checkbox", name, value: path, checked: chosen.includes(path) });
      return element("label", { className: "check" }, box, words);
    });
  }

  // before the pages have come there is one to show
  function chosen(form, name) {
    const boxes = [...form.querySelectorAll(`[name="${name}"]`)];
    return boxes.length ? boxes.filter((one) => one.checked).map((one) => one.value) : ["/"];
  }

  function edit(here) {
    const { one } = here;
    const name = element("input", { type: "text", name: "name", value: one.name, maxLength: 60 });
    const every = element("input", { type: "number", name: "every", value: String(one.every), min: "5", max: "86400" });
    const shows = element("fieldset", { className: "pages-choice" }, element("legend", {}, "Shows"), ...choice("pages", one.pages));
    const save = element("button", { type: "submit", className: "button" }, "Save");
    const field = (words, input) => element("label", { className: "field" }, element("span", {}, words), input);
    const form = element("form", { className: "edit" }, field("Name", name), shows, field("Seconds a page", every));
    form.append(element("div", { className: "acts" }, save, press("Leave as it is", "button plain", () => back(here)), here.said));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act(here, "PATCH", { name: name.value, pages: chosen(form, "pages"), every: Number(every.value) }, "");
    });
    return form;
  }

  const list = element("ul", { className: "cards" });
  const none = element("p", { className: "quiet" }, "No screen is paired yet. Open /screen on a TV, and type its code above.");
  const reason = element("p", { className: "reason" });

  function draw() {
    const place = document.getElementById("screens");
    const cannot = why ? `The screens cannot be shown: ${why}.` : "Looking …";
    write(reason, found ? `As of a while ago: ${why}.` : cannot);
    if (!found) return window.smarketing.put(place, [reason]);
    for (const id of [...cards.keys()]) if (!found.some((one) => one.id === id)) cards.delete(id);
    window.smarketing.put(list, found.map(card));
    return window.smarketing.put(place, [...(why ? [reason] : []), found.length ? list : none]);
  }

  async function look() {
    const { done, body, words } = await asks("GET");
    why = done ? "" : words;
    if (done) {
      found = body.screens;
      pages = body.pages;
      operator = body.operator;
      form();
    }
    draw();
  }

  function form() {
    const pair = document.getElementById("pair");
    pair.closest("section").hidden = !operator;
    const place = document.getElementById("pages-choice");
    if (!place.childNodes.length) place.append(...choice("pages", ["/"]));
  }

  let sending = false;

  async function send(pair, said) {
    if (sending) return;
    const told = { code: pair.elements.code.value, name: pair.elements.name.value.trim(), pages: chosen(pair, "pages"), every: Number(pair.elements.every.value) };
    const lacking = !told.code.trim() ? "code" : !told.name ? "name" : null;
    said.classList.toggle("bad", Boolean(lacking) || !told.pages.length);
    if (lacking) {
      said.textContent = lacking === "code" ? "Type the code that the screen shows." : "Give the screen a name.";
      return pair.elements[lacking].focus();
    }
    if (!told.pages.length) return (said.textContent = "Choose at least one page for it to show.");
    said.textContent = "Sending …";
    sending = true;
    const { done, words, body } = await asks("POST", told);
    sending = false;
    said.classList.toggle("bad", !done);
    said.textContent = done ? `${body.name} is paired, and shows its page in a moment.` : `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
    if (done) {
      pair.elements.code.value = pair.elements.name.value = "";
      look();
    }
    return undefined;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const pair = document.getElementById("pair");
    const said = pair.querySelector(".said");
    pair.noValidate = true;
    pair.elements.code.value = new URLSearchParams(location.search).get("code") || "";
    pair.addEventListener("submit", (event) => {
      event.preventDefault();
      send(pair, said);
    });
    draw();
    look();
    setInterval(() => document.hidden || look(), EVERY);
    document.addEventListener("visibilitychange", () => document.hidden || look());
  });
})();
