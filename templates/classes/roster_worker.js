{% comment %}The worker as it is served, at the root so that it may answer for /lessons/. Parameter: policy (the content security policy of every page).{% endcomment %}/*
  roster_worker.js: the roster that was opened last today, for a reload in a hall without signal.

  The page hands itself over (static/js/roster.js) and nothing else is kept: no other page, and no page with a telephone
  number. The network is always asked first. What was kept goes with its day, with whoever signs out or in (page.js), and
  when the office opens the roster to this telephone no longer. What was tapped stays: it is kept elsewhere (ticks.js).
*/
"use strict";
const KEPT = "kakehashi-roster";
const POLICY = "{{ policy|escapejs }}";
const today = () => new Date().toDateString();

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const keep = async ({ address, html, files }) => {
  await caches.delete(KEPT);
  const cache = await caches.open(KEPT);
  await cache.addAll(files);
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Kept-On": today(),
  };
  await cache.put(address, new Response(html, { headers }));
};
self.addEventListener("message", (event) => {
  if (event.origin === self.location.origin) event.waitUntil(keep(event.data));
});

const kept = async (address) => {
  const page = await caches.match(address, { cacheName: KEPT });
  if (page?.headers.get("X-Kept-On") === today()) return page;
  await caches.delete(KEPT);
  return Response.error();
};
const asked = async (request, address) => {
  let answer;
  try { answer = await fetch(request); } catch { return kept(address); }
  // Another code, another sign-in or another day: refused, or led away from the page.
  const isShut = [403, 404].includes(answer.status) || answer.type === "opaqueredirect";
  if (isShut && await caches.match(address, { cacheName: KEPT })) await caches.delete(KEPT);
  return answer;
};
const keptFile = async (request) => await caches.match(request, { cacheName: KEPT }) || Response.error();

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (/^\/lessons\/\d+\/roster\/$/.test(pathname)) event.respondWith(asked(request, pathname));
  } else if (["style", "script", "image"].includes(request.destination)) {
    event.respondWith(fetch(request).catch(() => keptFile(request)));
  }
});
