/*
  roster.js: comfort for the roster. Without it every tap is an ordinary form and the page comes back.

  A tap takes the moment at which it was made and a key of its own, so that a tap that is sent late or twice does no harm.
*/
"use strict";

function newKey() {
  // crypto.randomUUID is missing on a page without TLS, which a city's own network may be.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest("[data-mark]");
  if (!form) return;
  event.detail.parameters.at = new Date().toISOString();
  event.detail.parameters.key = newKey();
});
