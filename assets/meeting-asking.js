// Writes what a meeting decides, and says in words why that failed; and the sheets in which it is written.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  // what is asked for again by itself, and what somebody waits for: a large week is read for up to a minute
  const [BRIEF, PATIENT] = [10000, 65000];

  // a name that nobody else has made up; randomUUID is given to secure pages only, and a house's own network has none
  function name() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const text = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
  }

  // {done, status, body, words}: words say why it was not done; status 0 is no answer at all
  async function asks(method, path, told, patient = method === "GET" ? BRIEF : PATIENT) {
    const signal = AbortSignal.timeout(patient);
    const body = told === undefined ? {} : { body: JSON.stringify(told), headers: { "Content-Type": "application/json" } };
    try {
      const answer = await fetch(path, { method, signal, cache: "no-store", redirect: "error", ...body });
      const said = await answer.json();
      const words = said && typeof said.error === "string" ? said.error.slice(0, 400) : `the server answered ${answer.status}`;
      return { done: answer.ok, status: answer.status, body: said, words };
    } catch (fault) {
      const late = fault.name === "TimeoutError";
      return { done: false, status: 0, body: null, words: late ? "the server has not answered in time" : "no connection to the server" };
    }
  }

  // the order of what is asked again and again: an answer that a newer one has overtaken is no news
  function order() {
    let [asked, heard] = [0, 0];
    return {
      asks: () => (asked += 1),
      hears(one) {
        const isNews = one > heard;
        if (isNews) heard = one;
        return isNews;
      },
      // what stands here now is newer than the answer to anything that was asked before
      passes() {
        heard = asked;
      },
    };
  }

  function element(tag, props, ...inside) {
    const found = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (name in found && name !== "list" && name !== "form") found[name] = value;
      else found.setAttribute(name, value);
    }
    found.append(...inside);
    return found;
  }

  function field(label, input, look) {
    return element("label", { className: `field ${look || ""}`.trim() }, element("span", {}, label), input);
  }

  // what is kept in this browser until the server has it
  const kept = {
    read(key) {
      try {
        return JSON.parse(localStorage.getItem(`smarketing.${key}`));
      } catch {
        return null;
      }
    },
    write(key, told) {
      try {
        if (told === null) localStorage.removeItem(`smarketing.${key}`);
        else localStorage.setItem(`smarketing.${key}`, JSON.stringify(told));
        return true;
      } catch {
        return false;
      }
    },
  };

  // a sheet at the foot of the screen with a title and what it is told to hold; Escape closes it, and what it holds stays
  function sheet(id, words, ...inside) {
    const heading = element("h2", { id: `${id}-title` }, words);
    const close = element("button", { type: "button", className: "close", "aria-label": "Close" }, "×");
    const found = element("dialog", { id, className: `sheet ${id}` }, element("header", {}, heading, close), ...inside);
    found.setAttribute("aria-labelledby", `${id}-title`);
    close.addEventListener("click", () => found.close());
    ours.beside(found, () => found.close());
    document.querySelector("main.meeting").append(found);
    return Object.assign(found, { heading });
  }

  function stand(sheet) {
    if (!sheet.open) sheet.showModal();
  }

  // a form that is sent by Enter; when that fails it stays, and says why. While something of it is on its way nothing is
  // written into it, and its sheet is given to nothing else: the answer must find what it is an answer to
  function form(found, send) {
    const said = element("p", { className: "said", role: "status" });
    found.append(said);
    found.noValidate = true;
    let busy = false;
    found.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!busy && fits(found, say)) send();
    });
    function say(words, bad = false) {
      said.classList.toggle("bad", bad);
      said.textContent = words;
    }
    function lock(is) {
      busy = is;
      for (const one of found.elements) one.disabled = is;
    }
    async function sends(method, path, told) {
      const focused = document.activeElement;
      lock(true);
      say("Sending …");
      try {
        const answer = await asks(method, path, told);
        // what was closed meanwhile, and was not done, comes back and says so
        if (!answer.done) stand(found.closest("dialog"));
        return answer;
      } finally {
        lock(false);
        // what cannot be written into loses the focus; whoever went elsewhere meanwhile stays there
        if (document.activeElement === document.body) focused.focus();
      }
    }
    return { say, asks: sends, busy: () => busy };
  }

  function fits(found, say) {
    // a few spaces are no words
    for (const one of found.elements) if (one.type === "text") one.value = one.value.trim();
    const wrong = [...found.elements].find((one) => one.willValidate && !one.checkValidity());
    if (!wrong) return true;
    say(`${wrong.closest(".field").firstChild.textContent}: ${wrong.validationMessage}`, true);
    wrong.focus();
    return false;
  }

  if (ours.meeting) Object.assign(ours.meeting, { PATIENT, name, asks, order, element, field, kept, sheet, stand, form });
})();
