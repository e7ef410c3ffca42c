// `input` blocks of forms: what is filled in waits in `where.values` until it is submitted.

import { act } from "../act.js";
import { el } from "../dom.js";
import { say } from "../words.js";
import { control, initial } from "./controls.js";
import { kept, target } from "./elements.js";
import { plain } from "./text.js";

export function input(block, where) {
  const part = block.element;
  const before = where.view.state?.values?.[block.block_id]?.[part.action_id];
  if (!(block.block_id in where.values)) where.values[block.block_id] = kept(before) ?? initial(part);
  const change = (value) => {
    where.values[block.block_id] = value;
    if (block.dispatch_action) act("uses", { ...target(where), block: block.block_id, action: part.action_id, value });
  };
  const optional = block.optional ? el("span", { class: "muted" }, ` ${say("(optional)")}`) : null;
  const field = control(part, where.values[block.block_id], change);
  field.setAttribute("aria-label", plain(block.label));
  const error = where.errors[block.block_id];
  return el(
    "div",
    { class: `input${error ? " wrong" : ""}` },
    el("div", { class: "input-label" }, plain(block.label), optional),
    field,
    error ? el("div", { class: "input-error", role: "alert" }, say(error)) : null,
    block.hint ? el("div", { class: "input-hint" }, plain(block.hint)) : null,
  );
}
