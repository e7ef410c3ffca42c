// What is clicked in messages and views: it goes to the app at once.

import { act } from "../act.js";
import { el, icon } from "../dom.js";
import { confirmed, menu } from "../menu.js";
import { openMessage } from "../place.js";
import { say } from "../words.js";
import { control, initial } from "./controls.js";
import { plain } from "./text.js";

export const target = (where) =>
  where.view ? { view: where.view.id } : { channel: where.message.channel, ts: where.message.ts };

function sender(part, block, where) {
  const place = { block: block.block_id, action: part.action_id };
  return (value) => act("uses", { ...target(where), ...place, value });
}

export function element(part, block, where) {
  const send = sender(part, block, where);
  if (DRAWN[part.type]) return DRAWN[part.type](part, send, where);
  const before = where.view?.state?.values?.[block.block_id]?.[part.action_id];
  return control(part, kept(before) ?? initial(part), ask(part, send));
}

// What was chosen before, out of a view's state.
export function kept(state) {
  if (!state) return undefined;
  if ("selected_option" in state) return state.selected_option?.value;
  if ("selected_options" in state) return state.selected_options.map((one) => one.value);
  return Object.entries(state).find(([key]) => key !== "type")?.[1];
}

const ask = (part, send) => async (value) => ((await confirmed(part.confirm)) ? send(value) : null);

async function busy(node, work) {
  node.classList.add("busy");
  await work();
  node.classList.remove("busy");
}

const DRAWN = {
  button(part, send) {
    const press = () => busy(node, async () => {
      if (!(await confirmed(part.confirm))) return;
      if (part.url && /^https?:/i.test(part.url) && !openMessage(part.url)) open(part.url, "_blank", "noopener");
      await send();
    });
    const props = { type: "button", class: `button ${part.style ?? ""}`, onclick: press, title: part.accessibility_label };
    const node = el("button", props, plain(part.text));
    return node;
  },
  icon_button(part, send) {
    const press = () => busy(node, () => ask(part, send)());
    const node = el("button", { type: "button", class: "icon-button", title: plain(part.text), onclick: press }, icon("trash", 18));
    return node;
  },
  feedback_buttons(part, send) {
    const side = (one, name) => {
      const press = () => {
        node.querySelectorAll("button").forEach((button) => button.classList.toggle("chosen", button === pressed));
        send(one.value);
      };
      const label = one.accessibility_label ?? plain(one.text);
      const pressed = el("button", { type: "button", class: "feedback", title: label, "aria-label": label, onclick: press }, icon(name, 18), words(plain(one.text)));
      return pressed;
    };
    const node = el("span", { class: "feedback-pair" }, side(part.positive_button, "up"), side(part.negative_button, "thumb_down"));
    return node;
  },
  overflow(part, send) {
    const items = part.options.map((one) => ({ label: plain(one.text), description: plain(one.description), run: () => ask(part, send)(one.value) }));
    const node = el("button", { type: "button", class: "button overflow", title: say("More actions"), "aria-haspopup": "menu", onclick: () => menu(node, items) }, icon("dots", 18));
    return node;
  },
};

// A thumb is drawn beside it already.
const words = (label) => label.replaceAll(/[👍👎]\u{FE0F}?/gu, "").trim();
