// The `markdown` block: what models write, read line by line.

import { el } from "../dom.js";
import { withEmoji } from "../emoji.js";
import { anchor } from "./text.js";

const INLINE =
  /`([^`\n]+)`|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*(?=\S)([^*]+?)\*|(?<!\w)_(?=\S)([^_]+?)_(?!\w)|\[([^\]]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>)]+)/g;

export function markdown(block) {
  const lines = block.text.split("\n");
  const found = [];
  while (lines.length) found.push(...next(lines));
  return el("div", { class: "markdown" }, found);
}

function next(lines) {
  const line = lines[0];
  const heading = line.match(/^(#{1,6})\s+(.*)/);
  if (!line.trim()) return lines.shift() === undefined ? [] : [];
  if (heading) return [el(`h${heading[1].length}`, {}, inline(lines.shift() && heading[2]))];
  if (/^(-{3,}|\*{3,})\s*$/.test(line)) return lines.shift() && [el("hr")];
  if (line.startsWith("```")) return [fence(lines)];
  if (/^>\s?/.test(line)) return [quote(lines)];
  if (/^\s*([-*+]|\d+[.)])\s+/.test(line)) return [list(lines)];
  if (isTable(lines)) return [table(lines)];
  return [paragraph(lines)];
}

function taken(lines, fits) {
  const found = [];
  while (lines.length && fits(lines[0])) found.push(lines.shift());
  return found;
}

function fence(lines) {
  lines.shift();
  const code = taken(lines, (line) => !line.startsWith("```"));
  lines.shift();
  return el("pre", { class: "pre" }, code.join("\n"));
}

function quote(lines) {
  const said = taken(lines, (line) => /^>\s?/.test(line)).map((line) => line.replace(/^>\s?/, ""));
  return el("blockquote", { class: "quote" }, broken(said));
}

function list(lines) {
  const ordered = /^\s*\d/.test(lines[0]);
  const items = taken(lines, (line) => /^\s*([-*+]|\d+[.)])\s+/.test(line));
  const shown = items.map((item) => {
    const deep = item.match(/^\s*/)[0].length >= 2 ? "deep" : undefined;
    return el("li", { class: deep }, inline(item.replace(/^\s*([-*+]|\d+[.)])\s+/, "")));
  });
  return el(ordered ? "ol" : "ul", { class: "rich-list" }, shown);
}

const isTable = (lines) => lines[0].includes("|") && /^\s*\|?[\s:|-]+\|[\s:|-]*$/.test(lines[1] ?? "");

function table(lines) {
  const rows = taken(lines, (line) => line.includes("|")).map((line) =>
    line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim()),
  );
  const [head, , ...body] = rows;
  const row = (name) => (cells) => el("tr", {}, cells.map((cell) => el(name, {}, inline(cell))));
  return el(
    "div",
    { class: "scroll-x" },
    el("table", { class: "table" }, el("thead", {}, row("th")(head)), el("tbody", {}, body.map(row("td")))),
  );
}

function paragraph(lines) {
  const said = [lines.shift()];
  said.push(...taken(lines, (line) => line.trim() && !/^(#{1,6}\s|```|>|\s*([-*+]|\d+[.)])\s)/.test(line)));
  return el("p", {}, broken(said));
}

const broken = (lines) => lines.flatMap((line, i) => [i ? el("br") : null, ...inline(line)]);

export function inline(said) {
  const found = [];
  let at = 0;
  for (const match of said.matchAll(INLINE)) {
    found.push(withEmoji(said.slice(at, match.index)), styled(match));
    at = match.index + match[0].length;
  }
  return [...found, withEmoji(said.slice(at))];
}

function styled([, code, bold, bold2, strike, italic, italic2, label, href, url]) {
  if (code) return el("code", { class: "code" }, code);
  if (bold || bold2) return el("b", {}, inline(bold || bold2));
  if (strike) return el("s", {}, inline(strike));
  if (italic || italic2) return el("i", {}, inline(italic || italic2));
  return href ? anchor(href, label) : anchor(url, url);
}
