// Steps of a streaming message.

import { el, icon } from "../dom.js";
import { anchor } from "./text.js";
import { richText } from "./rich_text.js";

const MARKS = {
  pending: () => el("span", { class: "task-dot" }),
  in_progress: () => spinner(),
  complete: () => el("span", { class: "task-done" }, icon("check", 12)),
  error: () => el("span", { class: "task-failed" }, icon("cross", 12)),
};

export function spinner() {
  const node = el("span", { class: "spinner", role: "progressbar" });
  // Drawn anew with each step, it goes on turning where it was.
  node.style.animationDelay = `-${Math.round(performance.now() % 900)}ms`;
  return node;
}

export function taskCard(block) {
  return el(
    "div",
    { class: `task task-${block.status}`, dataset: { task: block.task_id } },
    MARKS[block.status](),
    el(
      "div",
      { class: "task-text" },
      el("div", { class: "task-title" }, block.title),
      block.details ? el("div", { class: "task-details" }, richText(block.details)) : null,
      block.output ? el("div", { class: "task-details" }, richText(block.output)) : null,
      block.sources ? el("div", { class: "task-sources" }, block.sources.map((s) => anchor(s.url, s.text))) : null,
    ),
  );
}

export function plan(block) {
  const tasks = block.tasks ?? [];
  const working = tasks.some((task) => ["in_progress", "pending"].includes(task.status));
  return el(
    "details",
    { class: "plan", open: true },
    el("summary", {}, working ? spinner() : MARKS.complete(), el("b", {}, block.title), icon("down", 16)),
    el("div", { class: "plan-tasks" }, tasks.map(taskCard)),
  );
}
