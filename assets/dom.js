// Builds and patches the page from components told as JSON: {type, props}, text, or a list of them.
// What is there already stays there, so that nothing flickers and the focus is kept. Text is only ever text.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});

  const TAGS = new Set(
    ("a b br button caption dd details div dl dt em footer h1 h2 h3 h4 header hr i li main nav ol p section small span " +
      "strong summary table tbody td th thead time tr ul").split(" "),
  );
  const NAMES = { className: "class", colSpan: "colspan", rowSpan: "rowspan", tabIndex: "tabindex", dateTime: "datetime" };
  const PLAIN = new Set("class id title role type scope dir lang hidden colspan rowspan tabindex datetime".split(" "));

  function listed(children) {
    if (children === null || children === undefined || children === false) return [];
    return Array.isArray(children) ? children.flatMap(listed) : [children];
  }

  function attributes(props) {
    const found = new Map();
    for (const [name, value] of Object.entries(props)) {
      const told = NAMES[name] || name;
      if (value === null || value === undefined || value === false) continue;
      if (PLAIN.has(told) || told.startsWith("data-") || told.startsWith("aria-")) found.set(told, String(value));
      // an address of this very site, never a script
      else if (told === "href" && /^[/?#]/.test(value) && !value.startsWith("//")) found.set(told, value);
    }
    return found;
  }

  // what others than the picture write: whose it is, and the hand that opened something to read on
  const THEIRS = new Set(["style", "data-snapshot", "open"]);

  function dress(element, props) {
    const wanted = attributes(props);
    for (const name of element.getAttributeNames()) {
      if (!wanted.has(name) && !THEIRS.has(name)) element.removeAttribute(name);
    }
    for (const [name, value] of wanted) {
      if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
    for (const [name, value] of Object.entries(props.style || {})) {
      if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
    }
  }

  function keyOf(props) {
    return props["data-key"] || props["data-number"] || null;
  }

  function fits(node, tag, key) {
    if (!node || node.nodeType !== 1 || node.localName !== tag) return false;
    return (node.getAttribute("data-key") || node.getAttribute("data-number")) === key;
  }

  function place(parent, at, child) {
    const here = parent.childNodes[at] || null;
    if (typeof child !== "object") {
      const text = String(child);
      if (here && here.nodeType === 3) {
        if (here.data !== text) here.data = text;
      } else parent.insertBefore(document.createTextNode(text), here);
      return;
    }
    const tag = child.type.toLowerCase();
    if (!TAGS.has(tag)) throw new Error(`the board draws no <${tag}>`);
    const props = child.props || {};
    const key = keyOf(props);
    let element = here;
    if (!fits(here, tag, key)) {
      element = key === null ? null : [...parent.childNodes].slice(at).find((node) => fits(node, tag, key));
      element = element || document.createElement(tag);
      parent.insertBefore(element, here);
    }
    dress(element, props);
    // what a figure or the clock draws into is theirs
    if (!("data-figure" in props) && !("data-opaque" in props)) patch(element, props.children);
  }

  function patch(parent, children) {
    const wanted = listed(children);
    wanted.forEach((child, at) => place(parent, at, child));
    while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
  }

  // the children of a list as they are wanted: what goes goes first, so that what stays is not moved and keeps its focus
  function put(list, wanted) {
    for (const one of [...list.childNodes]) if (!wanted.includes(one)) one.remove();
    wanted.forEach((item, at) => list.childNodes[at] !== item && list.insertBefore(item, list.childNodes[at] || null));
  }

  function made(type, props, ...children) {
    return { type, props: { ...props, children } };
  }

  // whether a picture can be drawn whole: a picture drawn by half would be two
  function drawable(tree) {
    if (tree === null || typeof tree !== "object") return true;
    if (Array.isArray(tree)) return tree.every(drawable);
    if (typeof tree.type !== "string" || !TAGS.has(tree.type.toLowerCase())) return false;
    return drawable(tree.props ? tree.props.children : null);
  }

  Object.assign(ours, { patch, put, made, drawable });
})();
