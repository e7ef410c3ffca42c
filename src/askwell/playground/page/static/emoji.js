// The names of emoji that apps and people use most; an unknown name stays as it was typed.

const NAMES = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", white_check_mark: "✅", eyes: "👀",
  raised_hands: "🙌", tada: "🎉", heart: "❤️", smile: "😄", joy: "😂", pray: "🙏", fire: "🔥",
  rocket: "🚀", warning: "⚠️", x: "❌", heavy_check_mark: "✔️", bar_chart: "📊",
  chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", lock: "🔒", bulb: "💡",
  hourglass_flowing_sand: "⏳", mag: "🔍", memo: "📝", page_facing_up: "📄", calendar: "📅",
  clock3: "🕒", wave: "👋", thinking_face: "🤔", point_right: "👉", star: "⭐", sparkles: "✨",
  question: "❓", exclamation: "❗", information_source: "ℹ️", no_entry: "⛔", robot_face: "🤖",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", large_blue_circle: "🔵",
};

// Reactions that are one click away, and the icons for them.
export const QUICK = { white_check_mark: "check", eyes: "eye", "+1": "up" };

export function emoji(name) {
  return NAMES[name] ?? `:${name}:`;
}

export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => NAMES[name] ?? whole);
}
