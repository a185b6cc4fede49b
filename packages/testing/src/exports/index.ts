// The table of example arguments for every export of every package. A package's functions are exported to be called: what is listed here is called by the tests of memory, of wrong
// inputs and of devices, and an export that is not listed fails them.
import * as base from "@x/base";
import * as wasm from "@x/kernels-wasm";
import * as wgsl from "@x/kernels-wgsl";
import * as mamba2 from "@x/mamba2";
import * as mamba2Adapters from "@x/mamba2/adapters";
import * as chat from "@x/mamba2/chat";
import * as serve from "@x/mamba2/serve";
import * as nn from "@x/nn";
import * as nnAdapters from "@x/nn/adapters";
import * as tensor from "@x/tensor";
import { type Device } from "@x/tensor";
import * as tensorTrace from "@x/tensor/trace";
import { mamba2AdapterExports, nnAdapterExports } from "./adapters.ts";
import { baseExports } from "./base.ts";
import { chatExports } from "./chat.ts";
import type { Example, ExportTable } from "./example.ts";
import { wasmExports } from "./kernels-wasm.ts";
import { wgslExports } from "./kernels-wgsl.ts";
import { mamba2Exports } from "./mamba2.ts";
import { nnExports } from "./nn.ts";
import { serveExports } from "./serve.ts";
import { tensorExports } from "./tensor.ts";
import { traceExports } from "./trace.ts";

export * from "./example.ts";
export { smallConfig, smallModel } from "./mamba2.ts";

/** A package's exports and their examples. */
export interface PackageExports {
  readonly name: string;
  readonly module: Readonly<Record<string, unknown>>;
  readonly table: ExportTable;
}

/** All packages but "@x/mamba2/node", which only Node can load: `exports/node.ts`. */
export const packages: readonly PackageExports[] = [
  { name: "@x/base", module: base, table: baseExports },
  { name: "@x/kernels-wgsl", module: wgsl, table: wgslExports },
  { name: "@x/kernels-wasm", module: wasm, table: wasmExports },
  { name: "@x/tensor", module: tensor, table: tensorExports },
  { name: "@x/tensor/trace", module: tensorTrace, table: traceExports },
  { name: "@x/nn", module: nn, table: nnExports },
  { name: "@x/nn/adapters", module: nnAdapters, table: nnAdapterExports },
  { name: "@x/mamba2", module: mamba2, table: mamba2Exports },
  { name: "@x/mamba2/adapters", module: mamba2Adapters, table: mamba2AdapterExports },
  { name: "@x/mamba2/chat", module: chat, table: chatExports },
  { name: "@x/mamba2/serve", module: serve, table: serveExports },
];

/**
 * Functions and classes that the table lacks, and names in it that are exported no more. What is neither is plain data, a primitive, or a family of kernels, whose programs the cases of
 * its primitive call.
 */
export function missingAndGone({ module, table }: PackageExports): {
  readonly missing: string[];
  readonly gone: string[];
} {
  const called = Object.keys(module).filter((name) => typeof module[name] === "function");
  return {
    missing: called.filter((name) => !Object.hasOwn(table, name)),
    gone: Object.keys(table).filter((name) => !Object.hasOwn(module, name)),
  };
}

/** The examples of a package that mean something on a device, by name. */
export function examplesOf(
  { table }: PackageExports,
  kind: Device["kind"],
): (readonly [name: string, example: Example])[] {
  return Object.entries(table).flatMap(([name, entry]) =>
    "args" in entry && (entry.only ?? kind) === kind ? [[name, entry] as const] : [],
  );
}

/** Calls an export as its example says, with these arguments. */
export function callExport(
  { module }: PackageExports,
  name: string,
  example: Example,
  args: readonly unknown[],
  device: Device,
): unknown {
  const exported = module[name] as (...args: readonly unknown[]) => unknown;
  const call = example.call as ((exported: unknown, args: readonly unknown[], device: Device) => unknown) | undefined;
  return call ? call(exported, args, device) : exported(...args);
}

/** Disposes of every tensor, module, state and quantised weight in a tree. */
export function disposeAll(tree: unknown): void {
  const seen = new Set<unknown>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    if (ArrayBuffer.isView(node)) return;
    const { dispose } = node as { dispose?: unknown };
    if (typeof dispose === "function" && !("runner" in node) && !("description" in node))
      (dispose as () => void).call(node);
    else if (Array.isArray(node)) node.forEach(walk);
    else if (node instanceof Map) [...node.values()].forEach(walk);
    else if (tensor.isPlainObject(node)) Object.values(node).forEach(walk);
  };
  walk(tree);
}
