// One message: who, when, what, and what can be done with it.

import { act } from "./act.js";
import { avatar } from "./avatar.js";
import { blocks } from "./blocks/index.js";
import { files } from "./blocks/files.js";
import { mrkdwn } from "./blocks/text.js";
import { el, icon } from "./dom.js";
import { emoji, QUICK } from "./emoji.js";
import { confirmed, menu } from "./menu.js";
import { go, here } from "./place.js";
import { person, store, tell } from "./store.js";
import { fullTime, say, time } from "./words.js";

const TOGETHER = 300; // seconds within which messages of one person stand together

export function follows(message, previous) {
  if (!previous || previous.user !== message.user || message.is_ephemeral || previous.is_ephemeral) return false;
  if (previous.subtype === "tombstone" || message.subtype === "tombstone") return false;
  return Number(message.ts) - Number(previous.ts) < TOGETHER && !person(message.user).is_bot;
}

export function messageNode(message, { compact, replies, inThread }) {
  if (message.subtype === "tombstone") return tombstone(message, replies, inThread);
  const kind = `message${compact ? " compact" : ""}${message.is_ephemeral ? " ephemeral" : ""}`;
  return el(
    "article",
    { class: kind, dataset: { ts: message.ts }, tabIndex: -1 },
    compact ? el("time", { class: "side-time" }, time(message.ts)) : avatar(message.user),
    el(
      "div",
      { class: "message-main" },
      message.is_ephemeral ? el("div", { class: "ephemeral-note" }, icon("eye", 14), say("Only visible to you")) : null,
      compact ? null : headline(message),
      here.edited === message.ts ? editor(message) : body(message),
      reactions(message),
      !inThread && replies.length ? replyBar(message, replies) : null,
    ),
    toolbar(message, inThread),
  );
}

function headline(message) {
  const who = person(message.user);
  return el(
    "header",
    { class: "message-head" },
    el("b", {}, message.username ?? who.name),
    who.is_bot ? el("span", { class: "badge" }, say("APP")) : null,
    el("time", { title: fullTime(message.ts) }, time(message.ts)),
  );
}

function body(message) {
  const shown = message.blocks?.length ? blocks(message.blocks, { message }) : mrkdwn(message.text);
  const edited = message.edited && message.user === message.edited.user && !person(message.user).is_bot;
  return el(
    "div",
    { class: "message-body" },
    shown,
    edited ? el("span", { class: "edited" }, say("(edited)")) : null,
    message.is_streaming && message.blocks.at(-1)?.type === "markdown" ? el("span", { class: "cursor", "aria-hidden": "true" }) : null,
    files(message.files),
  );
}

function tombstone(message, replies, inThread) {
  const text = say("This message was deleted.");
  return el(
    "article",
    { class: "message tombstone", dataset: { ts: message.ts } },
    el("span", { class: "avatar gone" }, icon("trash", 18)),
    el("div", { class: "message-main" }, el("div", { class: "muted" }, text), !inThread && replies.length ? replyBar(message, replies) : null),
  );
}

function replyBar(message, replies) {
  const users = [...new Set(replies.map((reply) => reply.user))].slice(0, 5);
  const count = say(replies.length === 1 ? "{n} reply" : "{n} replies", { n: replies.length });
  return el(
    "button",
    { type: "button", class: "reply-bar", onclick: () => go(message.channel, { thread: message.ts }) },
    users.map((user) => avatar(user, "small")),
    el("span", { class: "reply-count" }, count),
    el("span", { class: "reply-last muted" }, say("Last reply {time}", { time: time(replies.at(-1).ts) })),
    el("span", { class: "reply-open muted" }, say("View thread")),
  );
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map((one) => {
      const mine = one.users.includes(store.me) ? " mine" : "";
      const names = one.users.map((user) => person(user).name).join(", ");
      return el("button", { type: "button", class: `reaction${mine}`, title: `${names} :${one.name}:`, onclick: () => react(message, one.name) }, emoji(one.name), el("span", {}, String(one.count)));
    }),
  );
}

const react = (message, name) => act("reacts", { channel: message.channel, ts: message.ts, name });

function toolbar(message, inThread) {
  if (message.is_ephemeral) return null;
  const root = message.thread_ts ?? message.ts;
  const button = (title, content, run) => el("button", { type: "button", class: "icon-button", title, "aria-label": title, onclick: run }, content);
  return el(
    "div",
    { class: "toolbar", role: "toolbar" },
    Object.entries(QUICK).map(([name, drawn]) => button(`:${name}:`, icon(drawn, 18), () => react(message, name))),
    inThread ? null : button(say("Reply in thread"), icon("reply", 18), () => go(message.channel, { thread: root })),
    button(say("More actions"), icon("more", 18), (event) => menu(event.currentTarget, more(message), say("More actions"))),
  );
}

function more(message) {
  const place = { channel: message.channel, ts: message.ts };
  const shortcuts = store.app.shortcuts.filter((one) => one.type === "message").map((one) => ({
    label: one.label,
    description: person(store.app.bot).name,
    icon: "bolt",
    run: () => act("shortcut", { id: one.id, ...place }),
  }));
  const reply = { label: say("Reply in thread"), icon: "reply", run: () => go(message.channel, { thread: message.thread_ts ?? message.ts }) };
  if (message.user !== store.me) return [reply, ...shortcuts];
  return [
    reply,
    ...shortcuts,
    { label: say("Edit message"), icon: "send", run: () => edit(message.ts) },
    { label: say("Delete message"), icon: "trash", danger: true, run: () => remove(place) },
  ];
}

function edit(ts) {
  here.edited = ts;
  tell();
}

async function remove(place) {
  const words = (text) => ({ type: "plain_text", text: say(text) });
  const asked = { title: words("Delete message"), text: words("Delete this message?"), confirm: words("Delete message"), deny: words("Cancel"), style: "danger" };
  if (await confirmed(asked)) await act("deletes", place);
}

function editor(message) {
  const field = el("textarea", { class: "field", rows: 2, value: message.text, "aria-label": say("Edit message") });
  const save = async () => {
    const done = await act("edits", { channel: message.channel, ts: message.ts, text: field.value });
    if (done.ok) edit(null);
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") edit(null);
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); save(); }
  });
  queueMicrotask(() => field.focus());
  return el(
    "div",
    { class: "editor" },
    field,
    el("div", { class: "editor-foot" }, el("button", { type: "button", class: "button", onclick: () => edit(null) }, say("Cancel")), el("button", { type: "button", class: "button primary", onclick: save }, say("Save"))),
  );
}
