// Experiments of any kernel as a landscape: two of their axes, and for each pair of values the best of what was tried there.
import { digits, time } from "../core/format.ts";
import { speedOf, type TuningRace } from "../core/tuning.ts";

type Value = number | string;
type Tried = TuningRace["tried"][number];

/** Which axes are drawn, and what is held on the others; those not held stand for their best. */
export interface LandscapeView {
  readonly rows: number;
  readonly columns: number;
  readonly held: Readonly<Record<number, Value>>;
}

export interface Bar {
  readonly row: number;
  readonly column: number;
  /** in the landscape's unit; absent where nothing that was tried there has a time */
  readonly speed?: number;
  readonly race: TuningRace;
  /** the best, or one that failed */
  readonly best: Tried;
  readonly tried: number;
  readonly failed: number;
  /** whether the experiment's built-in choice, and the one to take, are among what was tried here */
  readonly builtIn: boolean;
  readonly chosen: boolean;
}

export interface Landscape {
  readonly title: string;
  readonly unit: string;
  /** names of the axes */
  readonly rowName: string;
  readonly columnName: string;
  readonly rows: readonly Value[];
  readonly columns: readonly Value[];
  readonly bars: readonly Bar[];
  readonly most: number;
}

export const emptyLandscape: Landscape = {
  title: "",
  unit: "",
  rowName: "",
  columnName: "",
  rows: [],
  columns: [],
  bars: [],
  most: 0,
};

/** The values that were tried on an axis, in order. */
export function valuesOf(races: readonly TuningRace[], axis: number): Value[] {
  const values = [...new Set(races.flatMap(({ tried }) => tried.map(({ place }) => place[axis]!)))];
  return values.sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : 0));
}

/** Draws experiments of one landscape together. */
export function landscapeOf(races: readonly TuningRace[], { rows, columns, held }: LandscapeView): Landscape {
  const [first] = races;
  if (!first) return emptyLandscape;
  const all = races.flatMap((race) =>
    race.tried
      .map((one, i) => ({ race, one, builtIn: i === 0, chosen: i === race.chosen }))
      .filter(({ one }) => Object.entries(held).every(([axis, value]) => one.place[Number(axis)] === value)),
  );
  const [rowValues, columnValues] = [valuesOf(races, rows), valuesOf(races, columns)];
  const bars = rowValues.flatMap((rowValue, row) =>
    columnValues.flatMap((columnValue, column): Bar[] => {
      const here = all.filter(({ one }) => one.place[rows] === rowValue && one.place[columns] === columnValue);
      const [best] = here.toSorted((a, b) => (a.one.elapsedNs ?? Infinity) - (b.one.elapsedNs ?? Infinity));
      if (!best) return [];
      const { elapsedNs } = best.one;
      return [
        {
          row,
          column,
          ...(elapsedNs !== undefined && { speed: speedOf(best.race.work, elapsedNs) }),
          race: best.race,
          best: best.one,
          tried: here.length,
          failed: here.filter(({ one }) => one.failure !== undefined).length,
          builtIn: here.some((one) => one.builtIn),
          chosen: here.some((one) => one.chosen),
        },
      ];
    }),
  );
  return {
    title: `${first.family}: ${first.landscape}`,
    unit: first.work.unit,
    rowName: axisName(first, rows),
    columnName: axisName(first, columns),
    rows: rowValues,
    columns: columnValues,
    bars,
    most: Math.max(0, ...bars.map(({ speed = 0 }) => speed)),
  };
}

/** An axis with its unit. */
export function axisName({ axes }: TuningRace, axis: number): string {
  const { name, unit } = axes[axis]!;
  return unit === undefined ? name : `${name} (${unit})`;
}

/** One line about a bar. */
export function describeBar({ race, best, speed, tried, failed, builtIn, chosen }: Bar): string {
  const place = race.axes
    .map((axis, i) => `${axis.name} ${best.place[i]}${axis.unit ? ` ${axis.unit}` : ""}`)
    .join(", ");
  const result =
    speed === undefined
      ? `no time: ${best.failure ?? "not timed"}`
      : `${digits(speed)} ${race.work.unit}, ${time(best.elapsedNs!)}`;
  const of = tried > 1 ? `; best of ${tried}${failed > 0 ? `, ${failed} failed` : ""}` : "";
  const marks = [chosen && "fastest", builtIn && "built in"].filter(Boolean).join(", ");
  return `${race.name}: ${result}; ${place}${of}${marks && ` (${marks})`}`;
}

/** The signs over a bar, explained below the canvas. */
export const marksOf = ({ builtIn, chosen }: Bar): string => `${chosen ? "★" : ""}${builtIn ? "○" : ""}`;
