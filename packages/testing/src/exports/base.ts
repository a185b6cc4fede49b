// Example arguments for the exports of @x/base.
import { type BoundedCache, type XError } from "@x/base";
import { construct, errorClass, type ExportTable, notCalled, of } from "./example.ts";

export const baseExports: ExportTable = {
  BoundedCache: of(() => [2], {
    call: (Cache: new (limit: number) => BoundedCache<string, number>, [limit]: [number]) =>
      new Cache(limit).get("a", () => 1),
  }),
  KeyError: errorClass,
  HostMemoryError: errorClass,
  XError: of(() => ["a: must be b."], {
    call: (Base: typeof XError, [message]: [string]) =>
      new (class extends Base {
        get kind(): string {
          return "test";
        }
      })(message),
  }),
  KernelError: of(() => ["a: must be b.", { kind: "limits" }], { call: construct }),
  ...notCalled("called by every export: surplus-arguments.test.ts", "surplusArgument"),
  ...notCalled("asks of any value, and answers of any type but two as of f32", "fitsNumber"),
  ...notCalled("looks a name up; anything else is the name of no variable", "environment"),
  decodeDynamic: of(() => [true, 200]),
  encodeDynamic: of(() => [false, 0.3]),
  byName: of(() => [["x", "y"]]),
  checkKernelOptions: of(() => ["createRunner", { debug: 1 }, { debug: true }]),
  copyOfBytes: of(() => [Uint8Array.of(1, 2)]),
  describeValue: of(() => [new Map()]),
  hostBytes: of(() => ["tensor: data", Float32Array.of(1)]),
  requireArguments: of(() => ["grid1d", { threads: 64 }, { threads: "count" }]),
  keyOf: of(() => ["params", { a: [1, "2"] }]),
  nextTurn: of(() => []),
  turns: of(() => [5]),
  tokenStrides: of(() => [{ x: { batch: 32, token: 8 } }, "x", 4, 3]),
  unknownOption: of(() => ["sum", { axis: 1 }, { axis: true }]),
};
