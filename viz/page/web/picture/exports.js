/** Takes the picture away: SVG or PNG with title, legend and the caption's honest figures. */

import { t } from "../language/texts.js";
import { edgeStyle } from "./edge-raster.js";
import { edgeColor } from "./edges.js";
import { reach } from "./lines.js";
import { fittingNames } from "./names.js";
import { EMPTY_PIXEL, UNREAD } from "./nodes.js";
import { columnNames, share } from "./words.js";

const MARGIN = 24; // graph units around the picture
const LINE = 24; // graph units from line to line of the caption
const LETTERS = 120; // in a line of the caption
const LETTER = 9; // graph units of a letter in a name
const NUMBERS = 80; // graph units to the right of the outputs for their probabilities

/**
 * The whole picture as SVG text: every drawn edge, every unit, what is left out.
 * @param {(Sheet | null)[]} sheets the maps of each column that has some
 */
export function pictureSvg(lab, layers, sheets, palette, sentences, title) {
  const { columns, outputNames, winnerUnit, isBlank } = lab;
  const { theme } = palette;
  const box = boxOf(columns);
  const lines = wrap([title, ...sentences].join(" — "));
  const height = box.height + MARGIN + (lines.length + 2) * LINE;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.left} ${box.top} ${box.width} ${height}" ` +
      `width="${Math.round(box.width)}" height="${Math.round(height)}" font-family="system-ui, sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<rect x="${box.left}" y="${box.top}" width="${box.width}" height="${height}" fill="${theme.background}"/>`,
  ];
  layers.forEach(({ indices, values, limit, fanOut }, n) => {
    const order = [...values.keys()].sort((p, q) => Math.abs(values[p]) - Math.abs(values[q]));
    for (const edge of order) {
      const [i, j] = [Math.floor(indices[edge] / fanOut), indices[edge] % fanOut];
      const strength = Math.min(Math.abs(values[edge]) / limit, 1);
      const color = edgeColor(palette, Math.sign(values[edge]) * strength);
      const { alpha, width } = edgeStyle(strength);
      parts.push(
        `<line x1="${short(columns[n].x[i])}" y1="${short(columns[n].y[i])}" x2="${short(columns[n + 1].x[j])}" ` +
          `y2="${short(columns[n + 1].y[j])}" stroke="${color}" stroke-width="${short(width)}" ` +
          `opacity="${short(alpha)}"/>`,
      );
    }
  });
  const values = [lab.input.levels(lab.seen), ...lab.trace.activations.slice(0, -1), lab.toldByUnits];
  columns.forEach(({ ids, x, y, size }, c) => {
    const most = Math.max(1e-6, ...values[c].map(Math.abs));
    ids.forEach((id, unit) => {
      const value = isBlank && c > 0 ? 0 : values[c][unit];
      const [cx, cy] = [short(x[unit]), short(y[unit])];
      if (sheets[c]) {
        const place = `x="${short(cx - size / 2)}" y="${short(cy - size / 2)}" width="${short(size)}" height="${short(size)}"`;
        parts.push(`<image ${place} style="image-rendering:pixelated" href="${sheets[c].url(unit)}"/>`);
        parts.push(`<rect ${place} fill="none" stroke="${theme.outline}"/>`);
        return;
      }
      if (c === 0 && lab.layers[0].outDegrees[unit] === 0) {
        const [half, line] = [size / 2, size * UNREAD];
        const stroke = value > 0 ? palette.ink(value) : theme.outline;
        const frame = value > 0 ? `h${short(size)}v${short(-size)}h${short(-size)}z` : "";
        parts.push(`<path d="M${short(cx - half)} ${short(cy + half)}l${short(size)} ${short(-size)}M${short(cx - half)} ${short(cy + half)}${frame}" fill="none" stroke="${stroke}" stroke-width="${short(line)}"/>`);
        return;
      }
      if (c === 0) {
        const side = value > 0 ? size : size * EMPTY_PIXEL;
        const fill = value > 0 ? palette.ink(value) : theme.outline;
        parts.push(`<rect x="${short(cx - side / 2)}" y="${short(cy - side / 2)}" width="${short(side)}" height="${short(side)}" fill="${fill}"/>`);
        return;
      }
      const isOutput = c === columns.length - 1;
      const wins = isOutput && unit === winnerUnit;
      const fill = isOutput ? (wins ? theme.text : theme.surface) : palette.passedOn(value, most, lab.isSigned(c));
      parts.push(`<circle cx="${cx}" cy="${cy}" r="${short(size / 2)}" fill="${fill}" stroke="${theme.outline}"/>`);
      if (!isOutput) return;
      const ink = wins ? theme.background : theme.text;
      parts.push(`<text x="${cx}" y="${cy}" dy=".35em" text-anchor="middle" font-size="${short(size / 2)}" fill="${ink}">${escape(outputNames[unit])}</text>`);
      const number = isBlank ? "–" : share(lab, value);
      parts.push(`<text x="${short(cx + size / 2 + 8)}" y="${cy}" dy=".35em" font-size="15" fill="${theme.text}">${escape(number)}</text>`);
    });
  });
  const names = fittingNames(
    columns.map((_, c) => columnNames(lab, c)),
    columns.map((column) => reach(column).center),
    (text) => text.length * LETTER,
  );
  names.forEach((name, c) => {
    const { center, top: above } = reach(columns[c]);
    parts.push(`<text x="${short(center)}" y="${short(above - 12)}" text-anchor="middle" font-size="15" font-weight="600" fill="${theme.text}">${name}</text>`);
  });
  const bottom = box.top + box.height + LINE;
  lines.forEach((line, i) => {
    parts.push(`<text x="${box.left + MARGIN}" y="${bottom + i * LINE}" font-size="16" fill="${theme.text}">${escape(line)}</text>`);
  });
  parts.push(...legend(palette, box.left + MARGIN, bottom + lines.length * LINE - 8), "</svg>");
  return parts.join("\n");
}

/** Two such pictures as one, the second at the right of the first. */
export function sideBySide(first, second, { theme }) {
  const [[width, height], [otherWidth, otherHeight]] = [first, second].map((svg) => svg.match(/width="(\d+)" height="(\d+)"/).slice(1).map(Number));
  const [all, most] = [width + otherWidth, Math.max(height, otherHeight)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all} ${most}" width="${all}" height="${most}">`,
    `<rect width="${all}" height="${most}" fill="${theme.background}"/>`,
    first,
    second.replace("<svg ", `<svg x="${width}" `),
    "</svg>",
  ].join("\n");
}

/** The same picture as a PNG blob, `scale` pixels to a graph unit. */
export async function picturePng(svg, scale = 2) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth * scale, image.naturalHeight * scale];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** Hands a file to the person, as a download. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function boxOf(columns) {
  const all = columns.map(reach);
  const left = Math.min(...all.map((column) => column.left)) - 1.5 * MARGIN;
  const top = Math.min(...all.map((column) => column.top)) - 1.5 * MARGIN;
  const right = all[all.length - 1].right + NUMBERS;
  const bottom = Math.max(...all.map((column) => column.bottom)) + 1.5 * MARGIN;
  return { left, top, width: right - left, height: bottom - top };
}

function legend(palette, x, y) {
  const { theme } = palette;
  const swatches = (colors, left) =>
    colors.map((color, i) => `<rect x="${left + 18 * i}" y="${y}" width="18" height="12" fill="${color}"/>`);
  const word = (text, left) => `<text x="${left}" y="${y + 11}" font-size="14" fill="${theme.muted}">${text}</text>`;
  const second = x + 18 * theme.signed.length + 160;
  return [
    ...swatches(theme.signed, x),
    word(t`negative to positive`, x + 18 * theme.signed.length + 8),
    ...swatches(theme.activation, second),
    word(t`activation: 0 to the layer’s largest`, second + 18 * theme.activation.length + 8),
  ];
}

function wrap(text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines[lines.length - 1].length + word.length > LETTERS) lines.push("");
    lines[lines.length - 1] += (lines[lines.length - 1] && " ") + word;
  }
  return lines;
}

function short(value) {
  return Math.round(value * 100) / 100;
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
