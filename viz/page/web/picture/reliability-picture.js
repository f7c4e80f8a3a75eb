/** How often answers of some confidence are right, as a small diagram: on the diagonal they mean what they say. */

import { element, percent } from "./dom.js";

const [WIDTH, HEIGHT] = [600, 360]; // pixels of the canvas, which the page shows smaller
const MARGIN = { left: 92, right: 12, top: 34, bottom: 62 };
const PALEST = 0.25; // opacity of a bar with few answers

export class ReliabilityPicture {
  constructor() {
    this.element = element("canvas", { class: "curve", width: WIDTH, height: HEIGHT, role: "img" });
  }

  /** @param {{error: number, bins: object[]}} reliability see calibration.js @param {Palette} palette */
  show({ error, bins }, { theme }) {
    const ctx = this.element.getContext("2d");
    ctx.clearRect(0, 0, WIDTH, HEIGHT);
    const x = (share) => MARGIN.left + share * (WIDTH - MARGIN.left - MARGIN.right);
    const y = (share) => HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
    this.axes(ctx, x, y, theme);
    const most = Math.max(...bins.map(({ n }) => n));
    for (const { from, to, n, confidence, accuracy } of bins) {
      ctx.fillStyle = theme.accent;
      ctx.globalAlpha = PALEST + (1 - PALEST) * Math.sqrt(n / most);
      ctx.fillRect(x(from) + 2, y(accuracy), x(to) - x(from) - 4, y(0) - y(accuracy));
      ctx.globalAlpha = 1;
      ctx.fillStyle = theme.text;
      ctx.fillRect(x(from) + 2, y(confidence) - 2, x(to) - x(from) - 4, 4);
    }
    this.element.setAttribute("aria-label", `Reliability of the answers: expected calibration error ${percent(error)}`);
  }

  axes(ctx, x, y, theme) {
    ctx.font = "22px system-ui, sans-serif";
    ctx.strokeStyle = theme.outline;
    ctx.fillStyle = theme.muted;
    ctx.lineWidth = 2;
    for (const share of [0, 0.5, 1]) {
      ctx.beginPath();
      ctx.moveTo(x(0), y(share));
      ctx.lineTo(x(1), y(share));
      ctx.stroke();
      ctx.textAlign = "right";
      ctx.fillText(percent(share, 0), x(0) - 10, y(share) + 8);
      ctx.textAlign = ["left", "center", "right"][2 * share];
      ctx.fillText(percent(share, 0), x(share), y(0) + 26);
    }
    ctx.textAlign = "left";
    ctx.fillText("right", x(0), y(1) - 10);
    ctx.textAlign = "center";
    ctx.fillText("its confidence", x(0.5), y(0) + 54);
    ctx.setLineDash([7, 5]);
    ctx.beginPath();
    ctx.moveTo(x(0), y(0));
    ctx.lineTo(x(1), y(1));
    ctx.stroke();
    ctx.setLineDash([]);
  }
}
