// Arenas: tensors of one role (all parameters, all first moments …) one after another in few large blocks, "pages", so
// that one kernel call works on all of them. Tensors are padded to multiples of 256 bytes. The padding is zero and
// stays zero: an op on a page must write zeros where all its operands are zero.
import { activeTapes } from "../autograd/tracers.ts";
import type { Device } from "../device/device.ts";
import { dtypeBytes } from "../numbers/dtype.ts";
import { DTypeError } from "../errors.ts";
import { type Spec, storageBytes } from "../device/lowering.ts";
import { requireTensorList } from "../arguments/require-tensors.ts";
import { Storage } from "./storage.ts";
import { Tensor } from "../tensor.ts";
import { requireArity } from "../arguments/require.ts";

/** Offsets at which every device can bind a part of a block. */
const alignmentBytes = 256;

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignmentBytes) * alignmentBytes;
}

/**
 * Pages of zeros that hold `specs` in order. What is larger than an operand may be gets a page of its own. @returns per
 * spec its page and offset
 */
function pagesFor(
  specs: readonly Spec[],
  device: Device,
): {
  readonly places: readonly { readonly page: number; readonly offsetBytes: number }[];
  readonly pages: readonly Storage[];
} {
  const pageBytes: number[] = [];
  let open = -1;
  const places = specs.map((spec) => {
    const bytes = aligned(storageBytes(spec));
    if (bytes > device.maxOperandBytes) return { page: pageBytes.push(bytes) - 1, offsetBytes: 0 };
    if (open < 0 || pageBytes[open]! + bytes > device.maxOperandBytes) open = pageBytes.push(0) - 1;
    const offsetBytes = pageBytes[open]!;
    pageBytes[open] = offsetBytes + bytes;
    return { page: open, offsetBytes };
  });
  const pages = pageBytes.map((bytes) => {
    const page = Storage.allocate(device, bytes);
    device.clear(page.block);
    return page;
  });
  return { places, pages };
}

/** Positions of tensors by kind: those of one dtype and device can share pages. */
function byKind(tensors: readonly Pick<Tensor, "dtype" | "device">[]): number[][] {
  const devices = [...new Set(tensors.map(({ device }) => device))];
  const kinds = new Map<string, number[]>();
  tensors.forEach(({ dtype, device }, i) => {
    const key = `${dtype} ${devices.indexOf(device)}`;
    kinds.set(key, [...(kinds.get(key) ?? []), i]);
  });
  return [...kinds.values()];
}

function requireRows(rows: unknown): void {
  if (!Array.isArray(rows)) throw DTypeError.must("joinAdjacent", "rows", "be an array of arrays of tensors", rows);
  for (const [i, row] of (rows as unknown[]).entries()) requireTensorList("joinAdjacent", `rows[${i}]`, row);
}

/**
 * Moves tensors, in the order given, into an arena. Elements keep their values. Not moved: views, tensors that are in
 * an arena already, those over memory of the application (`fromGPUBuffer`), those too large to share a page, and one
 * alone.
 *
 * @param tensors `[…]`, any dtype
 * @throws DTypeError when `tensors` is no array of tensors; DeviceError in a captured function
 * @example
 * const [a, b] = [tensor([1, 2]), tensor([[3], [4], [5]])];
 * moveIntoArena([a, b]);
 * console.log(joinAdjacent([[a], [b]]).length);   // 1
 */
export function moveIntoArena(tensors: readonly Tensor[]): void {
  requireArity("moveIntoArena", arguments, 1);
  requireTensorList("moveIntoArena", "tensors", tensors);
  const loose = [...new Map(tensors.map((tensor) => [tensor.storage, tensor])).values()].filter(
    ({ storage, device, isView }) =>
      !isView && storage.whole === storage && !storage.borrowed && storage.sizeBytes <= device.maxOperandBytes,
  );
  for (const kind of byKind(loose)) {
    if (kind.length < 2) continue;
    const moved = kind.map((i) => loose[i]!);
    const { places, pages } = pagesFor(moved, moved[0]!.device);
    moved.forEach(({ storage }, i) => storage.moveInto(pages[places[i]!.page]!, places[i]!.offsetBytes));
    for (const page of pages) page.release();
    // The freed memory is in pieces of sizes that are not allocated again.
    moved[0]!.device.trim();
  }
}

/**
 * Zeros of the tensors' shapes and dtypes in an arena, in the memory order of `tensors`: adjacent tensors have adjacent
 * zeros.
 *
 * @param tensors `[…]`, any dtype
 * @param specOf shape and dtype of a tensor's zeros, where they are to be others; any dtype
 * @throws DTypeError when `tensors` is no array of tensors
 * @example
 * const [a, b] = zerosInArena([ones([3]), ones([5])]);
 * console.log(joinAdjacent([[a!], [b!]])[0]!.tensors[0]!.shape);   // [128]: 256 bytes each
 */
export function zerosInArena(
  tensors: readonly Tensor[],
  specOf: (tensor: Tensor) => Pick<Spec, "shape" | "dtype"> = (tensor) => tensor,
): Tensor[] {
  requireArity("zerosInArena", arguments, 2);
  requireTensorList("zerosInArena", "tensors", tensors);
  const zeros: Tensor[] = [];
  const specs = tensors.map(specOf);
  for (const kind of byKind(tensors.map(({ device }, i) => ({ device, dtype: specs[i]!.dtype })))) {
    const order = inMemoryOrder(kind, (i) => tensors[i]!.storage);
    const { places, pages } = pagesFor(
      order.map((i) => specs[i]!),
      tensors[order[0]!]!.device,
    );
    order.forEach((at, i) => {
      const { shape, dtype } = specs[at]!;
      const { page, offsetBytes } = places[i]!;
      zeros[at] = new Tensor(shape, dtype, Storage.partOf(pages[page]!, offsetBytes, storageBytes({ shape, dtype })));
    });
    for (const page of pages) page.release();
  }
  return zeros;
}

/** Items sorted by block, in the order in which blocks first occur, and by offset. */
function inMemoryOrder<T>(items: readonly T[], storageOf: (item: T) => Storage): T[] {
  const blocks = new Map<Storage, number>();
  for (const item of items) if (!blocks.has(storageOf(item).whole)) blocks.set(storageOf(item).whole, blocks.size);
  const number = (item: T): number => blocks.get(storageOf(item).whole)!;
  return [...items].sort((a, b) => number(a) - number(b) || storageOf(a).offsetBytes - storageOf(b).offsetBytes);
}

/**
 * Rows of tensors that are adjacent in memory in every column, or a part of one row that exceeds the size limit of an
 * operand.
 */
export interface ArenaSpan {
  /** indices of the rows, in memory order */
  readonly rows: readonly number[];
  /** offset of each row, in elements from the start of the span; negative in the later parts of a large row */
  readonly starts: readonly number[];
  /**
   * one per column: the tensor of a single row, else a flat tensor over the memory of all rows and the padding between
   * them, or over the part
   */
  readonly tensors: readonly Tensor[];
}

/**
 * Joins rows of tensors (a parameter, its gradient, its moments; of one shape and dtype) whose neighbours in memory are
 * the same in every column, into flat tensors over the memory of many: what one call can work on. While a gradient is
 * recorded every row stays alone: a tape follows tensors, not memory.
 *
 * @param follows whether a row may follow another in one span; default: always
 * @param rows per row its tensors: `[…]` of one shape and dtype, f32 or any other
 * @param per how many bytes of a row's first tensor a byte of each covers, powers of two; default 1
 * @returns the spans; a span of several rows has flat tensors `[n]`
 * @throws DTypeError when `rows` is no array of arrays of tensors
 * @example
 * const [a, b] = zerosInArena([ones([64]), ones([64])]);
 * console.log(joinAdjacent([[a!], [b!]]).length); // 1
 */
export function joinAdjacent(
  rows: readonly (readonly Tensor[])[],
  follows: (before: number, after: number) => boolean = () => true,
  per: readonly number[] = [],
): ArenaSpan[] {
  requireRows(rows);
  const order = inMemoryOrder(
    rows.map((_, i) => i),
    (i) => rows[i]![0]!.storage,
  );
  const joins = activeTapes().length === 0;
  const runs: number[][] = [];
  for (const row of order) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (
      before !== undefined &&
      joins &&
      follows(before, row) &&
      rows[row]!.every((tensor, column) => isNext(rows[before]![column]!, tensor))
    )
      run!.push(row);
    else runs.push([row]);
  }
  return runs.flatMap((members): ArenaSpan[] => {
    const first = rows[members[0]!]!;
    const { storage, device, dtype } = first[0]!;
    const elementBytes = dtypeBytes(dtype);
    const starts = members.map((row) => (rows[row]![0]!.storage.offsetBytes - storage.offsetBytes) / elementBytes);
    if (members.length > 1) {
      const last = rows[members.at(-1)!]!;
      const end = (column: number): number => last[column]!.storage.offsetBytes + last[column]!.storage.sizeBytes;
      return [
        {
          rows: members,
          starts,
          tensors: first.map((tensor, i) => flatPart(tensor, 0, aligned(end(i)) - tensor.storage.offsetBytes)),
        },
      ];
    }
    if (storage.sizeBytes <= device.maxOperandBytes || first.some((tensor) => tensor.storage.symbolic))
      return [{ rows: members, starts, tensors: first }];
    // Parts of which every column's begins where it can be bound.
    const unit = alignmentBytes * Math.max(1, ...per);
    const partBytes = Math.max(unit, Math.floor(device.maxOperandBytes / unit) * unit);
    return Array.from({ length: Math.ceil(storage.sizeBytes / partBytes) }, (_, i) => {
      const startBytes = i * partBytes;
      return {
        rows: members,
        starts: [-startBytes / elementBytes],
        tensors: first.map((tensor, column) => {
          const [start, most] = [startBytes, partBytes].map((bytes) => bytes / (per[column] ?? 1)) as [number, number];
          return flatPart(tensor, start, Math.min(most, tensor.storage.sizeBytes - start));
        }),
      };
    });
  });
}

/** A flat tensor over the bytes from a tensor's first one on, which may include other tensors. */
function flatPart({ dtype, storage }: Tensor, startBytes: number, sizeBytes: number): Tensor {
  return new Tensor(
    [sizeBytes / dtypeBytes(dtype)],
    dtype,
    Storage.partOf(storage.whole, storage.offsetBytes + startBytes, sizeBytes),
  );
}

function isNext(first: Tensor, second: Tensor): boolean {
  const [{ storage: before, dtype }, { storage: after, dtype: dtypeAfter }] = [first, second];
  return (
    !first.isView &&
    !second.isView &&
    dtype === dtypeAfter &&
    before !== before.whole &&
    before.whole === after.whole &&
    after.offsetBytes === aligned(before.offsetBytes + before.sizeBytes)
  );
}
