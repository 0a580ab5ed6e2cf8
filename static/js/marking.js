/*
  marking.js: places a mark by clicking on the picture; the figures can be typed as well without it.

  data-marking        the figure with the picture        data-mark-row    the figures of one mark (x, y, to_x, to_y, kind)
*/
"use strict";
(() => {
  const board = document.querySelector("[data-marking]");
  const rows = [...document.querySelectorAll("[data-mark-row]")];
  if (!board || !rows.length) return;
  const picture = board.querySelector("svg");
  const hint = document.querySelector("[data-marking-hint]");
  if (hint) hint.hidden = false;
  board.classList.add("ready");

  const box = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const isEmpty = (row) => !box(row, "kind").value;
  let chosen = rows.find(isEmpty) || rows[rows.length - 1];
  let second = false;

  const choose = (row) => {
    if (row === chosen) return;
    chosen = row;
    second = false;
    rows.forEach((each) => each.classList.toggle("chosen", each === row));
  };
  rows.forEach((row) => row.addEventListener("focusin", () => choose(row)));

  const percent = (part) => String(Math.round(Math.min(Math.max(part, 0), 1) * 1000) / 10);

  const dot = (x, y) => {
    const frame = picture.viewBox.baseVal;
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    circle.setAttribute("cx", String(frame.x + x * frame.width));
    circle.setAttribute("cy", String(frame.y + y * frame.height));
    circle.setAttribute("r", String(frame.width / 50));
    circle.setAttribute("fill", "#0017c1");
    picture.append(circle);
  };

  picture.addEventListener("click", (event) => {
    const area = picture.getBoundingClientRect();
    const x = (event.clientX - area.left) / area.width;
    const y = (event.clientY - area.top) / area.height;
    const kind = box(chosen, "kind");
    if (!kind.value) kind.value = "frame";
    const takesTwo = kind.value === "frame" || kind.value === "arrow";
    box(chosen, second && takesTwo ? "to_x" : "x").value = percent(x);
    box(chosen, second && takesTwo ? "to_y" : "y").value = percent(y);
    second = takesTwo && !second;
    dot(x, y);
  });
})();
