// Any week can be chosen: those that were kept, the newest first, and any other by its name.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const meeting = ours.meeting;
  if (!meeting) return;
  const { asks, asOf, element, field, form } = meeting;

  let sheet = null;

  function address(week) {
    return `/meeting/${encodeURIComponent(week)}${asOf ? `?as_of=${encodeURIComponent(asOf)}` : ""}#${meeting.step}`;
  }

  function made() {
    const list = element("ul", { className: "kept-weeks" });
    const name = element("input", { name: "week", required: true, maxLength: 20, autocomplete: "off", placeholder: "2026-W46" });
    const asked = element("form", { className: "action-form" }, element("div", { className: "line" }, field("Another week", name), element("button", { type: "submit", className: "send" }, "Open")));
    const found = meeting.sheet("weeks-sheet", "Weeks that were kept", list, asked);
    form(asked, () => location.assign(address(name.value.toUpperCase())));
    return Object.assign(found, { list, asked });
  }

  async function open() {
    sheet = sheet || made();
    if (!sheet.open) sheet.showModal();
    const { done, body, words } = await asks("GET", `/api/meeting/weeks?${meeting.question(meeting.week || "")}`);
    if (!done) return sheet.list.replaceChildren(element("li", { className: "said bad" }, `They cannot be listed: ${words}.`));
    const links = body.kept.map((week) => {
      const link = element("a", { href: address(week) }, week);
      if (week === meeting.week) link.setAttribute("aria-current", "page");
      return element("li", {}, link);
    });
    sheet.list.replaceChildren(...(links.length ? links : [element("li", {}, "No week has been kept yet.")]));
    const first = sheet.list.querySelector("[aria-current], a");
    // whoever writes another week already is not led away from it
    if (first && !sheet.asked.contains(document.activeElement)) first.focus();
  }

  meeting.hears.weeks = open;
})();
