// The wall witness: reads everything that stands on the board, four times a second, and tells the test.
(() => {
  "use strict";
  let shown = null;
  const noted = (told) => {
    if (told && told.blocks && Object.keys(told.blocks).length) shown = { as_of: told.as_of, id: told.id };
    return told;
  };
  const parse = JSON.parse;
  JSON.parse = (...words) => noted(parse(...words));
  const json = Response.prototype.json;
  Response.prototype.json = function () {
    return json.call(this).then(noted);
  };
  function look() {
    const board = document.getElementById("board");
    const freshness = document.querySelector("[data-opaque=freshness]");
    const tiles = board ? [...board.querySelectorAll("[data-number]")] : [];
    const snapshot = (one) => (one.closest("[data-snapshot]") || { dataset: {} }).dataset.snapshot || null;
    return {
      at: Date.now() / 1000,
      elapsed: performance.now() / 1000,
      state: document.documentElement.dataset.state || null,
      root: { ...document.documentElement.dataset },
      words: freshness ? freshness.textContent : "",
      waiting: (document.querySelector(".waiting-words") || { textContent: "" }).textContent,
      shown,
      tiles: tiles.map((one) => [one.dataset.number, one.textContent, snapshot(one)]),
    };
  }
  if (window === window.top) setInterval(() => window.witnessed(look()), 250);
})();
