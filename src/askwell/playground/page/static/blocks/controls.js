// What can be chosen or typed: each tells its new value, in the form that the server takes.

import { el, icon } from "../dom.js";
import { menu } from "../menu.js";
import { channelName, store } from "../store.js";
import { say } from "../words.js";
import { plain, text } from "./text.js";

const options = (part) => part.options ?? part.option_groups.flatMap((group) => group.options);
const named = (list) => list.map(([value, label]) => ({ value, label }));
const OFFERED = {
  static_select: (part) => options(part).map((o) => ({ value: o.value, label: plain(o.text), description: plain(o.description) })),
  users_select: () => named([...store.people.values()].map((one) => [one.id, one.name])),
  channels_select: () => named([...store.channels.values()].filter((c) => c.kind !== "im").map((c) => [c.id, `#${c.name}`])),
  conversations_select: () => named([...store.channels.values()].map((c) => [c.id, channelName(c)])),
};
OFFERED.external_select = () => [];

export function initial(part) {
  if (part.initial_options) return part.initial_options.map((one) => one.value);
  const found = part.initial_option?.value ?? part.initial_value ?? part.initial_date ?? part.initial_time;
  const other = part.initial_user ?? part.initial_channel ?? part.initial_conversation ?? part.initial_date_time;
  return found ?? other ?? part.initial_users ?? (several(part) ? [] : null);
}

const several = (part) => part.type === "checkboxes" || part.type.startsWith("multi_");

function single(part, value, change) {
  const offered = OFFERED[part.type](part);
  const shown = el("span", { class: "select-text" });
  const show = (chosen) => {
    const found = offered.find((one) => one.value === chosen);
    shown.textContent = found?.label ?? (plain(part.placeholder) || say("Select an option"));
    shown.classList.toggle("placeholder", !found);
  };
  let now = value;
  const choose = (one) => () => {
    now = one.value;
    show(now);
    change(now);
  };
  const open = () => menu(node, offered.map((one) => ({ ...one, chosen: one.value === now, run: choose(one) })), plain(part.placeholder));
  const node = el("button", { type: "button", class: "select", "aria-haspopup": "menu", onclick: open }, shown, icon("down", 16));
  show(value);
  return node;
}

function boxes(part, value, change, type) {
  const offered = type === "list" ? OFFERED[part.type.replace("multi_", "")](part) : null;
  const list = offered ?? part.options.map((o) => ({ value: o.value, node: text(o.text), description: o.description && text(o.description) }));
  const chosen = new Set(type === "radio" ? [value] : value);
  const group = `g${Math.random()}`;
  const toggle = (one) => (event) => {
    if (type === "radio") return change(one.value);
    chosen[event.target.checked ? "add" : "delete"](one.value);
    return change(list.map((o) => o.value).filter((v) => chosen.has(v)));
  };
  return el(
    "div",
    { class: "choices", role: type === "radio" ? "radiogroup" : "group" },
    list.map((one) => el(
      "label",
      { class: "choice" },
      el("input", { type: type === "radio" ? "radio" : "checkbox", name: group, checked: chosen.has(one.value), onchange: toggle(one) }),
      el("span", {}, one.node ?? one.label, one.description ? el("small", {}, one.description) : null),
    )),
  );
}

function typed(part, value, change, type) {
  const props = {
    class: "field",
    placeholder: plain(part.placeholder),
    value: value ?? "",
    oninput: (event) => change(event.target.value || null),
  };
  if (part.max_length) props.maxLength = part.max_length;
  if (part.multiline) return el("textarea", { ...props, rows: 4 });
  return el("input", { ...props, type });
}

function moment(part, value, change) {
  const at = value ? new Date(value * 1000 - new Date().getTimezoneOffset() * 60_000) : null;
  const told = (said) => change(said ? Math.round(new Date(said).getTime() / 1000) : null);
  return typed(part, at?.toISOString().slice(0, 16), told, "datetime-local");
}

const CONTROLS = {
  radio_buttons: (p, v, c) => boxes(p, v, c, "radio"),
  checkboxes: (p, v, c) => boxes(p, v, c, "checkbox"),
  plain_text_input: (p, v, c) => typed(p, v, c, "text"),
  email_text_input: (p, v, c) => typed(p, v, c, "email"),
  url_text_input: (p, v, c) => typed(p, v, c, "url"),
  number_input: (p, v, c) => typed(p, v, c, "text"),
  datepicker: (p, v, c) => typed(p, v, c, "date"),
  timepicker: (p, v, c) => typed(p, v, c, "time"),
  datetimepicker: moment,
};

export function control(part, value, change) {
  if (OFFERED[part.type]) return single(part, value, change);
  if (part.type.startsWith("multi_")) return boxes(part, value, change, "list");
  return CONTROLS[part.type](part, value, change);
}
