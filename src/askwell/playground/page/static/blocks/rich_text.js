// rich_text: its texts are shown as they are.

import { el } from "../dom.js";
import { emoji } from "../emoji.js";
import { day, time } from "../words.js";
import { anchor, channelLink, mention } from "./text.js";

const PARTS = {
  rich_text_section: (part) => el("div", { class: "rich-section" }, part.elements.map(piece)),
  rich_text_preformatted: (part) => el("pre", { class: "pre" }, part.elements.map(piece)),
  rich_text_quote: (part) => el("blockquote", { class: "quote" }, part.elements.map(piece)),
  rich_text_list: (part) =>
    el(
      part.style === "ordered" ? "ol" : "ul",
      { class: `rich-list rich-indent-${part.indent ?? 0}`, start: part.offset ? part.offset + 1 : undefined },
      part.elements.map((item) => el("li", {}, item.elements.map(piece))),
    ),
};

export function richText(block) {
  return el("div", { class: "rich" }, block.elements.map((part) => PARTS[part.type]?.(part)));
}

const PIECES = {
  text: (p) => p.text,
  link: (p) => anchor(p.url, p.text || p.url),
  emoji: (p) => emoji(p.name),
  user: (p) => mention(p.user_id),
  channel: (p) => channelLink(p.channel_id),
  broadcast: (p) => el("span", { class: "mention mention-me" }, `@${p.range}`),
  usergroup: (p) => el("span", { class: "mention" }, `@${p.usergroup_id}`),
  color: (p) => p.value,
  date: (p) => p.fallback ?? `${day(p.timestamp)} ${time(p.timestamp)}`,
};
const STYLES = { bold: "b", italic: "i", strike: "s", underline: "u", highlight: "mark" };

function piece(part) {
  let shown = PIECES[part.type]?.(part) ?? "";
  if (part.style?.code) shown = el("code", { class: "code" }, shown);
  for (const [style, name] of Object.entries(STYLES)) {
    if (part.style?.[style]) shown = el(name, {}, shown);
  }
  return shown;
}

export function richPlain(block) {
  const pieces = (part) => (part.elements ? part.elements.map(pieces).join("") : (part.text ?? ""));
  return pieces(block);
}
