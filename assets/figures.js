// Draws figures with plotly.js: colours by role from the page's theme, sizes grown with the page.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});

  const SIZES = new Set("size width l r t b xshift yshift".split(" "));
  const drawn = new Map();
  let loading = null;

  function plotly() {
    if (window.Plotly) return Promise.resolve(window.Plotly);
    loading ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = document.documentElement.dataset.plotly;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => {
        loading = null;
        script.remove();
        reject(new Error("plotly.js did not load"));
      };
      document.head.append(script);
    });
    return loading;
  }

  // var(--ink) becomes the colour of the ink; 16 becomes 20 on a page whose text is 20 pixels high
  function fitted(value, name, look) {
    if (Array.isArray(value)) return name === "x" || name === "y" ? value : value.map((one) => fitted(one, name, look));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fitted(one, key, look)]));
    }
    if (typeof value === "number" && SIZES.has(name)) return value * look.scale;
    const role = typeof value === "string" && /^var\((--[\w-]+)\)$/.exec(value);
    return role ? look.style.getPropertyValue(role[1]).trim() : value;
  }

  // words at the right edge stand at the height of what they say, and give way where two would meet
  function apart(layout, height) {
    const room = layout.font.size * 1.3;
    const high = (height - layout.margin.t - layout.margin.b) / layout.yaxis.range[1];
    const words = (layout.annotations || []).filter((one) => one.name === "edge").sort((one, other) => one.y - other.y);
    let lowest = room / 2;
    for (const one of words) {
      one.y = Math.max(one.y * high, lowest);
      lowest = one.y + room;
    }
    let highest = layout.yaxis.range[1] * high - room / 4;
    for (const one of words.reverse()) {
      one.y = Math.min(one.y, highest);
      highest = one.y - room;
      one.y /= high;
    }
  }

  function look() {
    const style = getComputedStyle(document.documentElement);
    return { style, scale: parseFloat(style.fontSize) / 16 };
  }

  async function redraw(place) {
    const one = drawn.get(place);
    const [width, height] = [place.clientWidth, place.clientHeight];
    if (!one || !width || !height) return;
    const here = look();
    const key = JSON.stringify([one.text, width, height, here.scale, document.documentElement.dataset.theme]);
    if (one.key === key) return stamp(place, one);
    one.key = key;
    const { data, layout } = fitted(one.figure, "", here);
    apart(layout, height);
    const Plotly = await plotly();
    if (drawn.get(place) !== one || !place.isConnected) return;
    if (!one.inside) {
      one.inside = document.createElement("div");
      place.replaceChildren(one.inside);
    }
    await Plotly.react(one.inside, data, { ...layout, width, height }, { staticPlot: true, displayModeBar: false });
    reach(one, layout);
    if (one.inside.parentNode !== place || one.days.parentNode !== place) place.replaceChildren(one.inside, one.days);
    stamp(place, one);
  }

  // over the figure, each day that has a number of its own can be hit: its line, its point, and all the room around them
  function reach(one, { margin, xaxis, meta }) {
    one.days ||= document.createElement("div");
    one.days.className = "reach";
    one.days.style.inset = `${margin.t}px ${margin.r}px ${margin.b / 3}px ${margin.l}px`;
    const names = (meta && meta.days) || [];
    while (one.days.childElementCount > names.length) one.days.lastChild.remove();
    names.forEach((name, at) => {
      const day = one.days.children[at] || one.days.appendChild(document.createElement("div"));
      day.dataset.day = name;
      day.style.left = `${(100 * at) / xaxis.range[1]}%`;
      day.style.width = `${100 / xaxis.range[1]}%`;
    });
  }

  document.addEventListener("click", (event) => {
    const day = event.target.closest && event.target.closest("[data-day]");
    if (day) ours.openNumber(day.dataset.day);
  });

  function stamp(place, one) {
    if (one.number) place.dataset.snapshot = one.number;
  }

  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => draw_(entry.target)));

  function draw_(place) {
    redraw(place).catch(() => {
      // the next picture tries again; the words beside the figure stand without it
      const one = drawn.get(place);
      if (one) one.key = null;
    });
  }

  function draw(place, figure, number) {
    const text = JSON.stringify(figure);
    const one = drawn.get(place) || { key: null, inside: null };
    if (!drawn.has(place)) sizes.observe(place);
    drawn.set(place, Object.assign(one, { figure, text, number }));
    draw_(place);
  }

  function forget() {
    for (const [place, one] of drawn) {
      if (place.isConnected) continue;
      sizes.unobserve(place);
      if (one.inside && window.Plotly) window.Plotly.purge(one.inside);
      drawn.delete(place);
    }
  }

  function repaint() {
    for (const place of drawn.keys()) draw_(place);
  }

  Object.assign(ours, { draw, forget, repaint, plotly });
})();
