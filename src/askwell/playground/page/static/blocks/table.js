// The plain `table` block, and the cells that both table blocks share.

import { el } from "../dom.js";
import { richPlain, richText } from "./rich_text.js";

export function cell(content) {
  if (content.type === "rich_text") return richText(content);
  return content.text;
}

export function cellText(content) {
  return content.type === "rich_text" ? richPlain(content) : content.text;
}

export const isNumber = (content) => content.type === "raw_number";

export function table(block) {
  const settings = block.column_settings ?? [];
  const row = (name) => (cells) =>
    el(
      "tr",
      {},
      cells.map((content, i) => {
        const align = settings[i]?.align ?? (isNumber(content) ? "right" : "left");
        const wrapped = settings[i]?.is_wrapped ? " wrapped" : "";
        return el(name, { class: `align-${align}${wrapped}` }, cell(content));
      }),
    );
  const [head, ...body] = block.rows;
  return el(
    "div",
    { class: "table-frame" },
    el(
      "div",
      { class: "scroll-x" },
      el("table", { class: "table" }, el("thead", {}, row("th")(head)), el("tbody", {}, body.map(row("td")))),
    ),
  );
}
