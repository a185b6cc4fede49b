// Token ids at a model's door, with their padding: on the left, on the right, by a mask or by lengths, all become rows padded on the right.
import { cast, ConfigError, cumsum, type Device, eq, gather, sum, Tensor, tensor } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { hostRows, idRows, lengthColumn, maskRows, type Row, type Rows } from "./inputs.ts";
import { type Padding, paddingOf, placesFrom } from "./padding.ts";

/** How rows of different lengths are given. */
export interface PaddingOptions {
  /** of each row how many tokens count, from its beginning: numbers from 1 to l, or an i32 tensor [b], whose numbers are not checked. The rest is padding. */
  readonly lengths?: Row | Tensor;
  /**
   * of the ids' shape: 1 for tokens that count, without a gap and at least one of each row, 0 for padding before or behind them. Of a tensor this is not checked.
   * Not together with `lengths`.
   */
  readonly attentionMask?: Rows;
}

/** Rows that begin at their first token. */
export interface ReadRows {
  /** i32 [b, l] */
  readonly ids: Tensor;
  /** absent where every token counts */
  readonly padding?: Padding;
  /** i32 [b], how much padding was before a row's first token; absent where none was */
  readonly shift?: Tensor | undefined;
  /** no row has more tokens */
  readonly length: number;
  /** the tokens of each row, where they are known to the host */
  readonly tokens?: readonly (readonly number[])[] | undefined;
}

/** From where to where the tokens of a row count. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

/** @throws ConfigError, ShapeError, DTypeError for ids, lengths or a mask that do not fit */
export function readRows(ids: Rows, options: PaddingOptions, config: Mamba2Config, device: Device): ReadRows {
  const { lengths, attentionMask } = options;
  const read = idRows("ids", ids, config, device);
  const [b, l] = read.shape as [number, number];
  const tokens = hostRows(ids);
  if (lengths === undefined && attentionMask === undefined) return { ids: read, length: l, tokens };
  if (lengths !== undefined && attentionMask !== undefined)
    throw new ConfigError("forward: lengths and attentionMask must not be given together; got both.", {
      field: "attentionMask",
    });
  const given = lengths === undefined ? maskRows(attentionMask!, read, device) : lengthColumn(lengths, b, l, device);
  const extents =
    lengths === undefined
      ? hostRows(attentionMask!)?.map(extentOf)
      : lengths instanceof Tensor
        ? undefined
        : Array.from(lengths, (to) => ({ from: 0, to }));
  if (!extents)
    return lengths === undefined ? masked(read, given) : { ids: read, padding: paddingOf(given, l), length: l };
  const counts = extents.map(({ from, to }) => to - from);
  const own = tokens?.map((row, r) => row.slice(extents[r]!.from, extents[r]!.to));
  if (counts.every((count) => count === l)) return { ids: read, length: l, tokens: own };
  const padding = paddingOf(tensor(Int32Array.from(counts), { device }), l);
  const rest = { padding, length: Math.max(...counts), tokens: own };
  if (extents.every(({ from }) => from === 0)) return { ids: read, ...rest };
  const shift = tensor(
    Int32Array.from(extents, ({ from }) => from),
    { device },
  );
  return { ids: gather(read, 1, placesFrom(shift, l)), shift, ...rest };
}

/** By a mask that the host does not know. */
function masked(read: Tensor, mask: Tensor): ReadRows {
  const l = read.shape[1]!;
  const ones = cast(mask, "f32");
  const shift = cast(sum(cast(eq(cumsum(ones, 1), 0), "f32"), 1), "i32"); // the zeros before the first one
  const padding = paddingOf(cast(sum(ones, 1), "i32"), l);
  return { ids: gather(read, 1, placesFrom(shift, l)), padding, shift, length: l };
}

function extentOf(mask: readonly number[], row: number): Extent {
  const [from, to] = [mask.indexOf(1), mask.lastIndexOf(1) + 1];
  if (from >= 0 && !mask.slice(from, to).includes(0)) return { from, to };
  throw new ConfigError(
    `attentionMask: each row must have its ones together, at least one; got ${from < 0 ? "none" : "a gap"} in row ${row}.`,
    { field: "attentionMask", got: mask },
  );
}
