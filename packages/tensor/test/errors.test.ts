import { expect, test } from "vitest";
import {
  CheckpointError,
  ConfigError,
  DeviceError,
  DisposedError,
  DTypeError,
  ShapeError,
  TensorError,
} from "../src/errors.ts";

test.each([
  ["ShapeError", ShapeError],
  ["DTypeError", DTypeError],
  ["DeviceError", DeviceError],
  ["CheckpointError", CheckpointError],
  ["DisposedError", DisposedError],
  ["ConfigError", ConfigError],
] as const)("%s has its kind, fields, cause and a stack that names it", (kind, ErrorClass) => {
  const cause = new Error("below");
  const error = new ErrorClass("op: what must hold; got 3.", { op: "op", got: 3, cause });
  expect(error).toBeInstanceOf(TensorError);
  expect(error).toBeInstanceOf(Error);
  expect(error.kind).toBe(kind);
  expect(error.fields.got).toBe(3);
  expect(error.cause).toBe(cause);
  expect(error.stack).toContain(`${kind}: op: what must hold; got 3.`);
  expect("cause" in new ErrorClass("no cause")).toBe(false);
});
