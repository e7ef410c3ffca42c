// A pie, with shares in its slices.

import { svg } from "../dom.js";
import { number } from "../words.js";
import { COLOURS } from "./chart.js";

const SIZE = 240;
const RADIUS = 104;
const LEAST_SHOWN = 0.06; // a smaller slice has no room for its share

export function drawPie(given, width, tips, title) {
  const sum = given.segments.reduce((all, one) => all + one.value, 0);
  const root = svg("svg", { viewBox: `0 0 ${width} ${SIZE}`, width, height: SIZE, role: "img", "aria-label": title });
  let from = 0;
  given.segments.forEach((segment, i) => {
    const share = segment.value / sum;
    root.append(...slice(segment, i, from, share, width / 2, tips));
    from += share;
  });
  return root;
}

function slice(segment, i, from, share, middle, tips) {
  const at = (part, radius) => {
    const angle = (from + part) * 2 * Math.PI;
    return [middle + radius * Math.sin(angle), SIZE / 2 - radius * Math.cos(angle)];
  };
  const [x, y] = at(share / 2, RADIUS * 0.62);
  const d = share > 0.9999 ? circle(middle) : sector(middle, at(0, RADIUS), at(share, RADIUS), share);
  const node = svg("path", { d, class: "chart-slice", fill: COLOURS[i % COLOURS.length] });
  node.addEventListener("pointerenter", () => tips.show(x, y, segment.label, [[i, percent(share), segment.value]]));
  node.addEventListener("pointerleave", tips.hide);
  if (share < LEAST_SHOWN) return [node];
  return [node, svg("text", { x, y: y + 4, class: "chart-share", "text-anchor": "middle" }, percent(share))];
}

const percent = (share) => number(share, { style: "percent", maximumFractionDigits: 1 });

function sector(middle, start, end, share) {
  const large = share > 0.5 ? 1 : 0;
  return `M${middle} ${SIZE / 2}L${start}A${RADIUS} ${RADIUS} 0 ${large} 1 ${end}Z`;
}

function circle(middle) {
  const top = SIZE / 2 - RADIUS;
  return `M${middle} ${top}a${RADIUS} ${RADIUS} 0 1 1 -0.01 0Z`;
}
