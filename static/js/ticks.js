/*
  ticks.js: what was tapped on a roster goes first into this telephone and from there to the office, in its order, as
  often as it takes. A hall has no signal, and a tap must not be lost with the request that carried it.

  Kept are numbers only: lesson, registration, mark, moment, the last day on which it is taken, a key, and who ticked;
  never a name. A tap leaves the telephone when an answer names its key, so that neither the page of a hotel's network
  nor a lost answer takes it away; or by a press, when it can be sent no more.

  data-by (on #network)   who ticks here; only their taps are sent
  data-net                "waiting", "shut", "over" with its button data-let-go, "foreign", "forgetful"
  document hears          ticks:changed   ticks:answered {tick, text}     ticks:refused {tick, text}
*/
"use strict";
const ticks = (() => {
  const PREFIX = "kakehashi.tick.";
  const SHORTEST_WAIT_MS = 2000;
  const LONGEST_WAIT_MS = 60000;
  const PATIENCE_MS = 15000;
  // An answer usually comes sooner, and what blinks at every tap is not read when it matters.
  const WORTH_SAYING_MS = 1000;
  const bar = document.getElementById("network");
  const by = bar?.dataset.by || "";
  const inMemory = new Map();
  const shutLessons = new Set();
  let failures = 0;
  let timer = 0;

  /* One item each: two pages of one telephone never write over each other's list. */
  const keep = (name, tick) => {
    try { localStorage.setItem(name, JSON.stringify(tick)); } catch { inMemory.set(name, tick); }
  };
  const drop = (name) => {
    inMemory.delete(name);
    try { localStorage.removeItem(name); } catch { /* nothing was kept there */ }
  };
  const read = (name) => {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
  };
  const names = () => {
    try { return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)); } catch { return []; }
  };
  const all = () => {
    const kept = names().map((name) => [name, read(name)]).concat([...inMemory]);
    return kept.filter(([, tick]) => tick?.key).map(([name, tick]) => ({ ...tick, name })).sort((a, b) => a.name < b.name ? -1 : 1);
  };
  // Whoever held the sheet with its code may have signed in since. Another page may have signed somebody else in: the
  // office is told whose page this is, and takes no tap of another's.
  const isMine = (tick) => tick.by === by || tick.by === "sheet";
  const waiting = () => all().filter(isMine);
  // Swedes write a day as the office does: 2026-11-24.
  const today = () => new Date().toLocaleDateString("sv");
  // The office has the last word as long as it may be asked: by whom a tap is sent decides, too.
  const isOver = (tick) => tick.until && tick.until < today() && (!isMine(tick) || shutLessons.has(tick.lesson));

  /* What was sent, until the office shows it: a page from the telephone's own copy is older than that. */
  const SENT = "kakehashi.sent.";
  const sentToday = `${SENT}${new Date().toDateString()}.`;
  const sent = {
    set: (lesson, person, mark) => {
      try { localStorage.setItem(`${sentToday}${lesson}.${person}`, mark); } catch { /* the next page asks the office */ }
    },
    get: (lesson, person) => {
      try { return localStorage.getItem(`${sentToday}${lesson}.${person}`); } catch { return null; }
    },
    forget: (isOver) => {
      try { Object.keys(localStorage).filter((name) => name.startsWith(SENT) && isOver(name)).forEach((name) => localStorage.removeItem(name)); } catch { /* nothing was kept */ }
    },
    forgetLesson: (lesson) => sent.forget((name) => name.startsWith(`${sentToday}${lesson}.`)),
  };
  sent.forget((name) => !name.startsWith(sentToday));

  const newKey = () => {
    // crypto.randomUUID is missing on a page without TLS, which a city's own network may be.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  let latest = 0;
  const add = (told) => {
    // By its name a tap stands in its place, two of one millisecond as well.
    latest = Math.max(Date.now(), latest + 1);
    const tick = { ...told, at: new Date(latest).toISOString(), key: newKey(), by };
    keep(`${PREFIX}${String(latest).padStart(15, "0")}.${tick.key}`, tick);
    changed();
    setTimeout(changed, WORTH_SAYING_MS + 50);
    send();
  };

  const cookie = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1];
  const post = async (tick) => {
    const ended = new AbortController();
    const patience = setTimeout(() => ended.abort(), PATIENCE_MS);
    const { to, mark, at, key, seen, settles } = tick;
    const token = cookie() || document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
    try {
      const answer = await fetch(to, {
        method: "POST",
        body: new URLSearchParams({ mark, at, key, seen, settles, by, sent: new Date().toISOString() }),
        headers: { "HX-Request": "true", "X-CSRFToken": token },
        signal: ended.signal,
      });
      return { status: answer.status, isOurs: answer.headers.get("X-Tick") === key, text: await answer.text() };
    } catch {
      return { status: 0, isOurs: false, text: "" };
    } finally {
      clearTimeout(patience);
    }
  };

  /* The oldest first, one after the other; false when it is to be tried again later. */
  const sendAll = async () => {
    shutLessons.clear();
    for (;;) {
      const tick = waiting().find((each) => !shutLessons.has(each.lesson));
      if (!tick) return true;
      const { status, isOurs, text } = await post(tick);
      if (isOurs && (status === 200 || status === 422)) {
        drop(tick.name);
        failures = 0;
        if (status === 200) sent.set(tick.lesson, tick.person, tick.mark);
        tell(status === 200 ? "ticks:answered" : "ticks:refused", { tick, text });
        changed();
      } else if (status === 401 || status === 403 || status === 404) {
        // No roster opens for them at this moment. It may again, so nothing is thrown away.
        shutLessons.add(tick.lesson);
        changed();
      } else {
        return false;
      }
    }
  };
  let underWay = null;
  const send = () => {
    clearTimeout(timer);
    if (underWay) return;
    const inTurn = (act) => navigator.locks ? navigator.locks.request("kakehashi.ticks", act) : act();
    underWay = inTurn(sendAll).catch(() => false).then((isDone) => {
      underWay = null;
      failures = isDone ? 0 : failures + 1;
      changed();
      const open = waiting().filter((each) => !shutLessons.has(each.lesson));
      if (!isDone) timer = setTimeout(send, Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** (failures - 1)));
      else if (open.length) send();
    });
  };

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const isLate = (tick) => !navigator.onLine || failures > 0 || Date.now() - Date.parse(tick.at) > WORTH_SAYING_MS;
  const clock = (at) => {
    const then = new Date(at);
    const hour = then.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "numeric", hour12: true });
    const isToday = then.toDateString() === new Date().toDateString();
    return isToday ? hour : `${then.toLocaleDateString(document.documentElement.lang, { month: "numeric", day: "numeric" })} ${hour}`;
  };
  const part = (name) => bar?.querySelector(`[data-net=${name}]`);
  const say = (name, facts) => {
    const sentence = part(name);
    if (!sentence) return;
    sentence.hidden = !facts;
    for (const [fact, value] of Object.entries(facts || {})) {
      const place = sentence.querySelector(`[data-${fact}]`);
      if (place && place.textContent !== String(value)) place.textContent = value;
    }
  };
  const facts = (some) => some.length ? { count: some.length, since: clock(some[0].at) } : null;
  const changed = () => {
    const mine = waiting();
    const over = all().filter(isOver);
    const shut = mine.filter((tick) => shutLessons.has(tick.lesson));
    const late = mine.filter((tick) => !shut.includes(tick) && isLate(tick));
    const foreign = all().filter((tick) => !isMine(tick) && !isOver(tick));
    say("waiting", facts(late));
    say("shut", facts(shut.filter((tick) => !isOver(tick))));
    say("over", facts(over));
    say("foreign", foreign.length ? { foreign: foreign.length } : null);
    say("forgetful", inMemory.size ? {} : null);
    tell("ticks:changed", {});
  };

  part("over")?.querySelector("[data-let-go]").addEventListener("click", () => {
    all().filter(isOver).forEach((tick) => drop(tick.name));
    document.getElementById("main").focus();
    changed();
  });
  addEventListener("online", () => { failures = 0; send(); });
  addEventListener("offline", changed);
  addEventListener("storage", (event) => { if (event.key === null || event.key.startsWith(PREFIX)) changed(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { failures = 0; send(); } });
  addEventListener("pageshow", () => { changed(); send(); });

  return { add, waiting, isLate, sent, clock, today };
})();
