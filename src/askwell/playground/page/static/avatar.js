// Pictures of people, made of their initials.

import { el } from "./dom.js";
import { person } from "./store.js";

const COLOURS = ["#4a154b", "#1264a3", "#2b8a5f", "#b3541e", "#8d3b72", "#35618f", "#7a6a00"];

export function avatar(id, size = "") {
  const one = person(id);
  const node = el("span", { class: `avatar ${size} ${one.is_bot ? "bot" : ""}`, "aria-hidden": "true" }, one.is_bot ? "◔" : initials(one.name));
  node.style.background = one.is_bot ? "#1d1c1d" : COLOURS[[...id].reduce((sum, c) => sum + c.codePointAt(0), 0) % COLOURS.length];
  if (one.is_bot) node.textContent = [...one.name][0]?.toLowerCase() ?? "?";
  return node;
}

function initials(name) {
  if (/\p{Script=Hangul}/u.test(name)) return name.slice(-2);
  return name.split(/\s+/).slice(0, 2).map((word) => [...word][0]?.toUpperCase() ?? "").join("");
}
