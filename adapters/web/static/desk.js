// What makes the pages quicker where there is a script. Everything works without it.
(() => {
  "use strict";
  const body = document.body;
  const remember = (name, value) => { document.cookie = `${name}=${encodeURIComponent(value)};path=/;max-age=31536000;samesite=lax`; };

  // The reader's own time zone, from the first visit on and wherever they travel. What they have chosen
  // themselves stays: no script can write over that cookie.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone, shown = document.getElementById("zone")?.dataset.zone;
  const known = document.cookie.split("; ").includes(`zone=${encodeURIComponent(zone)}`);
  if (zone && !known) {
    remember("zone", zone);
    if (zone !== shown) addEventListener("load", () => {
      const kept = document.cookie.includes(`zone=${encodeURIComponent(zone)}`);
      if (document.querySelector("[hx-trigger^='changed']")) changed(); else if (kept && document.querySelector("[data-week]")) location.reload();
    });
  }

  // "in 12 min" goes on while nobody reloads. [data-units]: "d h min s".
  const [day, hour, minute, second] = (body.dataset.units || "d h min s").split(" ");
  const span = (seconds) => {
    if (seconds < 60) return `${seconds} ${second}`;
    const [d, h, m] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
    const parts = d ? [[d, day], [h, hour]] : [[h, hour], [m, minute]];
    return parts.filter(([count]) => count).map(([count, unit]) => `${count} ${unit}`).join(" ");
  };
  const tick = () => {
    const now = Date.now();
    for (const each of document.querySelectorAll("time[data-left]")) {
      const left = Math.round((new Date(each.dateTime) - now) / 1000);
      const said = (left > 0 ? body.dataset.in : body.dataset.ago).replace("{}", span(Math.abs(left)));
      if (each.textContent !== said) each.textContent = said;
    }
  };
  setInterval(tick, 1000);

  // Live: what changed is asked for anew, at once, and then at most every half second.
  const EVERY = 500;
  let last = 0, waiting = 0;
  const refresh = () => { waiting = 0; last = Date.now(); body.dispatchEvent(new CustomEvent("changed")); };
  const changed = () => {
    if (waiting) return;
    const wait = Math.max(0, last + EVERY - Date.now());
    waiting = setTimeout(refresh, wait);
  };
  const AGAIN = 3000;
  let source = null, lost = false;
  // Only while somebody looks: a browser has six connections to a desk (HTTP/1.1), and the seventh page would wait.
  const listen = () => {
    if (document.hidden) { lost = true; return; }
    source?.close();
    source = new EventSource(body.dataset.live);
    source.addEventListener("changed", (event) => { body.dataset.news = event.data; changed(); });
    source.addEventListener("open", () => { body.dataset.connected = "yes"; if (lost) changed(); lost = false; });
    source.addEventListener("error", () => {
      body.dataset.connected = "no"; lost = true;
      // A browser comes back by itself, but not after an answer that was no stream: a proxy's 502, say.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
    });
  };
  if (body.dataset.live && window.EventSource) {
    listen();
    // The browser knows sooner than the stream; and what cannot be asked for anew is not up to date either.
    addEventListener("offline", () => { body.dataset.connected = "no"; });
    addEventListener("online", () => { lost = true; listen(); });
    for (const each of ["htmx:sendError", "htmx:responseError"]) addEventListener(each, () => { body.dataset.connected = "no"; lost = true; });
    const rest = () => { source?.close(); body.dataset.connected = "no"; lost = true; };
    document.addEventListener("visibilitychange", () => { if (document.hidden) rest(); else listen(); });
    addEventListener("pagehide", rest);
    addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  }

  // The board by keyboard: j and k move, Enter opens, a acknowledges, / finds. Until somebody has moved, the
  // first that nobody has is marked: whoever presses a key sees before what it will act on. One that has just
  // come is only chosen: it was hardly meant.
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const SEEN = 1000;
  let chosen = "", hasMoved = false, seen = 0;
  const mark = (row) => {
    for (const each of rows()) each.removeAttribute("aria-selected");
    chosen = row ? row.id : "";
    if (row) row.setAttribute("aria-selected", "true");
  };
  const offer = () => {
    const row = document.querySelector("[data-row].untaken");
    if (row && row.id !== chosen) {
      clearTimeout(seen);
      body.dataset.offer = "new";
      seen = setTimeout(() => delete body.dataset.offer, SEEN);
    }
    mark(row);
  };
  const choose = (row) => {
    mark(row);
    if (!row) return;
    hasMoved = true;
    row.querySelector("a").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const move = (by) => {
    const all = rows(), at = all.findIndex((each) => each.id === chosen);
    const isThere = at >= 0 && !all[at].contains(document.activeElement);
    choose(all[isThere ? at : Math.min(Math.max(at + by, 0), all.length - 1)]);
  };
  const press = (key) => {
    const row = document.getElementById(chosen);
    const form = row && row.querySelector("[data-ack]");
    if (key === "a" && form && !hasMoved && body.dataset.offer) return choose(row), true;
    if (key === "a" && form) return form.requestSubmit(), true;
    if (key === "a" && !row && rows().length) { hasMoved = false; return offer(), true; }  // what was chosen has gone
    if (key === "Enter" && row) return row.querySelector("a").click(), true;
    const named = document.querySelector(`[data-key="${key}"]`);
    if (!named) return false;
    if (named.matches("button")) named.click(); else named.focus();
    return true;
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) { if (event.key === "Escape") event.target.blur(); return; }
    const done = { j: () => move(1), k: () => move(-1), "/": () => document.getElementById("find")?.focus() }[event.key];
    if (done) { done(); event.preventDefault(); return; }
    if (event.key === "Enter" && event.target.matches("a, button")) return;
    if (["a", "r", "n", "Enter"].includes(event.key) && press(event.key)) event.preventDefault();
  });
  addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && row.id !== chosen) { mark(row); hasMoved = true; }
  });
  // Whoever acknowledges goes on where they are.
  addEventListener("submit", (event) => { if (event.target.matches("[data-ack]")) sessionStorage.setItem("chosen", event.target.closest("[data-row]").id); });
  const before = document.getElementById(sessionStorage.getItem("chosen") ?? "");
  sessionStorage.removeItem("chosen");
  if (before?.matches("[data-row]")) choose(before); else offer();

  // A page that was brought up to date keeps its place, what is being written, and open what was open.
  const REACHABLE = "a[href], button, input, select, textarea, summary";
  let opened = false, place = null;
  body.dataset.said = "lately";  // what was done a while ago may not be so any more
  setTimeout(() => delete body.dataset.said, 6000);
  addEventListener("htmx:beforeSwap", () => {
    opened = Boolean(document.querySelector("#timeline details[open]"));
    const at = document.activeElement, home = at.closest("[id]");
    place = home && at !== body ? { id: home.id, index: [...home.querySelectorAll(REACHABLE)].indexOf(at) } : null;
  });
  const isWritten = (field) => field.matches("select")
    ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected))
    : field.type !== "hidden" && field.value !== field.defaultValue;
  addEventListener("htmx:oobBeforeSwap", (event) => {
    const target = event.detail.target;
    const fields = [...target.querySelectorAll("input, textarea, select")];
    if (fields.some((each) => each === document.activeElement || isWritten(each))) event.detail.shouldSwap = false;
  });
  addEventListener("htmx:afterSettle", () => {
    const row = document.getElementById(chosen);
    if (!hasMoved) offer(); else if (row && row.matches("[data-row]")) mark(row);
    if (source?.readyState === EventSource.OPEN) body.dataset.connected = "yes";  // an answer that failed has come since
    if (!body.dataset.said) document.querySelector(".flash")?.remove();
    const home = place && document.getElementById(place.id);
    if (home && document.activeElement === body) {
      const all = home.querySelectorAll(REACHABLE);
      (all[place.index] || all[0] || home).focus({ preventScroll: true });
    }
    if (opened) document.querySelector("#timeline details")?.setAttribute("open", "");
    tick();
  });

  // What would be refused when it has been sent is refused before: a long film takes a while.
  addEventListener("change", (event) => {
    const field = event.target;
    if (field.type !== "file") return;
    const files = [...field.files], large = files.find((each) => each.size > Number(field.dataset.most)), empty = files.find((each) => !each.size);
    const said = (words, file) => field.dataset[words].replace("{}", () => file.name);
    field.setCustomValidity(large ? said("large", large) : empty ? said("empty", empty) : files.length > Number(field.dataset.count) ? field.dataset.many : "");
    field.reportValidity();
  });

  // A form is sent once.
  addEventListener("submit", (event) => {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    if (event.target.method === "post") { event.target.dataset.sent = "yes"; setTimeout(() => delete event.target.dataset.sent, 8000); }
  });
  addEventListener("pageshow", () => { for (const each of document.querySelectorAll("form[data-sent]")) delete each.dataset.sent; });

  // On call: drag over a role's days, and the form below knows from when until when, and for whom.
  const week = document.querySelector("[data-week]"), form = document.querySelector(".override");
  if (week && form) {
    let from = null;
    form.addEventListener("input", (event) => { const exact = form.elements[`${event.target.name}-at`]; if (exact) exact.value = ""; });
    // As the form is read: by the clock of the zone that the page is in, whatever the browser's is.
    const local = (iso) => new Date(iso).toLocaleString("sv-SE", { timeZone: shown }).slice(0, 16).replace(" ", "T");
    const cell = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest(".block");
    const clear = () => { for (const each of week.querySelectorAll(".drag")) each.classList.remove("drag"); };
    week.addEventListener("pointerdown", (event) => { from = event.isPrimary && event.button === 0 ? event.target.closest(".block") : null; if (from) { clear(); from.classList.add("drag"); event.preventDefault(); } });
    week.addEventListener("pointermove", (event) => { if (from) cell(event)?.classList.add("drag"); });
    addEventListener("pointercancel", () => { from = null; clear(); });  // a finger that scrolls
    addEventListener("pointerup", (event) => {
      if (!from) return;
      const to = cell(event) || from, ends = [from, to].sort((a, b) => new Date(a.dataset.from) - new Date(b.dataset.from));
      // The instants go along: in autumn an hour of the clock comes twice. What has begun is stood in for from now on.
      const begun = new Date(ends[0].dataset.from) <= Date.now();
      for (const [name, at] of [["from", begun ? "" : ends[0].dataset.from], ["until", ends[1].dataset.until]]) {
        form.elements[name].value = at && local(at);
        form.elements[`${name}-at`].value = at;
      }
      form.elements.instead.value = from.dataset.person || "";
      form.elements.role.value = from.closest(".day").dataset.role;
      from = null;
      form.elements.person.focus();
    });
  }
})();
