// What a caller does with its arrays and options after a call changes nothing of that call, and what it does with the result nothing of the next: every export that the table can call runs
// twice. All plain data of the first result are changed; the second time all plain arguments, as soon as the call has returned, before anything that it promises or generates is awaited.
import { cpuDevice, isPlainObject, type Tensor as AnyTensor, Tensor } from "@x/tensor";
import { describe, expect, test } from "vitest";
import { callExport, disposeAll, examplesOf, packages } from "../src/exports/index.ts";

/** Exports that hand on what they are given, or read it when it is asked for, as they say. */
const shared: Readonly<Record<string, string>> = {
  defineKernel: "gives back the kernel that it is given",
  defineWasmKernel: "gives back the kernel that it is given",
  dispatch: "is a record of the kernel that it is given",
  joinPrograms: "is a record of the programs that it is given",
  wasmCall: "is a record of the kernel that it is given",
  definePrimitive: "gives back the primitive that it is given",
  layoutNamed: "gives the layout itself, an object of functions",
  mergeShards: "gives back the tensors that it is given",
  packDocuments: "reads documents through their own functions, and raises where a length has changed",
  documentBatches: "reads documents through their own functions, and raises where a length has changed",
  planShards: "gives back the tensors that it is given",
  tokenizerFor: "gives back the tokenizer that it is given",
  tokenStrides: "gives back the object that it is given, where it is whole",
};

/** Packages that hand out what they keep under a key, as plain data that the types say are not to be changed: programs, tables, primitives. */
const caches = ["@x/kernels-", "@x/tensor"];

/** The arrays, Maps and plain objects that can be changed, as copies: an example may share them with others. */
function copyOf(value: unknown, seen = new Map<unknown, unknown>()): unknown {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (seen.has(value)) return seen.get(value);
  const put = <C>(copy: C): C => (seen.set(value, copy), copy);
  if (Array.isArray(value)) {
    const copy = put<unknown[]>([]);
    for (const item of value) copy.push(copyOf(item, seen));
    return copy;
  }
  if (value instanceof Map) {
    const copy = put(new Map<unknown, unknown>());
    for (const [key, item] of value) copy.set(key, copyOf(item, seen));
    return copy;
  }
  if (!isPlainObject(value)) return value;
  const copy = put<Record<string, unknown>>({});
  for (const [key, item] of Object.entries(value)) copy[key] = copyOf(item, seen);
  return copy;
}

/** Changes every number, text and truth value in arrays, Maps and plain objects. */
function change(value: unknown, seen = new Set<unknown>()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  const entries: [unknown, unknown][] =
    value instanceof Map ? [...value] : Array.isArray(value) || isPlainObject(value) ? Object.entries(value) : [];
  for (const [key, item] of entries) {
    const next = other(item);
    if (next === item) change(item, seen);
    else if (value instanceof Map) value.set(key, next);
    else if (!Object.isFrozen(value)) (value as Record<string, unknown>)[key as string] = next;
  }
}

function other(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? value + 1 : value * 0.5 + 0.1;
  if (typeof value === "boolean") return !value;
  return typeof value === "string" ? `${value}x` : value;
}

/** A result as text, tensors by their numbers. */
async function shown(result: unknown): Promise<string> {
  const seen = new Set<unknown>();
  const walk = async (value: unknown): Promise<unknown> => {
    if (typeof value === "number" || typeof value === "bigint") return Object.is(value, -0) ? "-0" : String(value);
    if (typeof value !== "object" || value === null) return typeof value === "function" ? "a function" : value;
    if (seen.has(value)) return "as before";
    seen.add(value);
    if (value instanceof Promise) return walk(await value);
    if (value instanceof Tensor) return tensorShown(value);
    if (ArrayBuffer.isView(value)) return Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    const entries: unknown[] = [];
    const inside = value instanceof Map || value instanceof Set || Array.isArray(value) ? value : Object.entries(value);
    for (const item of inside) if (!isSpeed(item)) entries.push(await walk(item));
    return entries;
  };
  return JSON.stringify(await walk(result)) ?? "undefined";
}

/** How fast something was is never the same. */
const isSpeed = (entry: unknown): boolean => Array.isArray(entry) && entry[0] === "tokensPerSecond";

async function tensorShown(value: AnyTensor): Promise<unknown> {
  return value.disposed ? "disposed" : [value.dtype, value.shape, Array.from(await value.data(), String)];
}

for (const exported of packages) {
  describe(exported.name, () => {
    for (const [name, example] of examplesOf(exported, "cpu")) {
      if (Object.hasOwn(shared, name)) continue;
      test(name, async () => {
        const device = cpuDevice();
        const results: string[] = [];
        const original = exported.module[name];
        for (const changes of [false, true]) {
          const args = await example.args(device);
          const then = <R>(given: readonly unknown[], call: (given: unknown[]) => R): R => {
            const own = copyOf([...given]) as unknown[];
            const result = call(own);
            if (changes) change(own);
            return result;
          };
          const called =
            typeof original === "function"
              ? new Proxy(original, {
                  apply: (target, self, given) => then(given, (own) => Reflect.apply(target, self, own) as unknown),
                  construct: (target, given) => then(given, (own) => Reflect.construct(target, own) as object),
                })
              : original;
          const module = { ...exported.module, [name]: called };
          const result = await callExport({ ...exported, module }, name, example, args, device);
          results.push(await shown(result));
          if (!caches.some((part) => exported.name.startsWith(part))) change(result);
          disposeAll([args, result]);
        }
        expect(results[1]).toBe(results[0]);
      });
    }
  });
}

/** Places within plain data that can be changed. */
function open(value: unknown, place: string): string[] {
  if (typeof value !== "object" || value === null || !(Array.isArray(value) || isPlainObject(value))) return [];
  if (Object.values(value).some((item) => typeof item === "function")) return []; // of objects with methods the types say it
  const inside = Object.entries(value).flatMap(([key, item]) => open(item, `${place}.${key}`));
  return Object.isFrozen(value) ? inside : [place, ...inside];
}

test.each(packages.filter(({ name }) => name.startsWith("@x/mamba2")))(
  "exported data of $name cannot be changed",
  ({ module }) => {
    expect(Object.entries(module).flatMap(([name, value]) => open(value, name))).toEqual([]);
  },
);
