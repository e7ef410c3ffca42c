// A list of messages that stays at its end while one is there; what did not change is kept.

import { avatar } from "./avatar.js";
import { el, place } from "./dom.js";
import { follows, messageNode } from "./message.js";
import { here } from "./place.js";
import { person, store, thread } from "./store.js";
import { day, say } from "./words.js";

const NEAR = 80; // pixels from the end that count as the end
const TURN = 4000; // milliseconds a waiting word is shown

export function messageList({ inThread }) {
  const known = new Map(); // key -> {version, node}
  const inner = el("div", { class: "list-inner" });
  const node = el("div", { class: "list", role: "log", tabIndex: 0 }, inner);
  let shown = "";
  let stick = true;
  node.addEventListener("scroll", () => { stick = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR; });
  new ResizeObserver(() => { if (stick) node.scrollTop = node.scrollHeight; }).observe(inner);

  function draw(key, items, top, line) {
    if (key !== shown) {
      known.clear();
      shown = key;
      stick = true;
    }
    const nodes = [top];
    items.forEach((message, i) => {
      const previous = items[i - 1];
      if (!inThread && day(message.ts) !== (previous && day(previous.ts))) nodes.push(divider(message));
      nodes.push(drawn(message, previous));
      if (inThread && i === 0) nodes.push(count(items.length - 1));
    });
    place(inner, [...nodes, line ? statusLine(line) : null]);
    if (stick) node.scrollTop = node.scrollHeight;
  }

  function keep(key, version, make) {
    const found = known.get(key);
    if (found?.version === version) return found.node;
    const made = make();
    known.set(key, { version, node: made });
    return made;
  }

  function drawn(message, previous) {
    const replies = inThread ? [] : thread(message.channel, message.ts).slice(1);
    const compact = follows(message, previous);
    const edited = here.edited === message.ts;
    const version = [message.version, compact, edited, replies.length, replies.at(-1)?.ts].join();
    return keep(message.ts, version, () => messageNode(message, { compact, replies, inThread }));
  }

  const divider = (message) =>
    keep(`day ${day(message.ts)}`, "", () => el("div", { class: "day" }, el("span", {}, day(message.ts))));

  function count(n) {
    if (!n) return null;
    const text = say(n === 1 ? "{n} reply" : "{n} replies", { n });
    return keep("count", text, () => el("div", { class: "count" }, el("span", {}, text)));
  }

  function statusLine(found) {
    const words = [found.text, ...found.loading];
    return keep("status", JSON.stringify(words), () => {
      const text = el("span", {}, words[0]);
      let at = 0;
      const turn = setInterval(() => {
        if (!text.isConnected && at) return clearInterval(turn);
        at = (at + 1) % words.length;
        text.textContent = words[at];
      }, TURN);
      const who = person(store.app.bot).name;
      return el("div", { class: "status", role: "status" }, avatar(store.app.bot, "small"), el("b", {}, who), text, el("span", { class: "status-dots" }, el("i"), el("i"), el("i")));
    });
  }

  return { node, draw };
}
