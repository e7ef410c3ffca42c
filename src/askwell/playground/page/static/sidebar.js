// The list of channels, people and the app.

import { avatar } from "./avatar.js";
import { el, icon, place } from "./dom.js";
import { go, here, openApp, openDirect, unread } from "./place.js";
import { other, person, store } from "./store.js";
import { say } from "./words.js";

const list = el("nav", { class: "sidebar-list" });
const name = el("div", { class: "sidebar-head" });
export const sidebar = el("aside", { class: "sidebar" }, name, list);

export function drawSidebar() {
  name.textContent = store.team;
  const channels = [...store.channels.values()];
  place(list, [
    heading("Channels"),
    ...channels.filter((c) => c.kind !== "im").map(channelRow),
    heading("Direct messages"),
    ...people().map(personRow),
    heading("Apps"),
    appRow(),
  ]);
}

const heading = (text) => el("div", { class: "sidebar-heading" }, say(text));

function row(mark, label, { current, bold, run, extra }) {
  const style = `${current ? " current" : ""}${bold && !current ? " unread" : ""}`;
  return el("button", { type: "button", class: `sidebar-row${style}`, onclick: run, "aria-current": current ? "page" : null }, mark, el("span", { class: "sidebar-name" }, label), extra);
}

function channelRow(channel) {
  const mark = el("span", { class: "sidebar-mark" }, icon(channel.kind === "private" ? "lock" : "hash", 17));
  return row(mark, channel.name, { current: here.channel === channel.id, bold: unread(channel.id), run: () => go(channel.id) });
}

const people = () => [...store.people.values()].filter((one) => !one.is_bot).sort((a, b) => (b.id === store.me) - (a.id === store.me));

function personRow(one) {
  const direct = [...store.channels.values()].find((c) => c.kind === "im" && other(c) === one.id);
  const me = one.id === store.me ? el("span", { class: "sidebar-you" }, say("you")) : null;
  return row(avatar(one.id, "tiny"), one.name, {
    current: Boolean(direct) && here.channel === direct.id,
    bold: direct && unread(direct.id),
    run: () => (direct ? go(direct.id) : openDirect(one.id)),
    extra: me,
  });
}

function appRow() {
  const { bot, direct, home_tab } = store.app;
  return row(avatar(bot, "tiny"), person(bot).name, {
    current: here.channel === direct,
    bold: unread(direct),
    run: () => openApp(home_tab && !unread(direct) && !store.messages.get(direct)?.size ? "home" : "messages"),
    extra: el("span", { class: "badge" }, say("APP")),
  });
}
