// Where one types: names are completed after @, commands after /; Enter sends.

import { act } from "./act.js";
import { avatar } from "./avatar.js";
import { el, icon, place } from "./dom.js";
import { store } from "./store.js";
import { say } from "./words.js";

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// "@name" becomes the mention of whoever has the name; the longest name wins.
function mentioned(text, people) {
  const names = people.flatMap((one) => [[one.name, one.id], [one.handle, one.id]]);
  names.sort((a, b) => b[0].length - a[0].length);
  return text.replace(/@[^\s@]+(?: [^\s@]+)?/g, (typed) => {
    const found = names.find(([name]) => typed.slice(1).startsWith(name));
    return found ? `<@${found[1]}>${typed.slice(1 + found[0].length)}` : typed;
  });
}

export function composer({ target, placeholder, stop }) {
  const field = el("textarea", { class: "composer-field", rows: 1, oninput: typed, onkeydown: keys });
  const offers = el("div", { class: "offers", role: "listbox", hidden: true });
  const send = el("button", { type: "button", class: "send", title: say("Send"), "aria-label": say("Send"), onclick: submit }, icon("send", 18));
  const halt = el("button", { type: "button", class: "halt", hidden: true, onclick: () => stop.run() }, icon("stop", 16), el("span"));
  const node = el("div", { class: "composer" }, offers, el("div", { class: "composer-box" }, field, el("div", { class: "composer-foot" }, el("span", { class: "spacer" }), halt, send)));
  let offered = [];
  let chosen = 0;

  function typed() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 180)}px`;
    send.classList.toggle("ready", Boolean(field.value.trim()));
    offer();
  }

  function word() {
    const before = field.value.slice(0, field.selectionStart);
    return before.match(/(?:^|\s)(@[^\s@]*)$/)?.[1] ?? (/^\/\S*$/.test(before) ? before : null);
  }

  function offer() {
    const begun = word();
    offered = begun === null ? [] : begun.startsWith("@") ? people(begun.slice(1)) : commands(begun);
    chosen = 0;
    show();
  }

  function people(begun) {
    const low = begun.toLowerCase();
    const inside = target().channel ? store.channels.get(target().channel).members : [];
    return [...store.people.values()]
      .filter((one) => one.id !== store.me && inside.includes(one.id))
      .filter((one) => `${one.name} ${one.handle}`.toLowerCase().includes(low))
      .map((one) => ({ mark: avatar(one.id, "tiny"), label: one.name, note: one.is_bot ? say("APP") : one.title, insert: `@${one.name} ` }));
  }

  const commands = (begun) =>
    store.app.commands.filter((one) => one.name.startsWith(begun)).map((one) => ({ mark: icon("bolt", 16), label: one.name, note: one.label, insert: `${one.name} ` }));

  function show() {
    offers.hidden = !offered.length;
    place(offers, offered.map((one, i) => el(
      "button",
      { type: "button", role: "option", class: `offer${i === chosen ? " chosen" : ""}`, "aria-selected": i === chosen ? "true" : "false", onpointerdown: (event) => { event.preventDefault(); take(one); } },
      one.mark, el("b", {}, one.label), el("span", { class: "muted" }, one.note),
    )));
  }

  function take(one) {
    const at = field.selectionStart;
    const begun = word();
    field.setRangeText(one.insert, at - begun.length, at, "end");
    offered = [];
    show();
    typed();
  }

  function keys(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (offered.length && step) {
      event.preventDefault();
      chosen = (chosen + step + offered.length) % offered.length;
      show();
    } else if (offered.length && ["Enter", "Tab"].includes(event.key)) {
      event.preventDefault();
      take(offered[chosen]);
    } else if (event.key === "Escape" && offered.length) {
      offered = [];
      show();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  }

  async function submit() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    typed();
    const done = await post(text);
    if (!done.ok && !field.value) {
      field.value = text;
      typed();
    }
  }

  function post(text) {
    const { channel, thread } = target();
    if (text.startsWith("/") && store.app.commands.some((one) => one.name === text.split(/\s/)[0])) return act("runs", { channel, line: text });
    return act("says", { channel, thread, text: mentioned(escaped(text), [...store.people.values()]) });
  }

  function draw() {
    field.placeholder = placeholder();
    field.setAttribute("aria-label", placeholder());
    send.title = say("Send");
    halt.hidden = !stop.shown();
    halt.lastChild.textContent = say("Stop");
  }

  return { node, draw, focus: () => field.focus(), post };
}
