// An address of this board as a square that a phone reads: beside a number's link, and on a wall for the wall's own page.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});

  function square(to, alt) {
    return Object.assign(new Image(), { alt, src: `/api/qr.svg?to=${encodeURIComponent(to)}` });
  }

  // in the panel of a number: shown and hidden by the same button
  function toPhone(button) {
    const place = button.parentElement.querySelector(".qr-place");
    if (place.hasChildNodes()) return place.replaceChildren();
    const line = Object.assign(document.createElement("span"), { className: "qr-line" });
    const image = square(button.dataset.phone, "The same link, for a phone");
    image.addEventListener("error", () => (line.textContent = "This board is reached from its own machine alone: there is nothing a phone could open."));
    line.append(image);
    return place.append(line);
  }

  // a wall has one in its corner, as soon as there is something that a phone could open
  function onWall() {
    const root = document.documentElement;
    if (root.dataset.wall === undefined || root.dataset.shell !== "board") return;
    const figure = Object.assign(document.createElement("figure"), { className: "to-phone" });
    const image = square("/", "");
    image.addEventListener("load", () => {
      root.dataset.phone = "";
      figure.append(image, "on a phone");
      document.body.append(figure);
    });
  }

  addEventListener("load", () => setTimeout(onWall, 3000));
  Object.assign(ours, { toPhone });
})();
