// Elements are made here and nowhere else: text goes in as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

export function el(name, props = {}, ...children) {
  return filled(document.createElement(name), props, children);
}

export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return append(node, children);
}

function filled(node, props, children) {
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "dataset") Object.assign(node.dataset, value);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && typeof value !== "string") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  return append(node, children);
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

// Make the children of a node be these, keeping those that are there already.
export function place(node, children) {
  const wanted = children.filter(Boolean);
  const keep = new Set(wanted);
  for (const child of [...node.childNodes]) if (!keep.has(child)) child.remove();
  let at = node.firstChild;
  for (const child of wanted) {
    if (child === at) at = at.nextSibling;
    else node.insertBefore(child, at);
  }
}

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  reply: "M20 12a7 7 0 0 1-7 7H5l2-2.6A7 7 0 0 1 13 5a7 7 0 0 1 7 7zM9.5 10.5h7M9.5 13.5h4.5",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  dots: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  down: "M6 9.5l6 6 6-6",
  send: "M4 5l17 7-17 7 2.5-7zM6.5 12H13",
  stop: "M7 7h10v10H7z",
  up: "M7 11v9H4v-9zM7 11l4-7c1.6 0 2.6 1 2.3 2.6L12.8 10H18a2 2 0 0 1 2 2.3l-1 6A2 2 0 0 1 17 20H7",
  thumb_down: "M17 13V4h3v9zM17 13l-4 7c-1.6 0-2.6-1-2.3-2.6l.5-3.4H6a2 2 0 0 1-2-2.3l1-6A2 2 0 0 1 7 4h10",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
  check: "M5 12.5l4.5 4.5L19 7.5",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.7a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4z",
  phone: "M7.5 3h9A1.5 1.5 0 0 1 18 4.5v15a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 6 19.5v-15A1.5 1.5 0 0 1 7.5 3zM10.5 18h3",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  download: "M12 4v11M7.5 11L12 15.5 16.5 11M5 20h14",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  cross: "M7 7l10 10M17 7L7 17",
  sort: "M8 10l4-5 4 5M8 14l4 5 4-5",
  asc: "M8 13l4-5 4 5",
  desc: "M8 11l4 5 4-5",
  left: "M14.5 6l-6 6 6 6",
  right: "M9.5 6l6 6-6 6",
};

export function icon(name, size = 20) {
  const drawn = svg("path", { d: PATHS[name] });
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: `icon icon-${name}`, "aria-hidden": "true" },
    drawn,
  );
}
