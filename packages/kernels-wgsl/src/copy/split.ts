// Cutting rows into consecutive parts, each a dense result of its own, all by one dispatch.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, type LinearConfig, linearConfig, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";

/** With x, as many storage buffers as any device binds. */
const MOST_PARTS = 7;

type Part = `y${0 | 1 | 2 | 3 | 4 | 5 | 6}`;
type End = `end${0 | 1 | 2 | 3 | 4 | 5 | 6}`;

export interface CopySplitConfig extends LinearConfig {
  /** Words per load. */
  readonly vec: 1 | 4;
  readonly parts: number;
  /** The part before which columns of x are left out, `u.gap` of them. */
  readonly gap?: number;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/**
 * Word `column` of every row goes to the part whose end is the first beyond it; README §3. `pitch` counts the words of
 * a row that are copied.
 */
export const copySplitKernel: Kernel<"x" | Part, "count" | "pitch" | "gap" | End, CopySplitConfig> = defineKernel({
  name: "copy_split",
  uniforms: {
    count: "u32",
    pitch: "u32",
    gap: "u32",
    end0: "u32",
    end1: "u32",
    end2: "u32",
    end3: "u32",
    end4: "u32",
    end5: "u32",
    end6: "u32",
  },
  bindings: ({ vec, parts }) => {
    const type = vec === 4 ? "vec4<u32>" : "u32";
    return { x: `read ${type}`, ...Object.fromEntries(range(parts).map((i) => [`y${i}`, `read_write ${type}`])) };
  },
  wgsl: ({ parts, gap, ...linear }) => {
    const source = (i: number): string =>
      gap === undefined ? "index" : `index + row * u.gap${i >= gap ? " + u.gap" : ""}`;
    const branches = range(parts).map((i) => {
      const start = i === 0 ? "0u" : `u.end${i - 1}`;
      return `if (column < u.end${i}) {\n    y${i}[row * (u.end${i} - ${start}) + column - ${start}] = x[${source(i)}];\n  }`;
    });
    return linearMain(
      linear,
      `  if (index >= u.count) { return; }
  let row = index / u.pitch;
  let column = index % u.pitch;
  ${branches.join(" else ")}`,
    );
  },
});

/** Rows to cut; sizes in 4-byte words. */
export interface CopySplitSpec {
  readonly rows: number;
  /** words per row of each part */
  readonly columns: readonly number[];
  /** `words` of every row are left out, in front of part `before`, which may be the one behind the last */
  readonly gap?: { readonly before: number; readonly words: number };
}

/**
 * Cuts the rows of `x`, [rows, Σ columns (+ gap)], into `y0` [rows, columns₀], `y1`, …
 *
 * @returns a program over `x` and the parts; undefined for more than 7 parts or an empty one
 */
export function split({ rows, columns, gap }: CopySplitSpec, caps: Caps = baseCaps): Program | undefined {
  if (columns.length > MOST_PARTS || columns.some((size) => size === 0)) return undefined;
  const vec = [...columns, gap?.words ?? 0].every((size) => size % 4 === 0) ? 4 : 1;
  let end = 0;
  const ends = columns.map((size) => (end += size / vec));
  const count = rows * end;
  if (count === 0) return { temps: {}, dispatches: [] };
  const linear = linearConfig(caps);
  const endAt = (i: number): number => ends[i] ?? end;
  return {
    temps: {},
    dispatches: [
      dispatch(copySplitKernel, {
        config: { vec, parts: columns.length, ...(gap && { gap: gap.before }), ...linear },
        buffers: { x: "x", ...Object.fromEntries(columns.map((_, i) => [`y${i}`, `y${i}`])) },
        uniforms: {
          count,
          pitch: end,
          gap: (gap?.words ?? 0) / vec,
          end0: endAt(0),
          end1: endAt(1),
          end2: endAt(2),
          end3: endAt(3),
          end4: endAt(4),
          end5: endAt(5),
          end6: endAt(6),
        },
        workgroups: grid1d(count, linear, caps),
      }),
    ],
  };
}
