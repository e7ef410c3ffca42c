// Round numbers for an axis, and room for its labels.

const STEPS = 5;

export function scale(values, fromZero) {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (fromZero || low < 0 || low < high * 0.4) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (low === high) high = low + 1;
  const step = round((high - low) / STEPS);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => exact((first + i) * step));
  return { low: ticks[0], high: ticks.at(-1), ticks };
}

function round(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 2.5, 5, 10].find((one) => one * power >= raw * 0.999) * power;
}

const exact = (value) => Number(value.toPrecision(12));

// About how wide a label is, in pixels: Hangul and Han are wider than Latin letters.
export function textWidth(label) {
  return [...label].reduce((sum, c) => sum + (c.codePointAt(0) > 0x1100 ? 11.5 : 6.6), 0);
}

// Labels stand straight where they fit, else they lean; where even that is too dense, some go.
export function fitting(names, band) {
  const widest = Math.max(...names.map(textWidth));
  if (widest + 8 <= band) return { turned: false, every: 1, height: 24 };
  const every = Math.max(1, Math.ceil(17 / band));
  return { turned: true, every, height: 16 + widest * 0.62 };
}
