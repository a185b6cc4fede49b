// The bytes of an array go into a file under a type: only arrays whose elements are of it, or plain bytes.
import { SAFETENSORS_DTYPES, type SafetensorsDType, tensorBytes } from "@x/tensor";
import { describe, expect, it } from "vitest";

const arrays = [
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
];
const own: Readonly<Record<string, readonly string[]>> = {
  F32: ["Float32Array"],
  F64: ["Float64Array"],
  F16: ["Uint16Array"],
  BF16: ["Uint16Array"],
  F8_E4M3: [],
  F8_E5M2: [],
  BOOL: [],
  U8: ["Uint8ClampedArray"],
  I8: ["Int8Array"],
  U16: ["Uint16Array"],
  I16: ["Int16Array"],
  U32: ["Uint32Array"],
  I32: ["Int32Array"],
  U64: ["BigUint64Array"],
  I64: ["BigInt64Array"],
};

describe.each(Object.keys(SAFETENSORS_DTYPES) as SafetensorsDType[])("%s", (dtype) => {
  it.each(arrays)("of %o", (Kind) => {
    const make = (): unknown => tensorBytes(dtype, [8 / SAFETENSORS_DTYPES[dtype]], new Kind(new ArrayBuffer(8)));
    if (Kind === Uint8Array || own[dtype]!.includes(Kind.name)) expect(make()).toMatchObject({ dtype });
    else expect(make).toThrow(`tensorBytes: values must be a `);
  });
});

it("an unknown type", () => {
  expect(() => tensorBytes("F33" as SafetensorsDType, [1], new Uint8Array(4))).toThrow("dtype must be one of BOOL");
});
