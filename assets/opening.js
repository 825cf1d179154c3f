// Opens a number: one panel for all of them, at an address of its own (?open=NAME) that a colleague can be sent.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});

  let picture = null;
  // the picture at which the panel was opened: its rows are of that moment
  let pinned = null;
  let panel = null;
  // what the address says stands in a place of its own; beside it the grid puts its filters
  let inside = null;
  let from = null;
  let escaped = false;
  let leaving = false;

  function asked() {
    return new URLSearchParams(location.search).get("open");
  }

  function address(changes) {
    const words = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) value === null ? words.delete(name) : words.set(name, value);
    const query = words.toString();
    return location.pathname + (query ? `?${query}` : "");
  }

  // what a colleague is sent says nothing of this screen
  function link(changes) {
    const words = new URLSearchParams(location.search);
    ["wall", "theme"].forEach((name) => words.delete(name));
    Object.entries(changes).forEach(([name, value]) => words.set(name, value));
    // a colon needs no escape in an address, and is read more easily without
    return `${location.pathname}?${words.toString().replaceAll("%3A", ":")}`;
  }

  function build() {
    panel = document.createElement("dialog");
    panel.className = "panel";
    panel.setAttribute("aria-labelledby", "panel-title");
    inside = panel.appendChild(document.createElement("div"));
    document.body.append(panel);
    // Escape first closes what stands open within the panel
    panel.addEventListener("keydown", (event) => (escaped = event.key === "Escape" && panel.querySelector(".ag-popup-child") !== null), true);
    panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!escaped) leave();
      escaped = false;
    });
    panel.addEventListener("close", () => {
      // told a moment later, when another number may stand open already
      if (!panel.open && asked() !== null) leave();
    });
    panel.addEventListener("click", (event) => {
      if (event.target.closest("[data-close]")) leave();
      else if (event.target.closest("[data-renew]")) renew();
      else if (event.target.closest("[data-phone]")) ours.toPhone(event.target.closest("[data-phone]"));
      else if (event.target.closest("[data-copy]")) copy(event.target.closest("[data-copy]"));
    });
    ours.beside(panel, elsewhere);
  }

  // a click beside the panel opens what lies there, or closes
  function elsewhere({ clientX: x, clientY: y }) {
    const within = ({ left, right, top, bottom }) => left <= x && x <= right && top <= y && y <= bottom;
    const under = [...document.querySelectorAll("main button[data-number]")].find((one) => within(one.getBoundingClientRect()));
    if (!under) return leave();
    from = under;
    open(under.dataset.number, under);
  }

  function renew() {
    pinned = picture;
    follow();
    panel.querySelector("#panel-title").focus();
  }

  async function copy(button) {
    const text = new URL(button.dataset.copy, location.href).href;
    const told = button.parentElement.querySelector(".copied");
    told.textContent = (await copied(text)) ? "Copied" : "Could not be copied; the link beside it can";
  }

  // the clipboard is given to secure pages only; a house's own network often has none
  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const place = document.createElement("textarea");
      place.className = "unseen";
      place.value = text;
      panel.append(place);
      place.select();
      const done = document.execCommand("copy");
      place.remove();
      return done;
    }
  }

  function leave() {
    // going back takes a moment, in which nobody can leave twice
    if (leaving) return;
    leaving = Boolean(history.state && history.state.opened);
    if (leaving) history.back();
    else {
      history.replaceState(null, "", address({ open: null }));
      follow();
    }
  }

  function open(name, button) {
    const within = panel !== null && panel.open;
    if (!within) from = button;
    // a number opened from within the panel takes its place: Back always closes
    if (within) history.replaceState(history.state, "", address({ open: name }));
    else history.pushState({ opened: true }, "", address({ open: name }));
    follow();
    if (!panel || !panel.open) return;
    panel.scrollTop = 0;
    if (within) panel.querySelector("#panel-title").focus();
  }

  function shown(name) {
    if (name === "ages" && picture.ages) return ours.opened.recency(picture);
    if (name === "travel") return ours.opened.travelling();
    if (!Object.hasOwn(pinned.numbers, name) && Object.hasOwn(picture.numbers, name)) pinned = picture;
    if (!Object.hasOwn(pinned.numbers, name)) return ours.opened.unknown(name);
    return ours.opened.content(name, pinned, picture, link);
  }

  // the panel shows what the address says
  function follow() {
    leaving = false;
    const name = asked();
    if (name === null || !picture) return close();
    if (!panel) build();
    if (!panel.open) pinned = picture;
    ours.patch(inside, shown(name));
    const rows = panel.querySelector("[data-opaque=rows]");
    if (rows) ours.rows(rows, { name, asOf: pinned.as_of, one: pinned.numbers[name] });
    else ours.endRows();
    const travel = panel.querySelector("[data-opaque=travel]");
    if (travel) ours.travelForm(travel, picture.as_of);
    if (!panel.open) {
      document.documentElement.dataset.opened = "";
      panel.showModal();
      panel.querySelector("#panel-title").focus();
    }
  }

  // the page may have been drawn anew meanwhile: then to the same number, or to where the page begins
  function back(button) {
    const same = [...document.querySelectorAll("main [data-number]")].find((one) => one.dataset.number === button.dataset.number);
    const place = button.isConnected ? button : same || document.querySelector("main");
    if (place) place.focus();
  }

  function close() {
    if (!panel || !inside.hasChildNodes()) return;
    ours.endRows();
    if (panel.open) panel.close();
    delete document.documentElement.dataset.opened;
    inside.replaceChildren();
    if (from) back(from);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button[data-number], button[data-open]");
    if (button) open(button.dataset.number || button.dataset.open, button);
  });
  addEventListener("popstate", follow);

  // opens a number by its name; nothing where this page has none of that name
  function openNumber(name) {
    if (picture && Object.hasOwn(picture.numbers, name)) open(name, null);
  }

  // fresh: {as_of, numbers: what each says by its name, ages}: a page calls this with every picture it draws
  function showOpening(fresh) {
    picture = fresh;
    follow();
  }

  Object.assign(ours, { showOpening, openNumber });
})();
