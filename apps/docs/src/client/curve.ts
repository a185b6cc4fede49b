// A curve of points (x, y) as SVG, with its last value and the ends of its axes.

const [width, height, margin] = [640, 150, { top: 14, right: 64, bottom: 20, left: 8 }] as const;
const space = "http://www.w3.org/2000/svg";

function make(name: string, attributes: Readonly<Record<string, string | number>>, text?: string): SVGElement {
  const made = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** The curve of points whose x grow. */
export function curve(points: readonly (readonly [x: number, y: number])[]): SVGElement {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const x = (value: number): number =>
    margin.left + ((value - left) / (right - left || 1)) * (width - margin.left - margin.right);
  const y = (value: number): number =>
    height - margin.bottom - ((value - low) / (high - low || 1)) * (height - margin.top - margin.bottom);
  const [lastX, lastY] = points.at(-1)!;
  const svg = make("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": `A curve from ${short(ys[0]!)} to ${short(lastY)}`,
  });
  const base = height - margin.bottom;
  svg.append(
    make("line", { x1: margin.left, x2: width - margin.right, y1: base, y2: base, class: "axis" }),
    make("polyline", { points: points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" ") }),
    make("circle", { cx: x(lastX), cy: y(lastY), r: 3.5 }),
    make("text", { x: x(lastX) + 8, y: y(lastY) + 4, class: "value" }, short(lastY)),
    make("text", { x: margin.left, y: height - 5 }, short(left)),
    make("text", { x: width - margin.right, y: height - 5, "text-anchor": "end" }, short(right)),
  );
  return svg;
}
