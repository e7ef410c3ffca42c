// What people do, sent to the server; what went wrong is said in a corner for a while.

import { el } from "./dom.js";
import { store } from "./store.js";
import { say } from "./words.js";

const SHOWN = 5000; // milliseconds

export async function act(verb, given) {
  const done = await post(verb, given);
  if (!done.ok) toast(complaint(done));
  return done;
}

async function post(verb, given) {
  try {
    const response = await fetch(`/page/do/${verb}?as=${encodeURIComponent(store.me)}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    return response.ok ? await response.json() : { ok: false, error: String(response.status) };
  } catch {
    return { ok: false, error: "offline" };
  }
}

function complaint(done) {
  if (done.error === "not_delivered") return say("The app did not answer in time. Please try again.");
  return `${say("That did not work.")} (${done.error})`;
}

export function toast(text) {
  const shown = el("div", { class: "toast", role: "alert" }, text);
  document.body.append(shown);
  setTimeout(() => shown.remove(), SHOWN);
}

export const fileUrl = (id) => `/page/files/${encodeURIComponent(id)}?as=${encodeURIComponent(store.me)}`;
