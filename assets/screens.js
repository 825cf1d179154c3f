// The screens of the house: pair one by its code, see what each shows, move it, have it load itself anew, shut it out.
(() => {
  "use strict";
  const EVERY = 5000;
  let pages = {};
  let operator = false;
  let editing = null;
  let sure = null;

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

  function card(one) {
    const { look, words } = state(one);
    const shape = element("i", { className: `shape ${look}`, "aria-hidden": "true" });
    const name = element("h3", { dir: "auto" }, one.name);
    const head = element("header", {}, name, element("p", { className: "how-it-is" }, shape, words));
    const item = element("li", { className: `card ${look}` }, head, facts(one));
    item.dataset.id = one.id;
    if (operator) item.append(editing === one.id ? edit(one) : buttons(one));
    return item;
  }

  function press(words, look, act) {
    const found = element("button", { type: "button", className: look }, words);
    found.addEventListener("click", act);
    return found;
  }

  function buttons(one) {
    const said = element("span", { className: "said", role: "status" });
    const change = press("Change", "button plain", () => ((editing = one.id), draw()));
    const reload = press("Reload", "button plain", () => act(said, "PATCH", { id: one.id, reload: true }, "It loads itself anew within ten seconds."));
    const shuts = () => (sure === one.id ? act(said, "DELETE", { id: one.id }, "") : ask(one.id));
    const out = press(sure === one.id ? `Shut out ${one.name} for good` : "Shut out", `button ${sure === one.id ? "danger" : "plain"}`, shuts);
    out.dataset.key = "out";
    return element("div", { className: "acts" }, change, reload, out, said);
  }

  // what cannot be taken back is asked once more, in the same place
  function ask(id) {
    sure = id;
    draw();
    document.querySelector(`[data-id="${CSS.escape(id)}"] [data-key=out]`).focus();
    setTimeout(() => {
      if (sure === id) sure = null;
      draw();
    }, 8000);
  }

  async function act(said, method, body, words) {
    said.textContent = "Sending …";
    const { done, words: why } = await asks(method, body);
    said.textContent = done ? words : why;
    if (done) {
      editing = sure = null;
      await look();
    }
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

  function edit(one) {
    const name = element("input", { type: "text", name: "name", value: one.name, maxLength: 60 });
    const every = element("input", { type: "number", name: "every", value: String(one.every), min: "5", max: "86400" });
    const said = element("span", { className: "said", role: "status" });
    const shows = element("fieldset", { className: "pages-choice" }, element("legend", {}, "Shows"), ...choice("pages", one.pages));
    const save = element("button", { type: "submit", className: "button" }, "Save");
    const field = (words, input) => element("label", { className: "field" }, element("span", {}, words), input);
    const form = element("form", { className: "edit" }, field("Name", name), shows, field("Seconds a page", every));
    form.append(element("div", { className: "acts" }, save, press("Leave as it is", "button plain", () => ((editing = null), draw())), said));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act(said, "PATCH", { id: one.id, name: name.value, pages: chosen(form, "pages"), every: Number(every.value) }, "");
    });
    return form;
  }

  let found = null;
  let why = "";

  function draw() {
    const place = document.getElementById("screens");
    const focus = document.activeElement;
    if (found === null) return place.replaceChildren(element("p", { className: "reason" }, why ? `The screens cannot be shown: ${why}.` : "Looking …"));
    const none = element("p", { className: "quiet" }, "No screen is paired yet. Open /screen on a TV, and type its code above.");
    const list = found.length ? element("ul", { className: "cards" }, ...found.map(card)) : none;
    // nobody's half-written words are swept away
    if (editing && place.contains(focus) && focus.closest("form.edit")) return undefined;
    place.replaceChildren(...(why ? [element("p", { className: "reason" }, `As of a while ago: ${why}.`)] : []), list);
    return undefined;
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

  async function send(pair, said) {
    const told = { code: pair.elements.code.value, name: pair.elements.name.value.trim(), pages: chosen(pair, "pages"), every: Number(pair.elements.every.value) };
    const lacking = !told.code.trim() ? "code" : !told.name ? "name" : null;
    said.classList.toggle("bad", Boolean(lacking) || !told.pages.length);
    if (lacking) {
      said.textContent = lacking === "code" ? "Type the code that the screen shows." : "Give the screen a name.";
      return pair.elements[lacking].focus();
    }
    if (!told.pages.length) return (said.textContent = "Choose at least one page for it to show.");
    said.textContent = "Sending …";
    const { done, words, body } = await asks("POST", told);
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
    setInterval(() => document.hidden || editing || look(), EVERY);
    document.addEventListener("visibilitychange", () => document.hidden || look());
  });
})();
