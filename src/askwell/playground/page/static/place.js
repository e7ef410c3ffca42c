// Where one is: a channel, a thread in it, a tab of the app. It stands in the address.

import { act } from "./act.js";
import { store, tell } from "./store.js";

export const here = { channel: null, thread: null, tab: "messages", list: false, phone: false, edited: null };
const seen = new Map(); // "person/channel" -> newest ts

export function readAddress() {
  const [channel, thread, tab] = location.hash.slice(1).split("/");
  Object.assign(here, { channel: channel || null, thread: thread || null, tab: tab || "messages" });
  here.list = !channel;
}

export function go(channel, { thread = null, tab = "messages" } = {}) {
  Object.assign(here, { channel, thread, tab, list: false, edited: null });
  location.hash = [channel, thread ?? "", tab === "home" ? tab : ""].join("/").replace(/\/+$/, "");
  tell();
}

// Open a message of this workspace by its permalink; tell whether it was one.
export function openMessage(href) {
  const link = new URL(href);
  const found = link.pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/);
  if (!found || link.origin !== location.origin) return false;
  const [, channel, seconds, rest] = found;
  go(channel, { thread: link.searchParams.get("thread_ts") ?? `${seconds}.${rest}` });
  return true;
}

export function showList() {
  here.list = true;
  tell();
}

export function openApp(tab) {
  go(store.app.direct, { tab });
  return act("opens_app", { tab });
}

export async function openDirect(user) {
  const done = await act("direct", { user });
  if (done.ok) go(done.channel);
}

// Where one may not be (any more), one is taken to the first channel.
export function settle() {
  if (!store.ready || store.channels.has(here.channel)) return;
  const first = [...store.channels.values()].find((channel) => channel.kind !== "im");
  Object.assign(here, { channel: (first ?? [...store.channels.values()][0])?.id ?? null, thread: null, tab: "messages" });
}

const newest = (channel) => [...(store.messages.get(channel)?.keys() ?? [])].sort().at(-1) ?? "";

export function markSeen() {
  if (here.channel && !here.list) seen.set(`${store.me}/${here.channel}`, newest(here.channel));
}

export function beginSeen() {
  for (const channel of store.channels.keys()) {
    const key = `${store.me}/${channel}`;
    if (!seen.has(key)) seen.set(key, newest(channel));
  }
}

export function unread(channel) {
  return newest(channel) > (seen.get(`${store.me}/${channel}`) ?? "");
}
