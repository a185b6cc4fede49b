import { expect, test } from "vitest";
import { CheckpointError, DTypeError } from "../src/errors.ts";
import { f32ToBf16, f32ToF16 } from "../src/numbers/half-precision.ts";
import {
  float32ArrayOf,
  parseSafetensorsHeader,
  planSafetensors,
  readSafetensors,
  SAFETENSORS_DTYPES,
  safetensorsHeaderEnd,
  tensorBytes,
  typedArrayOf,
  writeSafetensors,
  type SafetensorsDType,
} from "../src/index.ts";

/** A file with any header text and so many data bytes; `headerBytes` overrides the stated length. */
function file(header: unknown, dataBytes = 0, headerBytes?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, headerBytes ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const f32 = (shape: unknown, begin: unknown, end: unknown): object => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

function failure(bytes: Uint8Array): CheckpointError {
  try {
    readSafetensors(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return error as CheckpointError;
  }
  return expect.fail("the file was accepted");
}

test("every dtype comes back bit-equal, also scalars and empty tensors, and from an odd offset of a larger buffer", () => {
  const tensors = new Map(
    (Object.keys(SAFETENSORS_DTYPES) as SafetensorsDType[]).flatMap((dtype, i) =>
      [[2, 3], [], [0, 5]].map((shape, j) => {
        const bytes = new Uint8Array(shape.reduce((a, b) => a * b, SAFETENSORS_DTYPES[dtype] as number)).map(
          (_, k) => 37 * i + 11 * j + 5 * k,
        );
        return [`${dtype}.${shape.length}.${j}`, { dtype, shape, bytes }] as const;
      }),
    ),
  );
  const written = writeSafetensors(tensors, { format: "pt", note: 'quoted "é"' });
  for (const offset of [0, 1, 3]) {
    const larger = new Uint8Array(written.length + 8);
    larger.set(written, offset);
    const read = readSafetensors(larger.subarray(offset, offset + written.length));
    expect(read.metadata).toEqual({ format: "pt", note: 'quoted "é"' });
    expect(new Set(read.tensors.keys())).toEqual(new Set(tensors.keys()));
    for (const [name, { dtype, shape, bytes }] of tensors) {
      const got = read.tensors.get(name)!;
      expect([got.dtype, got.shape, [...got.bytes]]).toEqual([dtype, shape, [...bytes]]);
      expect(typedArrayOf(got).byteLength).toBe(bytes.length);
      expect(new Uint8Array(typedArrayOf(got).slice().buffer)).toEqual(bytes);
    }
    expect(writeSafetensors(read.tensors, read.metadata)).toEqual(written);
  }
});

test("the layout is the published one", () => {
  const written = writeSafetensors(
    new Map([
      ["a", tensorBytes("U8", [1], Uint8Array.of(7))],
      ["b", tensorBytes("F32", [1], Float32Array.of(1.5))],
    ]),
  );
  const headerBytes = Number(new DataView(written.buffer).getBigUint64(0, true));
  expect(headerBytes % 8).toBe(0);
  expect(JSON.parse(new TextDecoder().decode(written.subarray(8, 8 + headerBytes)))).toEqual({
    b: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
    a: { dtype: "U8", shape: [1], data_offsets: [4, 5] },
  });
  expect([...written.subarray(8 + headerBytes)]).toEqual([0, 0, 0xc0, 0x3f, 7]);
  expect(readSafetensors(written.buffer as ArrayBuffer).tensors.size).toBe(2);
  expect(readSafetensors(writeSafetensors(new Map())).tensors.size).toBe(0);
});

test("a plan streams to the same bytes", () => {
  const tensors = new Map([
    ["x", tensorBytes("F32", [2], Float32Array.of(1, 2))],
    ["y", tensorBytes("I64", [1], BigInt64Array.of(-1n))],
  ]);
  const { header, order, fileSizeBytes } = planSafetensors(tensors);
  const parts = [header, ...order.map((name) => tensors.get(name)!.bytes)];
  expect(parts.flatMap((part) => [...part])).toEqual([...writeSafetensors(tensors)]);
  expect(fileSizeBytes).toBe(writeSafetensors(tensors).length);
});

test("the header alone serves range reads", () => {
  const written = writeSafetensors(new Map([["x", tensorBytes("F32", [2], Float32Array.of(1, 2))]]));
  const end = safetensorsHeaderEnd(written.subarray(0, 8));
  const header = parseSafetensorsHeader(written.subarray(0, end));
  expect(header.dataStart).toBe(end);
  expect(header.tensors.get("x")).toEqual({ dtype: "F32", shape: [2], begin: 0, end: 8 });
  expect(parseSafetensorsHeader(written.subarray(0, end), written.length).tensors.size).toBe(1);
  expect(() => parseSafetensorsHeader(written.subarray(0, end), written.length - 1)).toThrow(
    /tensor "x" ends at data byte 8/,
  );
});

test("floats as f32", () => {
  const values = Float32Array.of(1, -0.5, 3);
  expect(float32ArrayOf(tensorBytes("F32", [3], values)).buffer).toBe(values.buffer);
  expect([...float32ArrayOf(tensorBytes("F64", [3], Float64Array.from(values)))]).toEqual([...values]);
  expect([...float32ArrayOf(tensorBytes("F16", [3], f32ToF16(values)))]).toEqual([...values]);
  expect([...float32ArrayOf(tensorBytes("BF16", [3], f32ToBf16(values)))]).toEqual([...values]);
  expect(() => float32ArrayOf(tensorBytes("I32", [1], Int32Array.of(1)))).toThrow(DTypeError);
});

test.each<[string, Uint8Array, RegExp]>([
  ["an empty file", new Uint8Array(0), /begins with 8 bytes.*got 0 bytes/],
  ["seven bytes", new Uint8Array(7), /got 7 bytes/],
  ["a header longer than the file", file("{}", 0, 3n), /ends at byte 11, but there are only 10 bytes/],
  ["a header over 100 MB", file("{}", 0, 100_000_001n), /at most 100000000 bytes; this file states 100000001/],
  ["a header of 2^64 − 1", file("{}", 0, 2n ** 64n - 1n), /this file states 18446744073709551615/],
  ["no header", file(""), /must be JSON/],
  ["no JSON", file("not json"), /must be JSON.*line 1, column 1/],
  ["a list", file([]), /must be a JSON object of tensors/],
  ["null", file("null"), /must be a JSON object of tensors/],
  ["bytes that are not UTF-8", file("{}", 0).map((b, i) => (i === 8 ? 0xff : b)), /must be JSON/],
  [
    "duplicate names",
    file(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    ),
    /duplicate key "a"/,
  ],
  [
    "duplicate fields",
    file('{"a":{"dtype":"F32","dtype":"F64","shape":[1],"data_offsets":[0,4]}}', 4),
    /duplicate key "dtype"/,
  ],
  ["a tensor named __proto__", file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4), /__proto__/],
  ["__proto__ inside", file('{"a":{"__proto__":{"dtype":"F32"},"shape":[1],"data_offsets":[0,4]}}', 4), /__proto__/],
  ["a tensor that is a list", file({ a: [] }), /tensor "a": must be an object/],
  [
    "no dtype",
    file({ a: { shape: [1], data_offsets: [0, 4] } }, 4),
    /tensor "a": dtype must be one of .*F32.*got undefined/,
  ],
  ["an unknown dtype", file({ a: { dtype: "F31", shape: [1], data_offsets: [0, 4] } }, 4), /got "F31"/],
  [
    "an inherited dtype",
    file({ a: { dtype: "constructor", shape: [1], data_offsets: [0, 4] } }, 4),
    /got "constructor"/,
  ],
  ["a dtype that is no string", file({ a: { dtype: ["F32"], shape: [1], data_offsets: [0, 4] } }, 4), /got \["F32"\]/],
  ["an unknown field", file({ a: { ...f32([1], 0, 4), strides: [1] } }, 4), /unknown field "strides"/],
  ["no shape", file({ a: f32(undefined, 0, 4) }, 4), /tensor "a": shape must be a list of integers.*undefined/],
  ["a negative size", file({ a: f32([-1], 0, 4) }, 4), /shape must be a list.*\[-1\]/],
  ["a fractional size", file({ a: f32([0.5], 0, 4) }, 4), /\[0.5\]/],
  [
    "a size beyond 2^53",
    file('{"a":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,4]}}', 4),
    /shape must be a list/,
  ],
  ["a size as text", file({ a: f32(["1"], 0, 4) }, 4), /shape must be a list/],
  ["sizes that overflow", file({ a: f32([2 ** 40, 2 ** 40], 0, 4) }, 4), /more than 2\^53/],
  ["sizes that overflow to nothing", file({ a: f32([2 ** 40, 2 ** 40, 0], 0, 0) }), /more than 2\^53/],
  ["one offset", file({ a: { dtype: "F32", shape: [1], data_offsets: [0] } }, 4), /data_offsets must be two integers/],
  ["backward offsets", file({ a: f32([1], 4, 0) }, 4), /data_offsets must be two integers, begin ≤ end; got \[4,0\]/],
  ["negative offsets", file({ a: f32([1], -4, 0) }, 4), /begin ≤ end; got \[-4,0\]/],
  ["fractional offsets", file({ a: f32([1], 0, 4.5) }, 5), /got \[0,4.5\]/],
  [
    "an offset past the end",
    file({ a: f32([2], 0, 8) }, 7),
    /tensor "a" ends at data byte 8, but the file holds 7 data bytes/,
  ],
  ["a huge offset", file({ a: f32([0], 2 ** 52, 2 ** 52) }, 4), /ends at data byte 4503599627370496/],
  [
    "a span that is not the size",
    file({ a: f32([2], 0, 4) }, 4),
    /F32 of shape \[2\] takes 8 bytes; data_offsets \[0, 4\] span 4/,
  ],
  [
    "an overlap",
    file({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8),
    /"b" overlaps "a": it begins at data byte 4, but must begin at 8/,
  ],
  ["two tensors on one range", file({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4), /"b" overlaps "a"/],
  ["a hole", file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /"b" leaves a hole after "a"/],
  ["a hole at the start", file({ a: f32([1], 4, 8) }, 8), /"a" leaves a hole after the header/],
  [
    "bytes of no tensor",
    file({ a: f32([1], 0, 4) }, 9),
    /take 4 data bytes, but the file holds 9; 5 bytes belong to no tensor/,
  ],
  ["metadata that is a list", file({ __metadata__: [] }), /__metadata__ must be an object/],
  ["metadata with a number", file({ __metadata__: { a: 1 } }), /__metadata__ must hold only strings; "a" is 1/],
  ...["1.0", "1e0", "10E-1"].map((size): [string, Uint8Array, RegExp] => [
    `a size written ${size}`,
    file(`{"a.0":{"dtype":"F32","shape":[${size}],"data_offsets":[0,4]}}`, 4),
    new RegExp(`must be written as integers, of digits alone; got ${size.replace(".", "\\.")}\\.$`),
  ]),
  [
    "an offset written -0",
    file('{"-1\\"2.5":{"dtype":"F32","shape":[1],"data_offsets":[-0,4]}}', 4),
    /must be written as integers, of digits alone; got -0\.$/,
  ],
  ["deep nesting", file("[".repeat(100_000)), /deeper than 64/],
])("refuses %s", (_, bytes, message) => {
  expect(failure(bytes).message).toMatch(message);
});

test("an error carries the tensor's name and the numbers", () => {
  expect(failure(file({ w: f32([2], 0, 8) }, 7)).fields).toMatchObject({ tensor: "w", expected: 8, got: 7 });
});

test("names and metadata may look like other numbers", () => {
  const names = ["1.0", 'a"-0', "\\1e0"];
  const written = writeSafetensors(new Map(names.map((name) => [name, tensorBytes("F32", [1], new Float32Array(1))])), {
    note: '"1.5" \\',
  });
  expect([...readSafetensors(written).tensors.keys()].sort()).toEqual(names.sort());
});

test("random damage to a header is either refused with a CheckpointError or leaves a file that reads", () => {
  const good = writeSafetensors(
    new Map([
      ["a", tensorBytes("F32", [2], Float32Array.of(1, 2))],
      ["b", tensorBytes("I32", [1], Int32Array.of(3))],
    ]),
    { k: "v" },
  );
  const end = safetensorsHeaderEnd(good);
  let refused = 0;
  for (let i = 0; i < end; i++) {
    for (const byte of [0, 0x22, 0x2c, 0x30, 0x39, 0x5b, 0x7d, 0xff]) {
      const bad = good.slice();
      bad[i] = byte;
      try {
        readSafetensors(bad);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        refused++;
      }
    }
  }
  expect(refused).toBeGreaterThan(end * 4);
});

test("the writer checks what it is given", () => {
  expect(() => writeSafetensors(new Map([["a", tensorBytes("F32", [3], Float32Array.of(1, 2))]]))).toThrow(
    /"a": F32 of shape \[3\] takes 12 bytes; got 8/,
  );
  expect(() => writeSafetensors(new Map([["a", tensorBytes("F32", [-1], Float32Array.of(1))]]))).toThrow(
    CheckpointError,
  );
  expect(() => writeSafetensors(new Map([["__metadata__", tensorBytes("F32", [1], Float32Array.of(1))]]))).toThrow(
    /cannot be named/,
  );
});
