// Every block by its type. `where` says what it stands in, for what is clicked in it.

import { el } from "../dom.js";
import { say } from "../words.js";
import { chart } from "./chart.js";
import { dataTable } from "./data_table.js";
import { element } from "./elements.js";
import { picture } from "./files.js";
import { input } from "./inputs.js";
import { markdown } from "./markdown.js";
import { richText } from "./rich_text.js";
import { table } from "./table.js";
import { plan, taskCard } from "./tasks.js";
import { plain, text } from "./text.js";

const BLOCKS = {
  header: (b) => el("h3", { class: "block-header" }, plain(b.text)),
  section: (b, where) =>
    el(
      "div",
      { class: "section" },
      el(
        "div",
        { class: "section-body" },
        b.text ? el("div", {}, text(b.text)) : null,
        b.fields ? el("div", { class: "fields" }, b.fields.map((f) => el("div", {}, text(f)))) : null,
      ),
      b.accessory ? el("div", { class: "accessory" }, inside(b.accessory, b, where)) : null,
    ),
  rich_text: (b) => richText(b),
  markdown: (b) => markdown(b),
  divider: () => el("hr", { class: "divider" }),
  context: (b, where) => el("div", { class: "context" }, b.elements.map((e) => small(e, b, where))),
  actions: (b, where) => el("div", { class: "actions" }, b.elements.map((e) => inside(e, b, where))),
  context_actions: (b, where) =>
    el("div", { class: "context-actions" }, b.elements.map((e) => inside(e, b, where))),
  image: (b) => picture(b),
  table: (b) => table(b),
  data_table: (b) => dataTable(b),
  data_visualization: (b) => chart(b),
  task_card: (b) => taskCard(b),
  plan: (b) => plan(b),
  input: (b, where) => input(b, where),
  alert: (b) => el("div", { class: `alert alert-${b.level ?? "default"}`, role: "note" }, text(b.text)),
  card: (b, where) =>
    el(
      "div",
      { class: "card" },
      b.title ? el("b", {}, text(b.title)) : null,
      b.subtitle ? el("div", { class: "muted" }, text(b.subtitle)) : null,
      b.body ? el("div", {}, text(b.body)) : null,
      b.actions ? el("div", { class: "actions" }, b.actions.map((e) => inside(e, b, where))) : null,
    ),
  carousel: (b, where) => el("div", { class: "carousel" }, blocks(b.elements, where)),
  container: (b, where) =>
    el("div", { class: "card" }, el("b", {}, plain(b.title)), blocks(b.child_blocks, where)),
};

export function blocks(list, where) {
  return list.map((block) => {
    const drawn = BLOCKS[block.type]?.(block, where) ?? unknown(block);
    drawn.dataset.block = block.block_id ?? "";
    drawn.classList.add("block");
    return drawn;
  });
}

function inside(part, block, where) {
  return part.type === "image" ? picture({ ...part, small: true }) : element(part, block, where);
}

function small(part, block, where) {
  return part.type === "image" ? inside(part, block, where) : el("span", {}, text(part));
}

function unknown(block) {
  return el("div", { class: "muted" }, `${say("That did not work.")} (${block.type})`);
}
