// `data_visualization`: title, drawing, legend; drawn anew when its width changes.

import { el } from "../dom.js";
import { number } from "../words.js";
import { drawPie } from "./chart_pie.js";
import { drawPlot } from "./chart_plot.js";

export const COLOURS = ["#1264a3", "#2bac76", "#ecb22e", "#e01e5a", "#7c3085", "#36c5f0"];
const LEAST = 240; // pixels

export function chart(block) {
  const { chart: given, title } = block;
  const tip = el("div", { class: "chart-tip", hidden: true });
  const drawing = el("div", { class: "chart-drawing" });
  const names = given.type === "pie" ? given.segments.map((s) => s.label) : given.series.map((s) => s.name);
  const draw = given.type === "pie" ? drawPie : drawPlot;
  let width = 0;
  const fit = ([entry]) => {
    const wide = Math.max(LEAST, Math.floor(entry.contentRect.width));
    if (wide === width) return;
    width = wide;
    drawing.replaceChildren(draw(given, width, tips(tip, drawing), title), tip);
  };
  new ResizeObserver(fit).observe(drawing);
  return el("figure", { class: "chart" }, el("figcaption", {}, title), drawing, legend(names, given));
}

function legend(names, given) {
  const shares = given.type === "pie" ? sharesOf(given.segments) : [];
  return el(
    "div",
    { class: "legend" },
    names.map((name, i) => el("span", { class: "legend-one" }, dot(i), shares[i] ? `${name} ${shares[i]}` : name)),
  );
}

function sharesOf(segments) {
  const sum = segments.reduce((all, one) => all + one.value, 0);
  return segments.map((one) => number(one.value / sum, { style: "percent", maximumFractionDigits: 1 }));
}

export function dot(i) {
  const node = el("span", { class: "legend-dot" });
  node.style.background = COLOURS[i % COLOURS.length];
  return node;
}

// Show what stands at a point of the drawing, inside its frame.
function tips(tip, frame) {
  return {
    show(x, y, head, lines) {
      tip.replaceChildren(
        el("b", {}, head),
        ...lines.map(([i, name, value]) => el("div", { class: "tip-line" }, dot(i), el("span", {}, name), el("b", {}, number(value)))),
      );
      tip.hidden = false;
      const left = Math.min(Math.max(4, x - tip.offsetWidth / 2), frame.clientWidth - tip.offsetWidth - 4);
      tip.style.left = `${left}px`;
      tip.style.top = `${Math.max(0, y - tip.offsetHeight - 10)}px`;
    },
    hide() {
      tip.hidden = true;
    },
  };
}
