// What does not fit on the page: scrolling where there should be none, words cut off, and blocks or words that overlap.
// Evaluates to a list of sentences; a page that fits gives an empty one. Names may be shortened where data-clip says so.
(scrolls) => {
  const found = [];
  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} wide in ${innerWidth}`);
  if (!scrolls && page.scrollHeight > innerHeight) found.push(`the page is ${page.scrollHeight} high in ${innerHeight}`);

  // clipped away for the eye and kept for screen readers, by its class or by the width of the screen
  const clipped = (one) => one !== null && (getComputedStyle(one).clipPath === "inset(50%)" || clipped(one.parentElement));
  const seen = (one) => one.checkVisibility({ checkVisibilityCSS: true }) && !clipped(one);
  const named = (one) => `<${one.localName} class="${one.className}"> ${(one.textContent || "").trim().slice(0, 40)}`;
  const board = document.getElementById("board");
  const all = [...board.querySelectorAll("*")].filter((one) => seen(one) && !one.closest("svg"));

  for (const one of all) {
    if (one.closest("[data-clip]") || one.localName === "h1" || one.matches(".figure *")) continue;
    if (one.matches(".bar, .bar *, .shape, .key")) continue;
    const inline = getComputedStyle(one).display === "inline";
    if (!inline && one.scrollWidth > one.clientWidth + 1) found.push(`too wide by ${one.scrollWidth - one.clientWidth}: ${named(one)}`);
    if (one.matches("section, header, div, ul, p:not(.key p)") && one.scrollHeight > one.clientHeight + 2) {
      const lines = getComputedStyle(one).lineHeight;
      const slack = parseFloat(lines) / (one.children.length ? 6 : 4);
      if (one.scrollHeight > one.clientHeight + slack) found.push(`too high by ${one.scrollHeight - one.clientHeight}: ${named(one)}`);
    }
  }

  const block = (one) => one.closest(".block, .bar-line");
  for (const one of all) {
    const around = block(one);
    if (!around || one === around) continue;
    const [inner, outer] = [one.getBoundingClientRect(), around.getBoundingClientRect()];
    if (!inner.width || !inner.height) continue;
    const over = Math.max(inner.right - outer.right, inner.bottom - outer.bottom, outer.left - inner.left, outer.top - inner.top);
    if (over > 1) found.push(`leaves its block by ${Math.round(over)}: ${named(one)}`);
  }

  const lines = [];
  const walk = document.createTreeWalker(board, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!node.data.trim() || !seen(node.parentElement) ) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const clip = node.parentElement.closest("[data-clip], h1");
    const rects = [...range.getClientRects()];
    for (const rect of clip ? rects.slice(0, 1) : rects) {
      const inside = clip ? clip.getBoundingClientRect() : rect;
      const [left, right] = [Math.max(rect.left, inside.left), Math.min(rect.right, inside.right)];
      const slack = rect.height * 0.2;
      lines.push({ text: node.data.trim().slice(0, 30), left, right, top: rect.top + slack, bottom: rect.bottom - slack });
    }
  }
  for (let a = 0; a < lines.length; a += 1) {
    for (let b = a + 1; b < lines.length; b += 1) {
      const [one, two] = [lines[a], lines[b]];
      const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      if (wide > 1.5 && high > 1.5) found.push(`"${one.text}" lies over "${two.text}"`);
    }
  }
  return found;
};
