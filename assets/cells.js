// The cells of the grid: text is only ever text, whatever stands in the warehouse; an exact value stays exact.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const FINE = 2;

  // "1234.5000" as "1,234.50": every digit that counts, at least so many decimals
  function exact(text, least = 0) {
    const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (!found) return text;
    const [, minus, whole, decimals = ""] = found;
    const kept = decimals.replace(/0+$/, "").padEnd(least, "0");
    return `${minus ? "−" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${kept ? `.${kept}` : ""}`;
  }

  // a measured number needs no more than two decimals; the title keeps the rest
  function rounded(value) {
    const text = String(value);
    const [, decimals = ""] = text.split(".");
    if (decimals.length <= FINE || !Number.isFinite(Number(value))) return exact(text);
    const short = Number(value).toFixed(FINE);
    return exact(Number(short) === 0 ? "0" : short);
  }

  function day(text) {
    const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(text);
    return found ? `${Number(found[3])} ${MONTHS[found[2] - 1]} ${found[1]}` : text;
  }

  function told(value, kind) {
    if (kind === "money") return exact(String(value), 2);
    if (kind === "number") return rounded(value);
    return kind === "day" ? day(String(value)) : String(value);
  }

  // an address that leads to a page, and nothing else
  function safe(text) {
    if (typeof text !== "string" || !/^https?:\/\//i.test(text)) return null;
    try {
      const found = new URL(text);
      return found.protocol === "https:" || found.protocol === "http:" ? found.href : null;
    } catch {
      return null;
    }
  }

  function link(address, words) {
    const found = document.createElement("a");
    Object.assign(found, { href: address, target: "_blank", rel: "noopener noreferrer", tabIndex: -1 });
    found.append(words);
    return found;
  }

  function isolated(text) {
    const found = document.createElement("bdi");
    found.dir = "auto";
    found.textContent = text;
    return found;
  }

  function moment(text) {
    const found = document.createElement("span");
    const time = document.createElement("span");
    time.className = "time";
    time.textContent = text.slice(11);
    found.append(day(text), " ", time);
    return found;
  }

  // the element of a cell; ``address`` is where the record stands, or null
  function cell(value, kind, address) {
    const found = document.createElement("span");
    if (value === null || value === undefined) return found;
    found.className = `cell ${kind}`;
    const words = kind === "instant" && /^\d{4}-\d\d-\d\d \d\d:/.test(value) ? moment(value) : isolated(told(value, kind));
    found.append(address ? link(address, words) : words);
    if (found.textContent !== String(value) || found.textContent.length > 20) found.title = String(value);
    return found;
  }

  Object.assign(ours, { cell, exact, safe });
})();
