// A press beside a dialog. Its own edge is not beside it, nor is the end of a selection that began within it; and of two
// presses the second belongs to the first, which has opened the dialog.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});

  function beside(dialog, act) {
    const outside = ({ target, clientX: x, clientY: y }) => {
      const { left, right, top, bottom } = dialog.getBoundingClientRect();
      return target === dialog && !(left <= x && x <= right && top <= y && y <= bottom);
    };
    let began = false;
    dialog.addEventListener("pointerdown", (event) => (began = outside(event)));
    dialog.addEventListener("click", (event) => {
      if (began && event.detail < 2 && outside(event)) act(event);
    });
  }

  Object.assign(ours, { beside });
})();
