// The part of the zip format that torch.save writes: stored (uncompressed) members, with zip64 fields where sizes pass 4 GiB.

import { CheckpointError } from "@x/tensor/core";
import type { Reading } from "./reading.ts";

const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_END_RECORD = 0x06064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_EXTRA = 1;
const IN_ZIP64 = 0xffffffff;

/** A member as the directory describes it: where its local header begins, and how many bytes it holds. */
interface ZipMember {
  readonly name: string;
  readonly header: number;
  readonly sizeBytes: number;
}

/** The data of a member: `sizeBytes` from byte `start` of the archive on. */
export interface ZipData {
  readonly start: number;
  readonly sizeBytes: number;
}

/** The last bytes of a file: from `base` to its end. */
interface Tail {
  readonly view: DataView;
  readonly base: number;
}

/** What the end of a file must hold: the end records with the longest comment. */
const TAIL_BYTES = END_RECORD_BYTES + MAX_COMMENT_BYTES + 20 + 56;
const LOCAL_HEADER_BYTES = 30;
/** A directory takes some fifty bytes a member. */
const MOST_DIRECTORY_BYTES = 2 ** 26;

/**
 * The members of an archive of `sizeBytes`, by name.
 *
 * @throws CheckpointError for damage and for compressed members
 */
export function* zipMembers(sizeBytes: number): Reading<Map<string, ZipData>> {
  const base = Math.max(0, sizeBytes - TAIL_BYTES);
  let found = directoryIn(yield [base, sizeBytes], base);
  if (typeof found === "number") {
    // the directory begins before what was read
    const start = found;
    if (start < 0 || sizeBytes - start > MOST_DIRECTORY_BYTES) throw outside();
    found = directoryIn(yield [start, sizeBytes], start);
  }
  if (typeof found === "number") throw outside();
  const members = new Map<string, ZipData>();
  for (const member of found) {
    const header = yield [Math.min(member.header, sizeBytes), Math.min(member.header + LOCAL_HEADER_BYTES, sizeBytes)];
    const start = dataStart(member, header);
    if (start + member.sizeBytes > sizeBytes)
      throw new CheckpointError(`zip: member "${member.name}" leads outside of the file. It is truncated or damaged.`);
    members.set(member.name, { start, sizeBytes: member.sizeBytes });
  }
  return members;
}

/** The members by the last bytes of the file; a number when the directory begins earlier: there. */
function directoryIn(tail: Uint8Array, base: number): readonly ZipMember[] | number {
  return guarded(() => {
    const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
    const { count, start } = findDirectory({ view, base });
    return start < base ? start : readDirectory(tail, { view, base }, count, start - base);
  });
}

/** Where a member's data begins, from the bytes of its local header. */
function dataStart({ name, header }: ZipMember, bytes: Uint8Array): number {
  return guarded(() => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (view.getUint32(0, true) !== LOCAL_HEADER)
      throw new CheckpointError(`zip: the header of member "${name}" is damaged.`);
    return header + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  });
}

function outside(cause?: unknown): CheckpointError {
  return new CheckpointError("zip: an offset leads outside of the file. It is truncated or damaged.", { cause });
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    // DataView raises RangeError wherever an offset of the file leads outside of it
    if (!(cause instanceof RangeError)) throw cause;
    throw outside(cause);
  }
}

function readDirectory(bytes: Uint8Array, { view }: Tail, count: number, start: number): ZipMember[] {
  const members = new Map<string, ZipMember>();
  let at = start;
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== DIRECTORY_ENTRY)
      throw new CheckpointError(`zip: entry ${i} of the directory is damaged.`);
    const method = view.getUint16(at + 10, true);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const commentBytes = view.getUint16(at + 32, true);
    const name = new TextDecoder().decode(slice(bytes, at + 46, nameBytes));
    const [, size, offset] = zip64Fields(view, at + 46 + nameBytes, extraBytes, [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ]);
    if (method !== 0) {
      throw new CheckpointError(
        `zip: member "${name}" must be stored, as torch.save does; it is compressed (method ${method}).`,
        { got: method },
      );
    }
    if (members.has(name)) throw new CheckpointError(`zip: member "${name}" is there twice.`);
    members.set(name, { name, header: offset!, sizeBytes: size! });
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return [...members.values()];
}

function findDirectory({ view, base }: Tail): { count: number; start: number } {
  const last = view.byteLength - END_RECORD_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (view.getUint32(at, true) !== END_RECORD) continue;
    const locator = at - 20;
    if (locator < 0 || view.getUint32(locator, true) !== ZIP64_LOCATOR) {
      return { count: view.getUint16(at + 10, true), start: view.getUint32(at + 16, true) };
    }
    const record = getUint64(view, locator + 8) - base;
    if (view.getUint32(record, true) !== ZIP64_END_RECORD)
      throw new CheckpointError("zip: the zip64 end record is damaged.");
    return { count: getUint64(view, record + 32), start: getUint64(view, record + 48) };
  }
  throw new CheckpointError(
    "zip: the directory at the end of the file is missing. The file is truncated or of another format.",
  );
}

/** Replaces those of [size, storedSize, offset] that say "see zip64" by the fields of the zip64 extra, which come in this order. */
function zip64Fields(
  view: DataView,
  extra: number,
  extraBytes: number,
  fields: readonly [number, number, number],
): number[] {
  for (let at = extra; at + 4 <= extra + extraBytes; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== ZIP64_EXTRA) continue;
    let next = at + 4;
    return fields.map((field) => {
      if (field !== IN_ZIP64) return field;
      next += 8;
      return getUint64(view, next - 8);
    });
  }
  return [...fields];
}

function getUint64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function slice(bytes: Uint8Array, begin: number, size: number): Uint8Array {
  if (begin + size > bytes.length) throw new RangeError("member outside of the file");
  return bytes.subarray(begin, begin + size);
}
