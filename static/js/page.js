/*
  page.js: small comforts on pages that work without them.

  data-focus              takes the focus when the page opens (the error summary), unless somebody was quicker
  data-focus-else         the same where nothing else asks for it: what the last deed has come to
  form                    is sent once: the pressed button says it is busy (not with data-repeatable, nor with target)
  data-key="p"            presses this button or link with one key, outside of text boxes; "Escape" and "F…" everywhere.
                          On a list (data-rows), it leads to the first row. Single letters and digits can be switched off
                          in the foot of the page (WCAG 2.1.4)
  data-arrows="#id"       ↑ and ↓ in this box move among the elements with data-row inside #id
  form[data-asks]         filled in while somebody speaks: Enter leads to the next question, and in a group of radio
                          buttons a digit chooses an answer and leads on; from the last one, to the button that sends
  details[data-opens-with="name=value"]   asked only after this answer: opens when it is chosen
  data-while-seen         what htmx asks again and again rests while nobody sees the page
  data-address            what htmx has put on the page stands at this address
  form[data-forgets]      signs somebody out or in: the roster that this browser kept for a hall without signal is forgotten
*/
"use strict";
(() => {
  const stored = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window: the switch lasts for this page */ } },
  };

  const focusOn = (root) => {
    const target = root.querySelector("[data-focus]") || root.querySelector("[data-focus-else]");
    if (target) target.focus();
  };

  /* One press, one deed. The server is idempotent too; this spares the doubt whether the press was felt. */
  const RELEASE_AFTER_MS = 8000;
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy=true]").forEach((button) => button.removeAttribute("aria-busy"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target || "repeatable" in form.dataset) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const button = event.submitter || form.querySelector("button[type=submit], button:not([type])");
    if (button) button.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), RELEASE_AFTER_MS);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  /* The kept roster (roster_worker.js) goes with its day, too. What was tapped and not yet sent stays (ticks.js). */
  const forgetRoster = () => {
    try { localStorage.removeItem("roster-kept"); } catch { /* nothing was kept */ }
    window.caches?.delete("kakehashi-roster");
  };
  if (![null, new Date().toDateString()].includes(stored.get("roster-kept"))) forgetRoster();
  document.addEventListener("submit", (event) => { if ("forgets" in event.target.dataset) forgetRoster(); });

  /* Keys. */
  const typing = (element) => element && (element.isContentEditable || /^(SELECT|TEXTAREA)$/.test(element.tagName)
    || (element.tagName === "INPUT" && !/^(button|submit|checkbox|radio|file|image|reset)$/.test(element.type)));
  const SWITCH = "single-keys";
  let singleKeys = stored.get(SWITCH) !== "off";
  const visible = (element) => element.getClientRects().length > 0 && !element.disabled;

  /* Questions asked one after the other. A group of radio buttons is one question, and what is folded away is none. */
  const answers = (radio) => [...radio.form.elements].filter((each) => each.type === "radio" && each.name === radio.name);
  const isFirst = (radio) => radio === (answers(radio).find((each) => each.checked) || answers(radio)[0]);
  const questions = (form) => [...form.elements].filter((each) => visible(each) && each.tagName !== "FIELDSET"
    && !each.closest("details:not([open])") && (each.type !== "radio" || isFirst(each)));
  const leadOn = (from) => {
    const asked = questions(from.form);
    const here = asked.findIndex((each) => each === from || (from.type === "radio" && each.name === from.name));
    const next = asked[here + 1];
    next?.focus();
    if (next && typing(next)) next.select?.();
  };
  document.addEventListener("change", (event) => {
    const { form, name, value, checked } = event.target;
    const folded = checked && form?.querySelector(`details[data-opens-with="${name}=${value}"]`);
    if (folded) folded.open = true;
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !box.form || !("asks" in box.form.dataset)) return;
    if (event.key === "Enter" && box.tagName === "INPUT") {
      event.preventDefault();
      leadOn(box);
    } else if (box.type === "radio" && singleKeys && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      const answer = answers(box)[event.key - 1];
      if (!answer) return;
      answer.checked = true;
      answer.dispatchEvent(new Event("change", { bubbles: true }));
      leadOn(answer);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const single = event.key.length === 1;
    if (single && (!singleKeys || typing(event.target))) return;
    const wanted = event.key.toLowerCase();
    const target = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key.toLowerCase() === wanted && visible(each));
    if (!target) return;
    event.preventDefault();
    if ("rows" in target.dataset) target.querySelector("[data-row]")?.focus();
    else if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && typing(target)) { target.focus(); target.select?.(); }
    else target.click();
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    const box = event.target.closest("[data-arrows]");
    const list = box ? document.querySelector(box.dataset.arrows) : event.target.closest("[data-row]")?.closest("[data-rows]");
    if (!list) return;
    const rows = [...list.querySelectorAll("[data-row]")].filter(visible);
    if (!rows.length) return;
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = rows.indexOf(event.target.closest("[data-row]"));
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
    if (next < 0) document.querySelector(`[data-arrows="#${list.id}"]`)?.focus();
    else rows[Math.min(next, rows.length - 1)].focus();
  });

  const showSwitch = () => {
    const button = document.querySelector("[data-shortcuts-switch]");
    if (!button) return;
    button.hidden = !document.querySelector("form[data-asks]")
      && ![...document.querySelectorAll("[data-key]")].some((each) => each.dataset.key.length === 1);
    button.textContent = singleKeys ? button.dataset.on : button.dataset.off;
    button.setAttribute("aria-pressed", String(singleKeys));
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-shortcuts-switch]")) return;
    singleKeys = !singleKeys;
    stored.set(SWITCH, singleKeys ? "on" : "off");
    showSwitch();
  });

  /* What htmx could not fetch is said aloud; a partial page must never fail in silence. */
  const say = (words) => {
    const place = document.getElementById("connection");
    if (!place) return;
    place.hidden = !words;
    place.textContent = words || "";
  };
  document.addEventListener("htmx:sendError", () => say(document.getElementById("connection")?.dataset.failed));
  document.addEventListener("htmx:timeout", () => say(document.getElementById("connection")?.dataset.failed));
  document.addEventListener("htmx:responseError", (event) => {
    /* Signed out meanwhile: a whole load leads to the sign-in page. */
    if (event.detail.xhr.status === 401 || event.detail.xhr.status === 403) { location.reload(); return; }
    say(document.getElementById("connection")?.dataset.refused);
  });
  document.addEventListener("htmx:afterOnLoad", () => say(""));
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && "whileSeen" in event.detail.elt.dataset) event.preventDefault();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    focusOn(event.detail.elt);
    showSwitch();
    const { address } = event.detail.elt.dataset;
    if (address) history.replaceState(null, "", address);
  });

  /* On a slow machine somebody may write already while this script is on its way; the box they are in stays theirs. */
  const focusUnlessTaken = () => { if (document.activeElement === document.body) focusOn(document); };
  /* Arriving at a #place takes the focus away again once the page has loaded. */
  if (location.hash) addEventListener("load", () => setTimeout(focusUnlessTaken));
  const begin = () => { focusUnlessTaken(); showSwitch(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
