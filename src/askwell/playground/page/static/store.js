// What this person may see, kept up to date by the server; `watch` is called after every change.

const watchers = new Set();
let line = null;

export const store = { me: null, ready: false };

export function watch(watcher) {
  watchers.add(watcher);
}

export function tell() {
  for (const watcher of watchers) watcher();
}

export function follow(user) {
  line?.close();
  Object.assign(store, { me: user, ready: false });
  line = new EventSource(`/page/changes?as=${encodeURIComponent(user)}`);
  line.onmessage = (event) => {
    take(JSON.parse(event.data));
    tell();
  };
}

const TAKES = {
  all(said) {
    Object.assign(store, said, { ready: true, messages: new Map() });
    store.people = new Map(said.people.map((person) => [person.id, person]));
    store.channels = new Map(said.channels.map((channel) => [channel.id, channel]));
    store.statuses = new Map();
    store.sessions = new Map();
    said.messages.forEach(keep);
    said.statuses.forEach(keepStatus);
    said.sessions.forEach(keepSession);
  },
  message: (said) => keep(said.message),
  deleted: (said) => store.messages.get(said.channel)?.delete(said.ts),
  status: (said) => keepStatus(said.status),
  session: (said) => keepSession(said.session),
  prompts: (said) => { store.prompts[said.channel] = said.prompts; },
  views: (said) => Object.assign(store, { modal: said.modal, home: said.home }),
};

function take(said) {
  TAKES[said.kind](said);
}

function keep(message) {
  message.version = JSON.stringify(message);
  if (!store.messages.has(message.channel)) store.messages.set(message.channel, new Map());
  store.messages.get(message.channel).set(message.ts, message);
}

function keepStatus(status) {
  const key = `${status.channel}/${status.thread}`;
  if (!status.text) store.statuses.delete(key);
  else store.statuses.set(key, { ...status, until: Date.now() + status.seconds * 1000 });
}

function keepSession(session) {
  store.sessions.set(`${session.channel}/${session.thread}`, session.status);
}

export function person(id) {
  return store.people?.get(id) ?? { id, name: id, handle: id, title: "", is_bot: false };
}

export function messages(channel) {
  const found = [...(store.messages?.get(channel)?.values() ?? [])];
  return found.sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

export const isReply = (message) => Boolean(message.thread_ts && message.thread_ts !== message.ts);

export function posts(channel) {
  return messages(channel).filter((message) => !isReply(message));
}

export function thread(channel, root) {
  return messages(channel).filter((message) => (message.thread_ts || message.ts) === root);
}

export function status(channel, root) {
  const found = store.statuses?.get(`${channel}/${root}`);
  return found && found.until > Date.now() ? found : null;
}

export function isProcessing(channel, root) {
  return Boolean(store.app?.can_stop && store.sessions.get(`${channel}/${root}`) === "processing");
}

export function channelName(channel) {
  if (channel.kind !== "im") return channel.name;
  return person(other(channel)).name;
}

export function other(channel) {
  return channel.members.find((member) => member !== store.me) ?? store.me;
}
