// A curve of losses in characters: each is a block of 2 × 4 dots of Braille, so a terminal of 80 columns shows some 140 points.

/** A measured loss. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

export interface PlotSize {
  /** characters, axis labels included */
  readonly width: number;
  readonly height: number;
}

/** Bits of a Braille character's dots, by column and row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BLANK = 0x2800;

/**
 * The curve from step 1 to the last: of several steps in one column the mean, between columns lines. The labels are the largest and the least of what is drawn, and the last step.
 * @returns lines without their ends; none before the first point
 */
export function plotLines(points: readonly LossPoint[], { width, height }: PlotSize): readonly string[] {
  const last = points.at(-1);
  if (!last) return [];
  const label = (loss: number): string => loss.toFixed(3).padStart(8);
  const columns = width - label(0).length - 2;
  const means = columnMeans(points, 2 * columns, last.step);
  const drawn = means.filter((mean) => mean !== undefined);
  const [least, most] = [Math.min(...drawn), Math.max(...drawn)];
  const rowOf = (loss: number): number =>
    most === least ? 0 : Math.round(((most - loss) / (most - least)) * (4 * height - 1));
  const cells = Array.from({ length: height }, () => new Uint8Array(columns));
  const dot = (x: number, y: number): void => {
    cells[y >> 2]![x >> 1]! |= DOTS[x % 2]![y % 4]!;
  };
  let before: number | undefined;
  for (const [x, mean] of means.entries()) {
    if (mean === undefined) continue;
    const y = rowOf(mean);
    const from = before === undefined ? y : before + Math.sign(y - before);
    for (let at = Math.min(from, y); at <= Math.max(from, y); at++) dot(x, at);
    before = y;
  }
  const rows = cells.map((row, i) => {
    const text = String.fromCodePoint(...Array.from(row, (bits) => BLANK + bits)).replaceAll(
      String.fromCodePoint(BLANK),
      " ",
    );
    const axis = i === 0 ? label(most) : i === height - 1 ? label(least) : "".padStart(8);
    return `${axis} │${text.trimEnd()}`;
  });
  return [...rows, `${"".padStart(8)} └${` step ${last.step}`.padStart(columns, "─")}`];
}

/** Means of the losses whose steps fall into each column. */
function columnMeans(points: readonly LossPoint[], columns: number, steps: number): readonly (number | undefined)[] {
  const sums = new Float64Array(columns);
  const counts = new Uint32Array(columns);
  for (const { step, loss } of points) {
    const column = Math.min(columns - 1, Math.floor(((step - 1) / Math.max(1, steps)) * columns));
    sums[column]! += loss;
    counts[column]!++;
  }
  return Array.from(sums, (sum, i) => (counts[i] === 0 ? undefined : sum / counts[i]!));
}

/** Losses of a run of any length in bounded memory: when there are too many, each two become one. */
export class LossCurve {
  readonly #most: number;
  #points: LossPoint[] = [];
  #together = 1;
  #sum = 0;
  #count = 0;

  constructor(most: number = 4096) {
    this.#most = most;
  }

  get points(): readonly LossPoint[] {
    return this.#points;
  }

  add({ step, loss }: LossPoint): void {
    this.#sum += loss;
    if (++this.#count < this.#together) return;
    this.#points.push({ step, loss: this.#sum / this.#count });
    [this.#sum, this.#count] = [0, 0];
    if (this.#points.length < this.#most) return;
    this.#points = this.#points.flatMap(({ step: last, loss: second }, i, all) =>
      i % 2 === 0 ? [] : [{ step: last, loss: (all[i - 1]!.loss + second) / 2 }],
    );
    this.#together *= 2;
  }
}
