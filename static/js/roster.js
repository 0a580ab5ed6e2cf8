/*
  roster.js: the roster in the hall. Without it every tap is an ordinary form and the page comes back.

  A tap shows at once, also without signal: ticks.js keeps and sends it. Here stands what the page shows of it. What
  was sent while the page came from the telephone's own copy (static/js/roster_worker.js) is remembered beside it, because
  that copy is older.

  data-lesson   the list, with the lesson's number         data-keep     the worker that keeps the page for today
  data-day      the day of the lesson                      data-until    the last day on which a tap of it is taken
  data-person   a card, with its registration              data-mark     the mark that the office knows
  data-tick     the form of a card; seen and settles go along with a tap
*/
"use strict";
(() => {
  const list = document.querySelector("[data-lesson]");
  if (!list) return;
  const { lesson, day, until } = list.dataset;
  const keptAt = document.documentElement.dataset.kept;
  const CAME = ["present", "late", "left_early"];
  const PRESSED = { present: "present", left_early: "present", late: "late", absent: "absent", absent_told: "absent" };

  const card = (person) => document.getElementById(`p${person}`);
  const cards = () => [...list.querySelectorAll("[data-person]")];
  const waitingHere = () => ticks.waiting().filter((tick) => tick.lesson === lesson);

  /* The page as it came, for a reload without signal: today only, and only the roster that was opened last. */
  const handOver = async () => {
    const { keep } = list.dataset;
    if (!keep || keptAt || !("serviceWorker" in navigator)) return;
    const copy = document.documentElement.cloneNode(true);
    copy.dataset.kept = new Date().toISOString();
    copy.querySelectorAll("#main > .notice").forEach((said) => said.remove());
    const html = `<!doctype html>${copy.outerHTML}`;
    const parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
    const files = [...parts].map((part) => part.href || part.src);
    await navigator.serviceWorker.register(keep, { scope: "/lessons/" });
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ address: location.pathname, html, files });
    try { localStorage.setItem("roster-kept", new Date().toDateString()); } catch { /* the worker looks at the day as well */ }
  };
  handOver().catch(() => { /* without a copy the page must stay open, as it says */ });
  if (!keptAt) ticks.sent.forgetLesson(lesson);

  const show = (one, mark, isLate) => {
    const isWaiting = isLate !== undefined;
    one.classList.toggle("waiting", isWaiting);
    one.querySelector("[data-unsent]").hidden = !isLate;
    one.dataset.shown = mark;
    one.querySelectorAll(".marks button").forEach((button) => button.setAttribute("aria-pressed", String(PRESSED[mark] === button.value)));
    const seldom = one.querySelector("[data-seldom]");
    seldom.hidden = mark !== "left_early" && mark !== "absent_told";
    if (!seldom.hidden) seldom.textContent = one.querySelector(`.more button[value=${mark}]`).textContent;
    one.querySelector(".more button[value='']").hidden = !mark;
  };
  /* A page of its own copy, until an answer shows that there is signal again. */
  let isHeard = false;
  const sayKept = () => {
    for (const [name, isTrue] of [["kept", !isHeard], ["stale", isHeard]]) {
      const sentence = document.querySelector(`[data-net=${name}]`);
      sentence.querySelector("[data-kept]").textContent = ticks.clock(keptAt);
      sentence.hidden = !isTrue;
    }
  };
  const showAll = () => {
    const last = new Map(waitingHere().map((tick) => [tick.person, tick]));
    cards().forEach((one) => {
      const tick = last.get(one.dataset.person);
      const known = ticks.sent.get(lesson, one.dataset.person) ?? one.dataset.mark;
      if (tick) show(one, tick.mark, ticks.isLate(tick));
      else show(one, known);
    });
    const count = document.querySelector("#count b");
    if (count) count.textContent = cards().filter((one) => CAME.includes(one.dataset.shown)).length;
    const isWithout = !navigator.onLine || (keptAt && !isHeard);
    document.querySelectorAll("[data-without-signal]").forEach((hint) => { hint.hidden = !isWithout; });
    if (keptAt) sayKept();
  };

  /* Which mark the page shows of a person, for whoever ticks now. */
  const seen = (one) => one.dataset.shown ?? one.dataset.mark;

  /* What is tapped on a page that was left open after its day is taken no more; the office takes it on any day. */
  const lastDay = () => until && day < ticks.today() ? day : until;

  list.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-tick]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const one = form.closest("[data-person]");
    const refused = one.querySelector("[data-refused]");
    refused.hidden = true;
    const more = one.querySelector("details[open]");
    if (more?.contains(event.submitter)) {
      more.open = false;
      more.querySelector("summary").focus();
    }
    ticks.add({
      lesson, person: one.dataset.person, to: new URL(form.action).pathname, until: lastDay(),
      mark: event.submitter.value, seen: seen(one), settles: form.elements.settles.value,
    });
  });

  document.addEventListener("ticks:changed", showAll);
  document.addEventListener("ticks:answered", () => { isHeard = true; });
  addEventListener("online", () => { isHeard = true; showAll(); });
  addEventListener("offline", () => { isHeard = false; showAll(); });
  document.addEventListener("ticks:answered", ({ detail: { tick, text } }) => {
    if (tick.lesson !== lesson) return;
    const one = card(tick.person);
    // Tapped again meanwhile: what this answer shows is older than what the thumb did.
    if (!one || waitingHere().some((each) => each.person === tick.person)) return;
    const holder = document.createElement("template");
    holder.innerHTML = text.trim();
    const fresh = holder.content.firstElementChild;
    const focused = one.contains(document.activeElement) ? document.activeElement.id : "";
    const isOpen = one.querySelector("details").open;
    if (fresh) {
      one.replaceWith(fresh);
      fresh.querySelector("details").open = isOpen;
      ticks.sent.set(lesson, tick.person, fresh.dataset.mark);
    } else {
      one.remove();
    }
    if (focused) document.getElementById(focused)?.focus();
  });
  document.addEventListener("ticks:refused", ({ detail: { tick, text } }) => {
    const one = tick.lesson === lesson && card(tick.person);
    if (!one) return;
    const refused = one.querySelector("[data-refused]");
    refused.textContent = text;
    refused.hidden = false;
  });

  showAll();
})();
