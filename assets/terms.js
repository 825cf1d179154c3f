// The page of terms: narrows it to what one looks for, and says which numbers of the board stand on each term.
(() => {
  "use strict";
  const SHOWN = 6;
  const query = new URLSearchParams(location.search);
  const asOf = (query.get("as_of") || "").replace(" ", "+");

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function made(tag, text, props) {
    const one = Object.assign(document.createElement(tag), props || {});
    one.textContent = text;
    return one;
  }

  function finder(box) {
    const all = [...document.querySelectorAll("article.term")].map((one) => ({ one, text: plain(one.textContent) }));
    const chapters = [...document.querySelectorAll(".chapter")];
    const links = [...document.querySelectorAll(".contents a")];

    function narrow() {
      const words = plain(box.value).split(/\s+/).filter(Boolean);
      let count = 0;
      for (const { one, text } of all) {
        one.hidden = !words.every((word) => text.includes(word));
        if (!one.hidden) count += 1;
        // what was found in a list of columns is not hidden in it
        for (const list of one.querySelectorAll("details")) {
          if (words.length) list.open = words.some((word) => plain(list.querySelector("dl").textContent).includes(word));
        }
      }
      for (const one of chapters) one.hidden = !one.querySelector("article.term:not([hidden])");
      for (const one of links) one.parentElement.hidden = document.getElementById(one.hash.slice(1)).hidden;
      const told = words.length ? `${count} of ${all.length} terms` : `${all.length} terms`;
      const place = document.getElementById("found");
      if (place.textContent !== told) place.textContent = told;
    }

    function remember() {
      box.value ? query.set("find", box.value) : query.delete("find");
      const text = query.toString();
      history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : "") + location.hash);
    }

    function asked(event) {
      const first = document.querySelector("article.term:not([hidden]) h3 a");
      event.preventDefault();
      if (first) first.focus();
    }

    box.value = query.get("find") || "";
    box.addEventListener("input", () => {
      narrow();
      remember();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !box.value) return;
      event.preventDefault();
      box.value = "";
      box.dispatchEvent(new Event("input"));
    });
    box.form.addEventListener("submit", asked);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, textarea, [contenteditable]")) return;
      event.preventDefault();
      box.focus();
    });
    // a term that somebody is led to is shown, whatever was looked for
    addEventListener("hashchange", () => {
      const led = document.getElementById(location.hash.slice(1));
      if (!led || !led.closest("[hidden]")) return;
      box.value = "";
      box.dispatchEvent(new Event("input"));
      led.scrollIntoView();
    });
    narrow();
  }

  function address(name) {
    return `/?open=${encodeURIComponent(name)}${asOf ? `&as_of=${encodeURIComponent(asOf)}` : ""}`;
  }

  function tell(place, numbers) {
    const items = numbers.map(([name, label]) => {
      const item = document.createElement("li");
      item.append(made("a", label, { href: address(name) }));
      return item;
    });
    const list = document.createElement("ul");
    list.append(...items.slice(0, SHOWN));
    place.append(made("b", "On the board "), list);
    if (items.length <= SHOWN) return;
    const more = made("button", `and ${items.length - SHOWN} more`, { type: "button" });
    more.addEventListener("click", () => {
      list.append(...items.slice(SHOWN));
      more.remove();
      items[SHOWN].firstChild.focus();
    });
    place.append(more);
  }

  function named(node) {
    if (node === null || typeof node !== "object") return [];
    const own = node.props && node.props["data-number"];
    return [...(own ? [own] : []), ...Object.values(node).flatMap(named)];
  }

  async function numbers() {
    const answer = await fetch("/api/board/picture" + (asOf ? `?as_of=${encodeURIComponent(asOf)}` : ""));
    if (!answer.ok) return;
    const picture = await answer.json();
    const drawn = new Set(named(picture.blocks));
    // people's own numbers are named only where the board names people
    const all = Object.entries(picture.numbers).filter(([name, one]) => one.term && (drawn.has(name) || !/[.]rep[.]/.test(name)));
    const rank = ([name]) => (drawn.has(name) ? 0 : 100) + name.split(".").length;
    const found = new Map();
    for (const [name, one] of all.sort((one, other) => rank(one) - rank(other))) {
      found.set(one.term, [...(found.get(one.term) || []), [name, one.label]]);
    }
    for (const place of document.querySelectorAll("[data-numbers]")) {
      if (found.has(place.dataset.numbers)) tell(place, found.get(place.dataset.numbers));
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("find");
    if (!box || !document.querySelector(".terms")) return;
    finder(box);
    // without a board there is nothing to list; what the terms mean stands here all the same
    numbers().catch(() => {});
  });
})();
