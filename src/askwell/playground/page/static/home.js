// The app's Home tab.

import { blocks } from "./blocks/index.js";
import { el } from "./dom.js";
import { store } from "./store.js";
import { say } from "./words.js";

export const home = el("div", { class: "home" });
let shown = "";

export function drawHome() {
  const version = JSON.stringify([store.me, store.home]);
  if (version === shown) return;
  shown = version;
  const nothing = el("div", { class: "muted home-empty" }, say("The app has nothing to show here yet."));
  const view = store.home;
  home.replaceChildren(el("div", { class: "home-inner" }, view ? blocks(view.blocks, { view, values: {}, errors: {} }) : nothing));
}
