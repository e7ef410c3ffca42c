// mrkdwn and plain text.

import { el } from "../dom.js";
import { emoji, withEmoji } from "../emoji.js";
import { person, store } from "../store.js";

export function anchor(href, ...label) {
  if (!/^(https?:|mailto:)/i.test(href)) return el("span", {}, ...label);
  const inside = href.startsWith(`${location.origin}/archives/`);
  const target = inside ? {} : { target: "_blank", rel: "noopener noreferrer" };
  return el("a", { href, class: "link", ...target }, ...label);
}

export function mention(id) {
  const mine = id === store.me ? " mention-me" : "";
  return el("span", { class: `mention${mine}` }, `@${person(id).name}`);
}

export function channelLink(id, name) {
  const found = store.channels?.get(id);
  return el("a", { class: "mention", href: `#${id}` }, `#${found?.name ?? name ?? id}`);
}

export function plain(object) {
  const text = object?.text ?? "";
  return object?.emoji === false ? text : withEmoji(text);
}

export function text(object) {
  if (!object) return "";
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plain(object);
}

const unescaped = (said) =>
  said.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

// A line of quotes, or a code block, or text.
export function mrkdwn(said) {
  const parts = said.split(/```\n?([\s\S]*?)```/);
  return parts.map((part, i) =>
    i % 2 ? el("pre", { class: "pre" }, unescaped(part)) : quoted(part),
  );
}

function quoted(said) {
  const groups = [];
  for (const line of said.split("\n")) {
    const quote = line.startsWith("&gt;") || line.startsWith(">");
    const last = groups.at(-1);
    const shown = quote ? line.replace(/^(&gt;|>) ?/, "") : line;
    if (last && last.quote === quote) last.lines.push(shown);
    else groups.push({ quote, lines: [shown] });
  }
  return groups.map(({ quote, lines }) => {
    const shown = lines.flatMap((line, i) => [...(i ? [el("br")] : []), ...inline(line)]);
    return quote ? el("blockquote", { class: "quote" }, shown) : shown;
  });
}

const INLINE =
  /<([^>\s][^>]*)>|`([^`\n]+)`|(?<![\p{L}\p{N}])([*_~])(?=\S)(.+?)(?<=\S)\3(?![\p{L}\p{N}])|:([a-z0-9_+-]+):/gu;
const STYLES = { "*": "b", _: "i", "~": "s" };

export function inline(said) {
  const found = [];
  let at = 0;
  for (const match of said.matchAll(INLINE)) {
    found.push(unescaped(said.slice(at, match.index)), styled(match));
    at = match.index + match[0].length;
  }
  return [...found, unescaped(said.slice(at))];
}

function styled([whole, angle, code, mark, inner, name]) {
  if (angle) return reference(angle, whole);
  if (code) return el("code", { class: "code" }, unescaped(code));
  if (mark) return el(STYLES[mark], {}, inline(inner));
  return emoji(name);
}

function reference(angle, whole) {
  const [target, label] = angle.split("|");
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (/^!(here|channel|everyone)/.test(target)) {
    return el("span", { class: "mention mention-me" }, `@${target.slice(1)}`);
  }
  if (target.startsWith("!")) return label ?? unescaped(whole);
  return anchor(unescaped(target), unescaped(label ?? target));
}
