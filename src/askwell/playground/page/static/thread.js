// The thread beside the channel.

import { act } from "./act.js";
import { composer } from "./composer.js";
import { el, icon, place } from "./dom.js";
import { messageList } from "./list.js";
import { go, here } from "./place.js";
import { channelName, isProcessing, status, store, thread } from "./store.js";
import { say } from "./words.js";

const head = el("header", { class: "pane-head" });
const list = messageList({ inThread: true });
const input = composer({
  target: () => ({ channel: here.channel, thread: here.thread }),
  placeholder: () => say("Reply…"),
  stop: {
    shown: () => isProcessing(here.channel, here.thread),
    run: () => act("stops", { channel: here.channel, ts: here.thread }),
  },
});
export const threadPane = el("section", { class: "pane thread-pane" }, head, el("div", { class: "pane-body" }, list.node, input.node));

export function drawThread() {
  threadPane.hidden = !here.thread;
  if (!here.thread) return;
  const channel = store.channels.get(here.channel);
  const leave = () => go(here.channel);
  const button = (name, title, kind) => el("button", { type: "button", class: `icon-button ${kind}`, title: say(title), "aria-label": say(title), onclick: leave }, icon(name));
  const where = channel.kind === "im" ? channelName(channel) : `#${channel.name}`;
  place(head, [button("back", "Back", "back"), el("h1", {}, say("Thread")), el("span", { class: "muted pane-note" }, where), button("close", "Close", "leave")]);
  list.draw(`${store.me}/${here.channel}/${here.thread}`, thread(here.channel, here.thread), null, status(here.channel, here.thread));
  input.draw();
}
