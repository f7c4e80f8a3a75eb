/** A small chart of some lines, with words at its edges. */

import { element } from "./dom.js";

const [WIDTH, HEIGHT] = [600, 360]; // pixels of the canvas, which the page shows smaller
const MARGIN = { left: 84, right: 16, top: 18, bottom: 78 };
const [DOT, LINE] = [7, 4];

export class Chart {
  /**
   * @param {{places: [number, string][], word: string}} across what stands below: places from 0 to 1 and their words
   * @param {{places: [number, string][]}} up the same at the left, from the bottom
   */
  constructor(across, up) {
    Object.assign(this, { across, up });
    this.element = element("canvas", { class: "curve", width: WIDTH, height: HEIGHT });
  }

  /**
   * @param {{points: [number, number][], color: string, dashes?: number[], name?: [string, number, number, number], size?: number[]}[]} lines
   *   points from 0 to 1; name: a word at the point of this number, so far to the right of it and below; size: of dots,
   *   which stand alone then
   * @param {string} words the same for those who do not see it
   */
  show(lines, words, { theme }) {
    const ctx = this.element.getContext("2d");
    const x = (share) => MARGIN.left + share * (WIDTH - MARGIN.left - MARGIN.right);
    const y = (share) => HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
    this.element.setAttribute("role", "img"); // from now on it shows something
    this.element.setAttribute("aria-label", words);
    ctx.clearRect(0, 0, WIDTH, HEIGHT);
    ctx.font = "22px system-ui, sans-serif";
    Object.assign(ctx, { fillStyle: theme.muted, strokeStyle: theme.outline, lineWidth: 2, textAlign: "right" });
    for (const [place, text] of this.up.places) {
      stroke(ctx, [[x(0), y(place)], [x(1), y(place)]]);
      ctx.fillText(text, MARGIN.left - 10, y(place) + 8);
    }
    this.across.places.forEach(([place, text], i, { length }) => {
      ctx.textAlign = i === 0 ? "left" : i === length - 1 ? "right" : "center";
      ctx.fillText(text, x(place), HEIGHT - MARGIN.bottom + 30);
    });
    ctx.textAlign = "center";
    ctx.fillText(this.across.word, x(0.5), HEIGHT - 12);
    for (const { points, color, dashes = [], name, size } of lines) {
      Object.assign(ctx, { strokeStyle: color, fillStyle: color, lineWidth: LINE });
      const placed = points.map(([across, up]) => [x(across), y(up)]);
      if (size) placed.forEach(([at, height], i) => dot(ctx, at, height, size[i]));
      else {
        ctx.setLineDash(dashes);
        stroke(ctx, placed);
        ctx.setLineDash([]);
      }
      if (!name || !placed[name[1]]) continue;
      const [word, number, right, below] = name;
      ctx.textAlign = right < 0 ? "right" : "left";
      ctx.fillText(word, placed[number][0] + right, placed[number][1] + below);
    }
  }
}

function stroke(ctx, points) {
  ctx.beginPath();
  points.forEach(([x, y], i) => ctx[i === 0 ? "moveTo" : "lineTo"](x, y));
  ctx.stroke();
}

function dot(ctx, x, y, size) {
  ctx.beginPath();
  ctx.arc(x, y, DOT * size, 0, 2 * Math.PI);
  ctx.fill();
}
