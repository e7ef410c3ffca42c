// `data_table`: sorted, searched and paged by whoever reads it.

import { el, icon, place } from "../dom.js";
import { say } from "../words.js";
import { cell, cellText, isNumber } from "./table.js";

const PAGE = 10;

export function dataTable(block) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? PAGE;
  const numeric = head.map((_, i) => rows.every((row) => isNumber(row[i])));
  const named = block.row_header_column_index ?? 0; // as Slack has it where none is given
  const state = { column: -1, order: 0, page: 0, wanted: "" };
  const body = el("tbody");
  const pager = el("div", { class: "pager" });
  const change = (news) => {
    Object.assign(state, { page: 0 }, news);
    draw();
  };
  const heads = head.map((content, i) => heading(content, i, numeric[i] && i !== named, state, change));

  function draw() {
    const found = sorted(searched(rows, state.wanted), state, numeric);
    const pages = Math.max(1, Math.ceil(found.length / size));
    const first = state.page * size;
    place(body, found.slice(first, first + size).map((row) => line(row, named, numeric)));
    if (!found.length) body.append(nothing(head.length));
    heads.forEach((one, i) => one.mark(i === state.column ? state.order : 0));
    place(pager, pages > 1 ? paging(found.length, first, size, state.page, pages, change) : []);
  }

  draw();
  return el(
    "div",
    { class: "table-frame data-table" },
    el("div", { class: "table-top" }, el("b", {}, block.caption), rows.length > size ? search(change) : null),
    el(
      "div",
      { class: "scroll-x" },
      el("table", { class: "table", "aria-label": block.caption }, el("thead", {}, el("tr", {}, heads.map((one) => one.node))), body),
    ),
    pager,
  );
}

function heading(content, column, isNumeric, state, change) {
  const mark = el("span", { class: "sort-mark" });
  const next = () => {
    const order = state.column === column ? { 1: -1, [-1]: 0, 0: 1 }[state.order] : 1;
    change({ column: order ? column : -1, order });
  };
  const name = cellText(content);
  const button = el("button", { class: "sort", type: "button", title: say("Sort by {name}", { name }), onclick: next }, el("span", {}, name), mark);
  const node = el("th", { class: isNumeric ? "align-right" : "align-left", scope: "col" }, button);
  return {
    node,
    mark(order) {
      node.setAttribute("aria-sort", { 1: "ascending", [-1]: "descending", 0: "none" }[order]);
      place(mark, [icon({ 1: "asc", [-1]: "desc", 0: "sort" }[order], 14)]);
    },
  };
}

function line(row, named, numeric) {
  return el(
    "tr",
    {},
    row.map((content, i) =>
      el(
        i === named ? "th" : "td",
        { class: i !== named && (numeric[i] || isNumber(content)) ? "align-right" : "align-left", scope: i === named ? "row" : undefined },
        cell(content),
      ),
    ),
  );
}

const nothing = (columns) => el("tr", {}, el("td", { colSpan: columns, class: "muted" }, say("No results")));

function searched(rows, wanted) {
  const low = wanted.trim().toLowerCase();
  if (!low) return rows;
  return rows.filter((row) => row.some((content) => cellText(content).toLowerCase().includes(low)));
}

function sorted(rows, { column, order }, numeric) {
  if (column < 0 || !order) return rows;
  const key = numeric[column] ? (row) => row[column].value : (row) => cellText(row[column]);
  const compare = numeric[column]
    ? (a, b) => key(a) - key(b)
    : (a, b) => key(a).localeCompare(key(b), undefined, { numeric: true });
  return [...rows].sort((a, b) => order * compare(a, b));
}

function search(change) {
  const typed = (event) => change({ wanted: event.target.value });
  return el("label", { class: "table-search" }, icon("search", 15), el("input", { type: "search", placeholder: say("Search"), oninput: typed }));
}

function paging(all, first, size, page, pages, change) {
  const to = Math.min(all, first + size);
  const go = (name, label, target) =>
    el("button", { type: "button", class: "icon-button", title: say(label), disabled: target < 0 || target >= pages, onclick: () => change({ page: target }) }, icon(name, 18));
  return [
    el("span", { class: "muted" }, say("{from}–{to} of {all}", { from: first + 1, to, all })),
    go("left", "Previous page", page - 1),
    go("right", "Next page", page + 1),
  ];
}
