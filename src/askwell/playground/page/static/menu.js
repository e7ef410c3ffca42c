// Menus and small questions over the page; one at a time.

import { el, icon } from "./dom.js";
import { say } from "./words.js";
import { plain, text } from "./blocks/text.js";

const SEARCHED_FROM = 9; // options
let close = () => {};

const workspace = () => document.querySelector(".workspace");

export function popover(anchor, content, label) {
  close();
  const node = el("div", { class: "popover", role: "menu", "aria-label": label }, content);
  const shade = el("div", { class: "popover-shade", onpointerdown: () => close() });
  workspace().append(shade, node);
  stand(node, anchor);
  const key = (event) => keys(event, node);
  node.addEventListener("keydown", key);
  close = () => {
    shade.remove();
    node.remove();
    close = () => {};
    anchor.focus?.({ preventScroll: true });
  };
  (node.querySelector("input") ?? node.querySelector("button"))?.focus({ preventScroll: true });
  return close;
}

export const closeMenus = () => close();

function stand(node, anchor) {
  const frame = workspace().getBoundingClientRect();
  const at = anchor.getBoundingClientRect();
  const below = frame.bottom - at.bottom > node.offsetHeight + 12;
  const top = below ? at.bottom + 4 : Math.max(frame.top + 8, at.top - node.offsetHeight - 4);
  const left = Math.min(at.left, frame.right - node.offsetWidth - 8);
  node.style.top = `${top - frame.top}px`;
  node.style.left = `${Math.max(8, left - frame.left)}px`;
}

function keys(event, node) {
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...node.querySelectorAll("button:not([hidden])")];
  all.at((all.indexOf(document.activeElement) + step) % all.length)?.focus();
}

// items: {label, description, icon, danger, chosen, run}
export function menu(anchor, items, label) {
  const list = el("div", { class: "menu-list" });
  const buttons = items.map((item) => el(
    "button",
    { type: "button", role: "menuitem", class: `menu-item${item.danger ? " danger" : ""}${item.chosen ? " chosen" : ""}`, onclick: () => { close(); item.run(); } },
    item.icon ? icon(item.icon, 18) : null,
    el("span", {}, el("span", {}, item.label), item.description ? el("small", {}, item.description) : null),
  ));
  list.append(...buttons);
  const filter = (event) => buttons.forEach((button) => {
    button.hidden = !button.textContent.toLowerCase().includes(event.target.value.toLowerCase());
  });
  const search = items.length >= SEARCHED_FROM
    ? el("input", { class: "menu-search", type: "search", placeholder: say("Search"), oninput: filter })
    : null;
  popover(anchor, [search, list], label);
}

// Ask before something is done, as a `confirm` object says.
export function confirmed(asked) {
  if (!asked) return Promise.resolve(true);
  return new Promise((resolve) => {
    const answer = (yes) => () => {
      dialog.remove();
      resolve(yes);
    };
    const style = asked.style === "danger" ? "danger" : "primary";
    const box = el(
      "div",
      { class: "dialog small", role: "alertdialog", "aria-modal": "true" },
      el("h2", {}, plain(asked.title)),
      el("div", { class: "dialog-body" }, text(asked.text)),
      el(
        "div",
        { class: "dialog-foot" },
        el("button", { type: "button", class: "button", onclick: answer(false) }, plain(asked.deny)),
        el("button", { type: "button", class: `button ${style}`, onclick: answer(true) }, plain(asked.confirm)),
      ),
    );
    const dialog = el("div", { class: "dialog-shade on-top" }, box);
    dialog.addEventListener("keydown", (event) => event.key === "Escape" && answer(false)());
    workspace().append(dialog);
    box.querySelector(`.${style}`).focus();
  });
}
