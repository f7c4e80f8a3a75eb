/** Small helpers for the parts of the page that are HTML: elements, numbers as words. */

import { numeral } from "../language/texts.js";
import { symmetricLimit } from "./theme.js";

const CELL = 5; // pixels a side of one value in a tile

/**
 * @param {string} tag
 * @param {Record<string, string | number | boolean | ((event: Event) => void)>} [attributes]
 *   functions become listeners ("onclick"); false leaves an attribute out
 * @param {...(Node | string)} children strings become text, never HTML
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

/** 1234.5 → "1,234.50", in German "1.234,50"; −0.00001 → "0.00"; a real minus sign. */
export function decimal(value, digits = 4) {
  const rounded = Math.abs(value).toFixed(digits);
  const isZero = Number(rounded) === 0;
  return (value < 0 && !isZero ? "−" : "") + numeral(rounded.replace(/\B(?=(\d{3})+\.)/g, ","));
}

/** With its sign: "+0.1234", "−0.1234". */
export function signed(value, digits = 4) {
  const text = decimal(value, digits);
  return text.startsWith("−") || !/[1-9]/.test(text) ? text : `+${text}`;
}

/** 0.000123 → "1.230e−4" */
export function exponential(value, digits = 3) {
  return value === 0 ? "0" : numeral(value.toExponential(digits).replaceAll("-", "−"));
}

/** 0.0000114 → "2e-5": one digit, never less than the value. */
export function atMost(value) {
  if (!(value > 0)) return String(value);
  const power = 10 ** Math.floor(Math.log10(value));
  return (Math.ceil(value / power - 1e-9) * power).toExponential(0);
}

/** 5856 → "5,856" */
export function count(value) {
  return numeral(String(value).replace(/\B(?=(\d{3})+$)/g, ","));
}

/** 12 → "+12", −1042 → "−1,042" */
export function signedCount(value) {
  return value > 0 ? `+${count(value)}` : value < 0 ? `−${count(-value)}` : "0";
}

/** 0.2361 → "23.6 %"; small but not zero → "< 0.1 %"; nearly but not all → "> 99.9 %". */
export function percent(share, digits = 1) {
  const smallest = 10 ** -digits;
  const value = share * 100;
  if (value > 0 && value < smallest / 2) return `<\u00a0${numeral(String(smallest))}\u00a0%`; // no line breaks inside
  if (value < 100 && value >= 100 - smallest / 2) return `>\u00a0${numeral((100 - smallest).toFixed(digits))}\u00a0%`;
  return `${numeral(value.toFixed(digits))}\u00a0%`;
}

/**
 * A small picture of signed values or ink; one value, one crisp square, negative ones with a dash.
 * @param {ArrayLike<number>} values row by row
 * @param {(value: number) => string} color css color of a value
 */
export function tile(values, columns, color, label) {
  const rows = Math.ceil(values.length / columns);
  const size = { width: columns * CELL, height: rows * CELL };
  const canvas = element("canvas", { ...size, role: "img", "aria-label": label });
  const ctx = canvas.getContext("2d");
  const dashed = -0.3 * symmetricLimit(values); // from here on a dash says "negative" without color
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [(i % columns) * CELL, Math.floor(i / columns) * CELL];
    ctx.fillStyle = color(values[i]);
    ctx.fillRect(x, y, CELL, CELL);
    if (values[i] >= dashed) continue;
    ctx.fillStyle = "#ffffffa0";
    ctx.fillRect(x + 1, y + 2, CELL - 2, 1);
  }
  return canvas;
}

/** A worker that runs a program of this file, which has no address. Throws where workers cannot start. */
export function startWorker(program) {
  return new Worker(`data:text/javascript,${encodeURIComponent(program)}`);
}
