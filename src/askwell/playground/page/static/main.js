// The page: who one is, how wide it is, and the workspace below.

import { avatar } from "./avatar.js";
import { channelPane, drawChannel } from "./channel.js";
import { el, icon, place } from "./dom.js";
import { closeMenus } from "./menu.js";
import { drawModal, modalLayer } from "./modal.js";
import { beginSeen, here, markSeen, openMessage, readAddress, settle } from "./place.js";
import { drawSidebar, sidebar } from "./sidebar.js";
import { follow, person, store, tell, watch } from "./store.js";
import { drawThread, threadPane } from "./thread.js";
import { say, speak } from "./words.js";

const bar = el("div", { class: "bar" });
const workspace = el("div", { class: "workspace" }, sidebar, el("div", { class: "panes" }, channelPane, threadPane), modalLayer);
const stage = el("div", { class: "stage" }, workspace);
let people = [];

function draw() {
  if (!store.ready) return;
  speak(person(store.me).locale);
  settle();
  markSeen();
  drawBar();
  drawSidebar();
  drawChannel();
  drawThread();
  drawModal();
  workspace.dataset.pane = here.list ? "list" : here.thread ? "thread" : "channel";
  stage.classList.toggle("phone", here.phone);
  document.title = `${store.team} · ${say("Playground")}`;
}

function drawBar() {
  place(bar, [
    el("span", { class: "bar-name" }, say("Playground")),
    el("span", { class: "bar-people", role: "radiogroup", "aria-label": say("You are") }, el("span", { class: "bar-you" }, say("You are")), people.map(personButton)),
    el("button", { type: "button", class: `bar-phone${here.phone ? " on" : ""}`, "aria-pressed": here.phone ? "true" : "false", onclick: togglePhone }, icon("phone", 18), el("span", {}, say("Phone"))),
  ]);
}

function personButton({ id, name }) {
  const current = id === store.me;
  const title = person(id).title;
  return el(
    "button",
    { type: "button", role: "radio", "aria-checked": current ? "true" : "false", "aria-label": name, class: `bar-person${current ? " on" : ""}`, title: title ? `${name} · ${title}` : name, onclick: () => be(id) },
    avatar(id, "small"),
    el("span", { class: "bar-who" }, el("b", {}, name), title ? el("small", {}, title) : null),
  );
}

function togglePhone() {
  here.phone = !here.phone;
  tell();
}

function be(id) {
  if (id === store.me) return;
  closeMenus();
  sessionStorage.setItem("me", id);
  here.edited = null;
  follow(id);
}

function beginOnce() {
  if (!store.ready || store.began === store.me) return;
  store.began = store.me;
  beginSeen();
}

async function begin() {
  document.body.append(bar, stage);
  readAddress();
  addEventListener("hashchange", () => { readAddress(); tell(); });
  document.addEventListener("click", followInside);
  watch(beginOnce);
  watch(draw);
  people = await (await fetch("/page/people")).json();
  const kept = sessionStorage.getItem("me");
  follow(people.some((one) => one.id === kept) ? kept : people[0].id);
}

// A link to a message of this workspace opens it here.
function followInside(event) {
  const link = event.target.closest("a[href*='/archives/']");
  if (link && openMessage(link.href)) event.preventDefault();
}

begin();
