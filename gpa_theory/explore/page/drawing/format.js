"use strict";
const data = JSON.parse(document.getElementById("data").textContent);

/** A number as a person reads it: three digits, no needless zeros. */
function short(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "none";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const plain = size >= 1e-3 && size < 1e5;
  const rounded = Number(value.toPrecision(digits));
  const text = plain ? String(rounded) : rounded.toExponential();
  return text.replace("e+", "e").replaceAll("-", "−");
}

/** The shortest text that reads back as the same number. */
const exactly = (value) => String(value);

const escaped = (text) =>
  String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** How a number compares with another of the same run: what rounding could make different is equal. */
function against(mine, theirs, steps) {
  const apart = Math.abs(mine - theirs) / Math.max(Math.abs(mine), Math.abs(theirs));
  if (mine === theirs) return "equal to";
  if (apart <= (64 + 16 * steps) * Math.pow(2, -53)) return "equal, up to rounding, to";
  if (short(mine) === short(theirs)) return "to three digits equal to";
  return mine < theirs ? "below" : "above";
}

const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
