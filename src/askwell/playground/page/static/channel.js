// The middle: a channel's messages, or the app's Home tab.

import { avatar } from "./avatar.js";
import { composer } from "./composer.js";
import { el, icon, place } from "./dom.js";
import { drawHome, home } from "./home.js";
import { messageList } from "./list.js";
import { here, openApp, showList } from "./place.js";
import { channelName, other, person, posts, status, store } from "./store.js";
import { say } from "./words.js";

const head = el("header", { class: "pane-head" });
const tabs = el("div", { class: "tabs", role: "tablist" });
const list = messageList({ inThread: false });
const prompts = el("div", { class: "prompts" });
const input = composer({
  target: () => ({ channel: here.channel, thread: null }),
  placeholder: () => say("Message {name}", { name: title(store.channels.get(here.channel)) }),
  stop: { shown: () => false, run: () => {} },
});
const messages = el("div", { class: "pane-body" }, list.node, prompts, input.node);
export const channelPane = el("main", { class: "pane channel-pane" }, head, tabs, messages, home);

const title = (channel) => (channel.kind === "im" ? channelName(channel) : `#${channel.name}`);

export function drawChannel() {
  const channel = store.channels.get(here.channel);
  if (!channel) return;
  const isApp = channel.id === store.app.direct;
  const onHome = isApp && here.tab === "home";
  place(head, heading(channel));
  place(tabs, isApp ? ["home", "messages"].filter((tab) => store.app[`${tab}_tab`]).map(tabButton) : []);
  tabs.hidden = !isApp;
  messages.hidden = onHome;
  home.hidden = !onHome;
  if (onHome) drawHome();
  list.draw(`${store.me}/${channel.id}`, posts(channel.id), beginning(channel), working(channel));
  place(prompts, isApp ? suggested(channel) : []);
  input.draw();
}

function heading(channel) {
  const back = el("button", { type: "button", class: "icon-button back", title: say("Back"), onclick: showList }, icon("back"));
  const mark = channel.kind === "im" ? avatar(other(channel), "small") : icon(channel.kind === "private" ? "lock" : "hash", 18);
  const bot = channel.id === store.app.direct ? el("span", { class: "badge" }, say("APP")) : null;
  const who = channel.kind === "im" ? person(other(channel)).title : say("{n} members", { n: channel.members.length });
  return [back, el("h1", {}, mark, channelName(channel)), bot, el("span", { class: "muted pane-note" }, who)];
}

function tabButton(tab) {
  const current = here.tab === tab;
  const label = say(tab === "home" ? "Home" : "Messages");
  return el("button", { type: "button", role: "tab", "aria-selected": current ? "true" : "false", class: `tab${current ? " current" : ""}`, onclick: () => openApp(tab) }, label);
}

function beginning(channel) {
  return el("div", { class: "beginning" }, say("This is the very beginning of {name}.", { name: title(channel) }));
}

// A status of the newest post stands in the channel only where its thread is not open.
function working(channel) {
  if (channel.kind !== "im" || here.thread) return null;
  const last = posts(channel.id).at(-1);
  return last ? status(channel.id, last.ts) : null;
}

function suggested(channel) {
  const found = store.prompts[channel.id];
  if (!found) return [];
  const ask = (prompt) => () => input.post(prompt.message);
  return [
    found.title ? el("div", { class: "muted" }, found.title) : null,
    ...found.prompts.map((prompt) => el("button", { type: "button", class: "prompt", title: prompt.message, onclick: ask(prompt) }, prompt.title)),
  ];
}
