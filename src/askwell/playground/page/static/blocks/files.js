// Pictures and files.

import { fileUrl } from "../act.js";
import { el, icon } from "../dom.js";
import { say } from "../words.js";
import { plain } from "./text.js";

const PICTURES = new Set(["png", "jpg", "jpeg", "gif"]);
const KINDS = { csv: "CSV", xlsx: "Excel", sql: "SQL", txt: "TXT", pdf: "PDF" };

export function picture(block) {
  const id = block.slack_file?.id;
  const shown = id
    ? el("img", { class: "picture", src: fileUrl(id), alt: block.alt_text })
    : el("div", { class: "picture-missing" }, icon("file"), block.alt_text);
  if (block.small) return el("span", { class: "picture-small" }, shown);
  const title = block.title ? el("div", { class: "muted" }, plain(block.title)) : null;
  return el("figure", { class: "picture-block" }, title, shown);
}

export function files(list) {
  return list.length ? el("div", { class: "files" }, list.map(file)) : null;
}

function file(one) {
  const kind = one.filetype.toLowerCase();
  if (PICTURES.has(kind)) {
    const name = el("div", { class: "muted" }, one.title);
    return el("figure", { class: "picture-block" }, name, el("img", { class: "picture", src: fileUrl(one.id), alt: one.alt_txt ?? one.title }));
  }
  return el(
    "a",
    { class: "file", href: fileUrl(one.id), download: one.name, title: say("Download") },
    el("span", { class: `file-kind file-${kind}` }, icon("file", 22)),
    el(
      "span",
      { class: "file-text" },
      el("b", {}, one.title || one.name),
      el("span", { class: "muted" }, `${KINDS[kind] ?? kind.toUpperCase()} · ${size(one.size)}`),
    ),
    el("span", { class: "file-get" }, icon("download", 18)),
  );
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
