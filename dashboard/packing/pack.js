// The pack on a screen: keys go from step to step, and a number opens what it means. Without it everything is there, too.
(() => {
  "use strict";
  const places = [...document.querySelectorAll("main > section")];
  const dialog = document.querySelector("dialog.meaning");
  const inside = dialog.querySelector(".inside");
  const NEXT = new Set(["ArrowRight", "PageDown", " "]);
  const BEFORE = new Set(["ArrowLeft", "PageUp"]);

  function here() {
    const middle = innerHeight / 2;
    const found = places.findIndex((one) => one.getBoundingClientRect().bottom > middle);
    return found < 0 ? places.length - 1 : found;
  }

  function go(place) {
    const found = places[Math.max(0, Math.min(place, places.length - 1))];
    history.replaceState(null, "", `#${found.id}`);
    found.scrollIntoView({ block: "start" });
    mark();
  }

  // a page that is higher than the screen is read to its end before the next one comes
  function turn(by) {
    const at = here();
    const box = places[at].getBoundingClientRect();
    if (by > 0 && box.bottom > innerHeight + 8) scrollBy(0, Math.min(innerHeight * 0.85, box.bottom - innerHeight));
    else if (by < 0 && box.top < -8) scrollBy(0, Math.max(-innerHeight * 0.85, box.top));
    else go(at + by);
  }

  function mark() {
    const id = places[here()].id;
    for (const one of document.querySelectorAll(".pack-way a")) {
      if (one.getAttribute("href") === `#${id}`) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
  }

  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || dialog.open) return;
    const typed = event.target.closest("button, a");
    if (typed && event.key === " ") return;
    if (NEXT.has(event.key)) turn(event.key === " " && event.shiftKey ? -1 : 1);
    else if (BEFORE.has(event.key)) turn(-1);
    else if (event.key >= "1" && event.key <= "7") go(Number(event.key) - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(places.length - 1);
    else return;
    event.preventDefault();
  });

  addEventListener("click", (event) => {
    const number = event.target.closest("[data-number]");
    if (number) open(number.dataset.number);
    else if (event.target === dialog || event.target.closest(".close")) dialog.close();
  });

  function open(name) {
    const found = document.querySelector(`[data-means="${CSS.escape(name)}"]`);
    if (!found) return;
    inside.replaceChildren(...[...found.childNodes].map((one) => one.cloneNode(true)));
    dialog.showModal();
  }

  addEventListener("scroll", mark, { passive: true });
  mark();
})();
