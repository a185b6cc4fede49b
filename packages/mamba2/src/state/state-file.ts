// A state as a safetensors file, and back.
import {
  CheckpointError,
  type Device,
  float32ArrayOf,
  readSafetensors,
  type Safetensors,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
  slice,
  type Tensor,
  tensor,
  tensorBytes,
  type TensorBytes,
  tidy,
  typedArrayOf,
  writeSafetensors,
  zeros,
} from "@x/tensor/core";
import { hasPart } from "../config/layers.ts";
import type { Mamba2Config } from "../config/config.ts";
import { dimensions } from "../config/dimensions.ts";
import type { Progress } from "../generation/generation-progress.ts";
import { RECENT_TOKENS, TokenHistory } from "../generation/token-history.ts";
import { READ_BY } from "./state-identity.ts";
import { CACHES, type LayerState, layerShapes, partsOfState, type Positions, type StatePart } from "./layer-state.ts";

const FORMAT = "mamba2-state";
/** 1 had the layers only, 2 did not say which tokens were generated, 3 knew no attention, 4 did not say of which model it is. */
const VERSION = 5;
const POSITIONS = "positions";
const [LOGITS, COUNTS, GENERATED, RECENT] = [
  "next_logits",
  "token_counts",
  "generated_counts",
  "recent_tokens",
] as const;
const OF_PROGRESS: readonly string[] = [LOGITS, COUNTS, GENERATED, RECENT, POSITIONS];
const PART_NAMES: Readonly<Record<StatePart, string>> = {
  conv: "conv_state",
  ssm: "ssm_state",
  attentionConv: "attention_conv_state",
  keys: "key_cache",
  values: "value_cache",
};

export async function writeState(
  layers: readonly LayerState[],
  tokens: Positions | undefined,
  progress: Progress,
  identity: string | undefined,
): Promise<Uint8Array> {
  const tensors = new Map<string, TensorBytes>();
  const counts = tokens && ((await tokens.positions.data()) as Int32Array);
  const used = counts ? Math.max(...counts) : 0;
  if (counts) tensors.set(POSITIONS, tensorBytes("I32", [counts.length], counts));
  for (const [i, layer] of layers.entries()) {
    for (const [part, value] of partsOfState(layer)) {
      const file = CACHES.includes(part) ? await cacheFile(value, counts!, used) : await floatsFile(value);
      tensors.set(`layers.${i}.${PART_NAMES[part]}`, file);
    }
  }
  const { logits, history, drawn, seed } = progress;
  if (logits) {
    tensors.set(LOGITS, await floatsFile(logits));
    if (history) for (const [name, file] of historyTensors(history, logits.shape[1]!)) tensors.set(name, file);
  }
  return writeSafetensors(tensors, {
    format: FORMAT,
    version: String(VERSION),
    drawn: String(drawn),
    ...(seed !== undefined && { seed: String(seed) }),
    ...(identity !== undefined && { [READ_BY]: identity }),
  });
}

async function floatsFile(value: Tensor): Promise<TensorBytes> {
  return tensorBytes("F32", value.shape, await value.data());
}

/** The first `used` entries of a cache; those that a row does not have are 0. */
async function cacheFile(cache: Tensor, counts: Int32Array, used: number): Promise<TensorBytes> {
  const [b, , ...entry] = cache.shape as [number, number, ...number[]];
  const shape = [b, used, ...entry];
  if (used === 0) return tensorBytes("F32", shape, new Float32Array(0));
  const part = tidy(() => slice(cache, 1, 0, used));
  try {
    const data = Float32Array.from(await part.data());
    const width = sizeOf(entry);
    for (const [r, count] of counts.entries()) data.fill(0, (r * used + count) * width, (r + 1) * used * width);
    return tensorBytes("F32", shape, data);
  } finally {
    part.dispose();
  }
}

/** The tensors of a state's file, none of them read, and what it says of itself. @throws CheckpointError when it is no state of this version or one before */
export function openState(file: Uint8Array): Safetensors {
  const opened = readSafetensors(file);
  checkVersion(opened.metadata);
  return opened;
}

/** @throws CheckpointError */
export function readState(
  { tensors, metadata }: Safetensors,
  config: Mamba2Config,
  device: Device,
): {
  readonly layers: LayerState[];
  readonly progress: Progress;
  readonly tokens: Positions | undefined;
} {
  const held = [...tensors.keys()].filter((name) => !OF_PROGRESS.includes(name)).length;
  const kinds = Array.from({ length: config.nLayer }, (_, i) => layerShapes(config, i, 1, 1).size);
  const expected = kinds.reduce((sum, count) => sum + count, 0);
  if (held !== expected) {
    const each = new Set(kinds).size === 1 ? `${kinds[0]} tensors per layer, ${expected}` : `${expected} tensors`;
    throw new CheckpointError(`state: must have ${each} for this model; got ${held}.`, {
      op: "state",
      expected,
      got: held,
    });
  }
  const batch = (tensors.get(POSITIONS) ?? tensors.get(LOGITS) ?? firstLayer(tensors))?.shape[0] ?? 1;
  const entryOf = (name: string, shape: Shape): TensorBytes => {
    const entry = tensors.get(name);
    if (entry && sameShape(entry.shape, shape)) return entry;
    throw new CheckpointError(
      `state: ${name} must have shape ${showShape(shape)}; got ${entry ? showShape(entry.shape) : "no such tensor"}.`,
      {
        op: "state",
        tensor: name,
        expected: shape,
        got: entry?.shape,
      },
    );
  };
  const read = (name: string, shape: Shape): Float32Array => float32ArrayOf(entryOf(name, shape));
  const counts = hasPart(config, "attention") ? positionsOf(entryOf(POSITIONS, [batch])) : undefined;
  const used = counts ? Math.max(...counts) : 0;
  // everything is read before anything is made
  const host = Array.from({ length: config.nLayer }, (_, i) =>
    [...layerShapes(config, i, batch, used)].map(
      ([part, shape]) => [part, shape, read(`layers.${i}.${PART_NAMES[part]}`, shape)] as const,
    ),
  );
  const width = dimensions(config).paddedVocabSize;
  const logits = tensors.has(LOGITS) ? read(LOGITS, [batch, width]) : undefined;
  const [drawn, seed] = [countIn(metadata, "drawn") ?? 0, countIn(metadata, "seed")];
  const generated = tensors.has(GENERATED)
    ? countsIn(entryOf(GENERATED, [batch, width]))
    : drawn === 0
      ? Array.from({ length: batch }, () => new Map<number, number>())
      : undefined;
  const history = tensors.has(COUNTS)
    ? historyOf(entryOf(COUNTS, [batch, width]), entryOf(RECENT, [batch, RECENT_TOKENS]), generated)
    : undefined;
  return {
    layers: host.map((parts) =>
      Object.fromEntries(parts.map(([part, shape, data]) => [part, cacheOrState(data, shape, part, device)])),
    ),
    progress: { drawn, seed, history, logits: logits && tensor(logits, { shape: [batch, width], device }) },
    tokens: counts && { positions: tensor(counts, { device }), length: used },
  };
}

function cacheOrState(data: Float32Array, shape: Shape, part: StatePart, device: Device): Tensor {
  // a cache of no entries: memory must be of something
  if (data.length === 0 && CACHES.includes(part)) return zeros([shape[0]!, 1, ...shape.slice(2)], { device });
  return tensor(data, { shape, device });
}

function firstLayer(tensors: ReadonlyMap<string, TensorBytes>): TensorBytes | undefined {
  return [...tensors].find(([name]) => name.startsWith("layers."))?.[1];
}

function positionsOf(entry: TensorBytes): Int32Array {
  const counts = typedArrayOf(entry) as Int32Array;
  const wrong = counts.find((count) => count < 0);
  if (wrong === undefined) return counts;
  throw new CheckpointError(`state: ${POSITIONS} must be at least 0; got ${wrong}.`, { op: "state", got: wrong });
}

/** Raises unless a file is a state that this version can read. */
function checkVersion(metadata: Readonly<Record<string, string>>): void {
  if (metadata["format"] !== FORMAT) {
    throw new CheckpointError(
      `state: the file must be a saved state (format "${FORMAT}"); got format ${JSON.stringify(
        metadata["format"] ?? null,
      )}.`,
      {
        op: "state",
        expected: FORMAT,
        got: metadata["format"],
      },
    );
  }
  const version = Number(metadata["version"] ?? 1);
  if (version >= 1 && version <= VERSION) return;
  throw new CheckpointError(`state: the file must be of version ${VERSION} or before; got ${metadata["version"]}.`, {
    op: "state",
    expected: VERSION,
    got: metadata["version"],
  });
}

/** A history as tensors of constant shapes; −1 pads a shorter list of recent tokens in front. */
function historyTensors({ rows }: TokenHistory, width: number): [string, TensorBytes][] {
  const counts = new Int32Array(rows.length * width);
  const generated = new Int32Array(rows.length * width);
  const recent = new Int32Array(rows.length * RECENT_TOKENS).fill(-1);
  for (const [r, row] of rows.entries()) {
    for (const [token, count] of row.counts) counts[r * width + token] = count;
    for (const [token, count] of row.generated ?? []) generated[r * width + token] = count;
    recent.set(row.recent, (r + 1) * RECENT_TOKENS - row.recent.length);
  }
  const known = rows.every((row) => row.generated !== undefined);
  return [
    [COUNTS, tensorBytes("I32", [rows.length, width], counts)],
    ...(known ? [[GENERATED, tensorBytes("I32", [rows.length, width], generated)] as [string, TensorBytes]] : []),
    [RECENT, tensorBytes("I32", [rows.length, RECENT_TOKENS], recent)],
  ];
}

function historyOf(
  counts: TensorBytes,
  recent: TensorBytes,
  generated: readonly ReadonlyMap<number, number>[] | undefined,
): TokenHistory {
  const last = typedArrayOf(recent) as Int32Array;
  return new TokenHistory(
    countsIn(counts).map((row, r) => ({
      counts: row,
      generated: generated?.[r],
      recent: [...last.subarray(r * RECENT_TOKENS, (r + 1) * RECENT_TOKENS)].filter((token) => token >= 0),
    })),
  );
}

/** Token → count of each row of a tensor [b, v]. */
function countsIn(tensor: TensorBytes): ReadonlyMap<number, number>[] {
  const [batch, width] = tensor.shape as [number, number];
  const all = typedArrayOf(tensor) as Int32Array;
  return Array.from(
    { length: batch },
    (_, r) => new Map([...all.subarray(r * width, (r + 1) * width).entries()].filter(([, count]) => count > 0)),
  );
}

/** A whole number in a file's metadata. */
function countIn(metadata: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = metadata[name];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new CheckpointError(`state: ${name} must be a whole number; got ${JSON.stringify(text)}.`, {
    op: "state",
    got: text,
  });
}
