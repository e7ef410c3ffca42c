// Bars, lines and areas over categories.

import { svg } from "../dom.js";
import { number } from "../words.js";
import { COLOURS } from "./chart.js";
import { fitting, scale, textWidth } from "./chart_scale.js";

const HEIGHT = 260;
const TOP = 28;
const GAP = 6; // between groups of bars, in hundredths of a band times four

export function drawPlot(given, width, tips, title) {
  const names = given.axis_config.categories;
  const series = given.series.map((one) => valuesOf(one, names));
  const axis = scale(series.flat(), given.type !== "line");
  const frame = framed(given, names, axis, width);
  const root = svg("svg", { viewBox: `0 0 ${width} ${frame.height}`, width, height: frame.height, role: "img", "aria-label": title });
  root.append(...grid(axis, frame), ...labels(names, given.axis_config, frame));
  const hover = svg("rect", { class: "chart-band", y: TOP, height: HEIGHT - TOP, width: frame.band, visibility: "hidden" });
  root.append(hover, ...MARKS[given.type](series, frame), zero(axis, frame));
  root.append(...names.map((name, i) => zone(name, i, given, series, frame, hover, tips)));
  return root;
}

function valuesOf(one, names) {
  const known = new Map(one.data.map((point) => [point.label, point.value]));
  return names.map((name) => known.get(name));
}

const short = (value) => number(value, { notation: "compact", maximumFractionDigits: 2 });

function framed(given, names, axis, width) {
  const left = Math.max(...axis.ticks.map((tick) => textWidth(short(tick)))) + 14;
  const right = width - 8;
  const band = (right - left) / names.length;
  const fit = fitting(names, band);
  const y = (value) => TOP + (HEIGHT - TOP) * (1 - (value - axis.low) / (axis.high - axis.low));
  const x = (i) => left + band * (i + 0.5);
  const height = HEIGHT + fit.height + (given.axis_config.x_label ? 22 : 4);
  return { left, right, band, fit, y, x, height, floor: y(Math.max(axis.low, Math.min(0, axis.high))) };
}

function grid(axis, { left, right, y }) {
  return axis.ticks.flatMap((tick) => [
    svg("line", { class: "chart-grid", x1: left, x2: right, y1: y(tick), y2: y(tick) }),
    svg("text", { class: "chart-label", x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, short(tick)),
  ]);
}

function zero(axis, { left, right, floor }) {
  return svg("line", { class: "chart-axis", x1: left, x2: right, y1: floor, y2: floor });
}

function labels(names, axes, { fit, x, left, right, height }) {
  const found = names.map((name, i) => {
    if (i % fit.every) return null;
    const at = fit.turned
      ? { "text-anchor": "end", transform: `translate(${x(i) + 4} ${HEIGHT + 14}) rotate(-40)` }
      : { "text-anchor": "middle", x: x(i), y: HEIGHT + 18 };
    return svg("text", { class: "chart-label", ...at }, name);
  });
  if (axes.y_label) found.push(svg("text", { class: "chart-name", x: 2, y: 12 }, axes.y_label));
  if (axes.x_label) {
    const middle = { x: (left + right) / 2, y: height - 4, "text-anchor": "middle" };
    found.push(svg("text", { class: "chart-name", ...middle }, axes.x_label));
  }
  return found.filter(Boolean);
}

const MARKS = {
  bar(series, { band, x, y, floor }) {
    const group = Math.min(band * (1 - GAP / 24), 64 * series.length);
    const wide = group / series.length;
    return series.flatMap((values, s) =>
      values.map((value, i) => {
        const at = x(i) - group / 2 + wide * s;
        return svg("path", { class: "chart-bar", d: bar(at + 1, wide - 2, floor, y(value)), fill: COLOURS[s % COLOURS.length] });
      }),
    );
  },
  line: (series, frame) => series.flatMap((values, s) => line(values, s, frame)),
  area(series, frame) {
    const fills = series.map((values, s) => {
      const edge = path(values, frame);
      const d = `${edge}L${frame.x(values.length - 1)} ${frame.floor}L${frame.x(0)} ${frame.floor}Z`;
      return svg("path", { d, fill: COLOURS[s % COLOURS.length], "fill-opacity": 0.16 });
    });
    return [...fills, ...MARKS.line(series, frame)];
  },
};

// A bar with round corners at its end, up or down from the axis.
function bar(x, wide, floor, end) {
  const r = Math.min(4, wide / 2, Math.abs(end - floor));
  const s = end <= floor ? 1 : -1;
  return `M${x} ${floor}V${end + s * r}Q${x} ${end} ${x + r} ${end}H${x + wide - r}Q${x + wide} ${end} ${x + wide} ${end + s * r}V${floor}Z`;
}

const path = (values, { x, y }) => values.map((value, i) => `${i ? "L" : "M"}${x(i)} ${y(value)}`).join("");

function line(values, s, frame) {
  const colour = COLOURS[s % COLOURS.length];
  const points = values.map((value, i) =>
    svg("circle", { cx: frame.x(i), cy: frame.y(value), r: 3.5, fill: "#fff", stroke: colour, "stroke-width": 2 }),
  );
  return [svg("path", { d: path(values, frame), class: "chart-line", stroke: colour }), ...points];
}

function zone(name, i, given, series, frame, hover, tips) {
  const at = frame.x(i) - frame.band / 2;
  const node = svg("rect", { class: "chart-zone", x: at, y: TOP, width: frame.band, height: HEIGHT - TOP });
  node.addEventListener("pointerenter", () => {
    hover.setAttribute("x", at);
    hover.setAttribute("visibility", "visible");
    const highest = Math.min(...series.map((values) => frame.y(values[i])));
    tips.show(frame.x(i), highest, name, series.map((values, s) => [s, given.series[s].name, values[i]]));
  });
  node.addEventListener("pointerleave", () => {
    hover.setAttribute("visibility", "hidden");
    tips.hide();
  });
  return node;
}
