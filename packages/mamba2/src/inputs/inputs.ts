// What a model's methods are given, checked at their door: token ids, targets, document numbers, states. One sentence says what must hold, rather than an op inside.
import { describeValue } from "@x/base";
import {
  ConfigError,
  type Device,
  DeviceError,
  DisposedError,
  DTypeError,
  sameShape,
  type Shape,
  ShapeError,
  showShape,
  Tensor,
  tensor,
} from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { dimensions } from "../config/dimensions.ts";
import { type LayerState, layerShapes, type StatePart } from "../state/layer-state.ts";
import { State } from "../state/state.ts";

/** Whole numbers of one sequence: token ids, or what belongs to each token. */
export type Row = readonly number[] | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** Rows of whole numbers: one sequence, several of one length, or a tensor [b, l] of i32. */
export type Rows = Tensor | Row | readonly Row[];

/** Where numbers go, and what they must be. */
interface NumberRule {
  readonly device: Device;
  readonly must: string;
  holds(value: number): boolean;
}

/** Token ids as an i32 tensor [b, l]. */
export function idRows(name: string, ids: Rows, config: Mamba2Config, device: Device): Tensor {
  return rowsTensor(name, ids, idRule(config, device));
}

/** Ids that came as numbers, row by row; undefined for a tensor. */
export function hostRows(ids: Rows): readonly (readonly number[])[] | undefined {
  if (ids instanceof Tensor) return undefined;
  return ((isRow(ids) ? [ids] : ids) as readonly Row[]).map((row) => Array.from(row));
}

/** Token ids [b], of one step. */
export function idColumn(ids: Tensor | Row, config: Mamba2Config, device: Device): Tensor {
  if (ids instanceof Tensor)
    return checkedTensor("ids", ids, device, "[b]", (shape) => shape.length === 1 && shape[0]! > 0);
  if (!isRow(ids)) throw noRows("ids", ids, "an array of whole numbers, one per sequence, or an i32 tensor [b]");
  if (ids.length === 0) throw new ConfigError("ids: must hold at least one token; got none.", { field: "ids" });
  return tensor(Int32Array.from(checked("ids", ids, idRule(config, device))), { device });
}

/** Targets as an i32 tensor of the ids' shape; `ignored` counts for nothing. */
export function targetRows(targets: Rows, ids: Tensor, config: Mamba2Config, device: Device, ignored: number): Tensor {
  const { paddedVocabSize } = dimensions(config);
  const rows = rowsTensor("targets", targets, {
    device,
    must: `whole numbers in [0, ${paddedVocabSize}), the vocabulary, or ${ignored}`,
    holds: (value) => Number.isInteger(value) && ((value >= 0 && value < paddedVocabSize) || value === ignored),
  });
  return sameRows("targets", rows, ids);
}

/** Document numbers as an i32 tensor of the ids' shape. */
export function documentRows(seqIdx: Rows, ids: Tensor, device: Device): Tensor {
  const rows = rowsTensor("seqIdx", seqIdx, {
    device,
    must: "whole numbers of 32 bits, −1 for padding",
    holds: (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  });
  return sameRows("seqIdx", rows, ids);
}

/** A mask of ones and zeros as an i32 tensor of the ids' shape. */
export function maskRows(mask: Rows, ids: Tensor, device: Device): Tensor {
  const holds = (value: number): boolean => value === 0 || value === 1;
  return sameRows("attentionMask", rowsTensor("attentionMask", mask, { device, must: "0 or 1", holds }), ids);
}

/** Lengths of `batch` rows of l tokens as an i32 tensor [b]. */
export function lengthColumn(lengths: Row | Tensor, batch: number, l: number, device: Device): Tensor {
  const must = `i32 [b] for b = ${batch} rows`;
  if (lengths instanceof Tensor)
    return checkedTensor("lengths", lengths, device, must, (shape) => sameShape(shape, [batch]));
  const rule: NumberRule = {
    device,
    must: `whole numbers from 1 to ${l}, the tokens of a row`,
    holds: (value) => Number.isInteger(value) && value >= 1 && value <= l,
  };
  if (!isRow(lengths)) throw noRows("lengths", lengths, "an array of whole numbers, one per row, or an i32 tensor [b]");
  if (lengths.length !== batch)
    throw new ConfigError(`lengths: must have one number per row, ${batch}; got ${lengths.length}.`, {
      field: "lengths",
      got: lengths.length,
    });
  return tensor(Int32Array.from(checked("lengths", lengths, rule)), { device });
}

/** Raises unless the layers are the states of `batch` sequences of a model with this configuration, and alive. */
export function checkStates(states: readonly LayerState[], config: Mamba2Config, batch: number, device: Device): void {
  checkLayerCount(states, config);
  for (const [layer, state] of states.entries()) {
    const wanted = layerShapes(config, layer, batch, state.keys?.shape[1] ?? 1);
    for (const [part, shape] of wanted) checkStatePart(state[part], part, layer, shape, device);
  }
}

function checkStatePart(
  value: Tensor | undefined,
  part: StatePart,
  layer: number,
  wanted: Shape,
  device: Device,
): void {
  if (value?.disposed)
    throw new DisposedError(
      `state: must not be used after it was disposed; its layer ${layer} was. Clone a state to use it longer.`,
      { op: "state" },
    );
  const [batch] = wanted;
  if (value && value.shape[0] !== batch && sameShape(value.shape.slice(1), wanted.slice(1))) {
    throw new ShapeError(
      `state: must be that of as many sequences as ids has, ${batch}; got that of ${value.shape[0]}.`,
      { op: "state", expected: batch, got: value.shape[0] },
    );
  }
  if (!value || !sameShape(value.shape, wanted)) {
    throw new ShapeError(
      `state: ${part} of layer ${layer} must be ${showShape(wanted)}; got ${value ? showShape(value.shape) : "none"}. It is the state of another model.`,
      {
        op: "state",
        expected: wanted,
        got: value?.shape,
      },
    );
  }
  if (value.device !== device) throw elsewhere("state", value.device, device);
}

/** A state and that it fits, see {@link checkStates}. */
export function checkState(state: State, config: Mamba2Config, batch: number, device: Device): void {
  if (!(state instanceof State))
    throw new ConfigError(
      `state: must be a State, of prefill, step, initialState or State.deserialize; got ${describeValue(state)}.`,
      { field: "state" },
    );
  checkStates(state.layers, config, batch, device);
}

export function checkLayerCount({ length }: readonly LayerState[], { nLayer }: Mamba2Config): void {
  if (length === nLayer) return;
  throw new ShapeError(
    `state: must have one state per layer, ${nLayer}; got ${length}. It is the state of another model.`,
    { op: "state", expected: nLayer, got: length },
  );
}

function idRule(config: Mamba2Config, device: Device): NumberRule {
  const { paddedVocabSize } = dimensions(config);
  return {
    device,
    must: `whole numbers in [0, ${paddedVocabSize}), the vocabulary`,
    holds: (id) => Number.isInteger(id) && id >= 0 && id < paddedVocabSize,
  };
}

function rowsTensor(name: string, rows: Rows, rule: NumberRule): Tensor {
  if (rows instanceof Tensor)
    return checkedTensor(
      name,
      rows,
      rule.device,
      "[b,l] with at least one token",
      (shape) => shape.length === 2 && shape[0]! > 0 && shape[1]! > 0,
    );
  if (!isRow(rows) && !Array.isArray(rows))
    throw noRows(name, rows, "an array of whole numbers, several of one length, or an i32 tensor [b, l]");
  const all = (isRow(rows) ? [rows] : rows) as readonly Row[];
  const stranger = all.find((row) => !isRow(row));
  if (stranger !== undefined)
    throw noRows(name, stranger, "an array of whole numbers, several of one length, or an i32 tensor [b, l]");
  const length = all[0]?.length ?? 0;
  if (length === 0) throw new ConfigError(`${name}: must hold at least one token; got none.`, { field: name });
  const uneven = all.find((row) => row.length !== length);
  if (uneven)
    throw new ConfigError(`${name}: rows must have one length, ${length} like the first; got ${uneven.length}.`, {
      field: name,
      got: uneven.length,
    });
  const numbers = new Int32Array(all.length * length);
  for (const [i, row] of all.entries()) numbers.set(checked(name, row, rule), i * length);
  return tensor(numbers, { shape: [all.length, length], device: rule.device });
}

/** A row: an array that begins with a number (or with nothing), or integers in a typed array. */
function isRow(value: unknown): value is Row {
  if (
    value instanceof Int32Array ||
    value instanceof Uint32Array ||
    value instanceof Uint16Array ||
    value instanceof Uint8Array
  )
    return true;
  return Array.isArray(value) && !(Array.isArray(value[0]) || ArrayBuffer.isView(value[0]));
}

function checked(name: string, row: Row, { must, holds }: NumberRule): Row {
  for (const value of row as Iterable<unknown>) {
    if (typeof value !== "number" || !holds(value))
      throw new ConfigError(`${name}: must be ${must}; got ${describeValue(value)}.`, { field: name, got: value });
  }
  return row;
}

function checkedTensor(
  name: string,
  given: Tensor,
  device: Device,
  must: string,
  holds: (shape: Shape) => boolean,
): Tensor {
  if (given.disposed)
    throw new DisposedError(`${name}: must not be used after it was disposed.`, { op: name, shape: given.shape });
  if (!holds(given.shape))
    throw new ShapeError(`${name}: must be ${must}; got a tensor of shape ${showShape(given.shape)}.`, {
      op: name,
      got: given.shape,
    });
  if (given.dtype !== "i32")
    throw new DTypeError(`${name}: must be i32; got ${given.dtype}. Convert it with cast(${name}, "i32").`, {
      op: name,
      expected: "i32",
      got: given.dtype,
    });
  if (given.device !== device) throw elsewhere(name, given.device, device);
  return given;
}

function sameRows(name: string, rows: Tensor, ids: Tensor): Tensor {
  if (sameShape(rows.shape, ids.shape)) return rows;
  throw new ShapeError(`${name}: must have the shape of ids, ${showShape(ids.shape)}; got ${showShape(rows.shape)}.`, {
    op: name,
    expected: ids.shape,
    got: rows.shape,
  });
}

function elsewhere(name: string, got: Device, expected: Device): DeviceError {
  return new DeviceError(
    `${name}: must lie on the model's device, ${expected.description}; got ${got.description}${got.kind === expected.kind ? ", another one" : ""}.`,
    { device: got.kind },
  );
}

function noRows(name: string, got: unknown, must: string): ConfigError {
  const hint = typeof got === "string" ? " A text becomes ids by a tokenizer's encode; generate reads texts." : "";
  return new ConfigError(`${name}: must be ${must}; got ${describeValue(got)}.${hint}`, { field: name, got });
}
