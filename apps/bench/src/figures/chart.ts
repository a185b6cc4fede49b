// Line charts and bars as SVG files that read on light and dark paper, on the site and on any page that shows the file.

/** Middle tones: at least 3 to 1 against white and against near-black. */
export const inks = ["#3f7fdb", "#d0682b", "#2f9e5b", "#9a63d6", "#c2417f"] as const;
const quiet = "#7a828e";
const font = `font-family="system-ui, sans-serif"`;

/** A line of a chart. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A chart with a logarithmic y axis, and optionally a logarithmic (base 2) x axis. */
export interface Chart {
  readonly title: string;
  readonly x: string;
  readonly xTicks: readonly number[];
  readonly logX?: boolean;
  readonly lines: readonly Line[];
}

const size = { width: 450, height: 330, left: 52, right: 118, top: 40, bottom: 46 };

export function text(x: number, y: number, words: string, more = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${quiet}" font-size="12" ${font} ${more}>${words}</text>`;
}

/** Labels that do not touch: moved down, in order, to at least 14 apart. */
function apart(places: readonly { readonly y: number; readonly at: number }[]): number[] {
  const moved: number[] = [];
  let last = -Infinity;
  for (const { y, at } of [...places].sort((a, b) => a.y - b.y)) moved[at] = last = Math.max(y, last + 14);
  return moved;
}

function panel({ title, x, xTicks, logX = false, lines }: Chart, offset: number): string {
  const { width, height, left, right, top, bottom } = size;
  const all = lines.flatMap(({ points }) => points);
  const decade = (value: number): number => Math.log10(value);
  const [low, high] = [
    Math.floor(decade(Math.min(...all.map(([, y]) => y)))),
    Math.ceil(decade(Math.max(...all.map(([, y]) => y)))),
  ];
  const place = (value: number): number => (logX ? Math.log2(value) : value);
  const [first, final] = [place(Math.min(...all.map(([a]) => a))), place(Math.max(...all.map(([a]) => a)))];
  const px = (value: number): number => left + ((place(value) - first) / (final - first)) * (width - left - right);
  const py = (value: number): number =>
    height - bottom - ((decade(value) - low) / (high - low)) * (height - top - bottom);
  const grid = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).map(
    (value) =>
      `<line x1="${left}" x2="${width - right}" y1="${py(value).toFixed(1)}" y2="${py(value).toFixed(1)}" stroke="${quiet}" stroke-opacity="0.3"/>${text(left - 8, py(value) + 4, String(value), 'text-anchor="end"')}`,
  );
  const labels = apart(lines.map(({ points }, at) => ({ y: py(points.at(-1)![1]), at })));
  const drawn = lines.map(({ name, points }, at) => {
    const path = points.map(([a, b]) => `${px(a).toFixed(1)},${py(b).toFixed(1)}`).join(" ");
    const dash = at % 2 === 1 ? ' stroke-dasharray="6 3"' : "";
    return `<polyline points="${path}" fill="none" stroke="${inks[at]}" stroke-width="2.4" stroke-linejoin="round"${dash}/><text x="${width - right + 8}" y="${(labels[at]! + 4).toFixed(1)}" fill="${inks[at]}" font-size="12" font-weight="600" ${font}>${name}</text>`;
  });
  const ticks = xTicks.map((value) => text(px(value), height - bottom + 18, String(value), 'text-anchor="middle"'));
  const heading = text(left, 20, title, 'font-weight="600"').replace('font-size="12"', 'font-size="13.5"');
  const axis = text((left + width - right) / 2, height - 8, x, 'text-anchor="middle"');
  return `<g transform="translate(${offset} 0)">${heading}${grid.join("")}${ticks.join("")}${axis}${drawn.join("")}</g>`;
}

/** Charts side by side. */
export function charts(panels: readonly Chart[], label: string): string {
  const width = size.width * panels.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${size.height}" width="${width}" height="${size.height}" role="img" aria-label="${label}">
${panels.map((one, at) => panel(one, at * size.width)).join("\n")}
</svg>
`;
}

/** A bar of {@link bars}. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** in words, behind the bar */
  readonly says: string;
}

/** Horizontal bars on a logarithmic axis that begins at 1: how many times. */
export function bars(list: readonly Bar[], title: string): string {
  const [row, left, width, top] = [26, 250, 880, 44];
  const most = Math.log2(Math.max(...list.map(({ value }) => value)));
  const length = (value: number): number => (Math.log2(Math.max(value, 1)) / most) * (width - left - 190);
  const rows = list.map(({ name, value, says }, at) => {
    const y = top + at * row;
    const ink = value >= 1 ? inks[0] : inks[1];
    return `${text(left - 10, y + 13, name, 'text-anchor="end"')}<rect x="${left}" y="${y}" width="${Math.max(2, length(value)).toFixed(1)}" height="18" rx="3" fill="${ink}"/>${text(left + length(value) + 8, y + 13, says)}`;
  });
  const height = top + list.length * row + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
${text(14, 22, title, 'font-weight="600"').replace('font-size="12"', 'font-size="13.5"')}
${rows.join("\n")}
</svg>
`;
}
