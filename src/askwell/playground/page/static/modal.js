// The modal in front of everything else.

import { act } from "./act.js";
import { avatar } from "./avatar.js";
import { blocks } from "./blocks/index.js";
import { plain } from "./blocks/text.js";
import { el, icon } from "./dom.js";
import { store } from "./store.js";
import { say } from "./words.js";

export const modalLayer = el("div", { class: "modal-layer", hidden: true });
const filled = new Map(); // view id -> what was typed in it
let shown = "";

export function drawModal() {
  const view = store.modal;
  const version = JSON.stringify([store.me, view?.id, view?.hash]);
  if (version === shown) return;
  shown = version;
  modalLayer.hidden = !view;
  if (view) render(view, {});
  else modalLayer.replaceChildren();
}

function render(view, errors) {
  if (!filled.has(view.id)) filled.set(view.id, {});
  const values = filled.get(view.id);
  const close = () => act("closes", { view: view.id });
  const form = el(
    "form",
    { class: "dialog", role: "dialog", "aria-modal": "true", "aria-label": plain(view.title), noValidate: true, onsubmit: (event) => submit(event, view, values) },
    el("header", { class: "dialog-head" }, avatar(store.app.bot, "small"), el("h2", {}, plain(view.title)), el("button", { type: "button", class: "icon-button", title: say("Close"), "aria-label": say("Close"), onclick: close }, icon("close"))),
    el("div", { class: "dialog-body" }, blocks(view.blocks, { view, values, errors })),
    el(
      "footer",
      { class: "dialog-foot" },
      el("button", { type: "button", class: "button", onclick: close }, view.close ? plain(view.close) : say("Cancel")),
      view.submit ? el("button", { type: "submit", class: "button primary", disabled: view.submit_disabled }, plain(view.submit)) : null,
    ),
  );
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  modalLayer.replaceChildren(el("div", { class: "dialog-shade" }, form));
  (form.querySelector(".wrong .field, .wrong .select, .field") ?? form.querySelector("button"))?.focus();
}

async function submit(event, view, values) {
  event.preventDefault();
  const button = event.target.querySelector("[type=submit]");
  button.classList.add("busy");
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  const done = await act("submits", { view: view.id, values: given });
  button.classList.remove("busy");
  if (done.ok && Object.keys(done.errors).length) render(view, done.errors);
  else if (done.ok) filled.delete(view.id);
}
