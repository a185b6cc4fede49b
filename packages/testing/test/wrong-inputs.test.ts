// Wrong inputs to every export: garbage raises one sentence that says what must hold, never an error from inside an engine, never a hang. Options are in option-keys.test.ts.
import { KeyError, XError } from "@x/base";
import * as gguf from "@x/mamba2/gguf";
import * as hub from "@x/mamba2/hub";
import * as node from "@x/mamba2/node";
import { createCpuDevice } from "@x/tensor";
import { describe, expect, it } from "vitest";
import {
  callExport,
  disposeAll,
  type Example,
  examplesOf,
  type PackageExports,
  packages,
} from "../src/exports/index.ts";
import { ggufExports } from "../src/exports/gguf.ts";
import { hubExports } from "../src/exports/hub.ts";
import { nodeExports } from "../src/exports/node.ts";

const device = createCpuDevice();
const all: readonly PackageExports[] = [
  ...packages,
  { name: "@x/mamba2/node", module: node, table: nodeExports },
  { name: "@x/mamba2/hub", module: hub, table: hubExports },
  { name: "@x/mamba2/gguf", module: gguf, table: ggufExports },
];

const garbage: readonly unknown[] = [undefined, null, "abc", NaN, Infinity, -1, 2.5, 1e300, new Map(), {}, [], () => 1];

/** A symbol cannot be made a text or a number, so it finds what puts an argument into a sentence unchecked. */
const garbageFor = (name: string): readonly unknown[] =>
  /kernels|node$/.test(name) ? [...garbage, Symbol("garbage")] : garbage;

/** Whether an error is one that the packages raise: of their own base (about the argument, not about the key of what an op caches), one that says whose it is, or the place in a text that is no JSON. */
function isOwn(error: unknown, name: string): boolean {
  if (error instanceof SyntaxError) return / at line \d+, column \d+$/.test(error.message);
  return (
    (error instanceof XError && (!(error instanceof KeyError) || ["keyOf", "capture"].includes(name))) ||
    ((error instanceof TypeError || error instanceof RangeError) && error.message.startsWith(`${name}: `))
  );
}

async function outcome(
  each: PackageExports,
  name: string,
  example: Example,
  args: readonly unknown[],
): Promise<unknown> {
  try {
    disposeAll(await callExport(each, name, example, args, device));
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("garbage", () => {
  for (const each of all) {
    for (const [name, example] of examplesOf(each, "cpu")) {
      it(`in ${name} raises a sentence of its own, or is taken`, async () => {
        const given = (await example.args(device)).map((arg) => disposeAll([arg])).length;
        const count = example.call ? given : Math.max(given, (each.module[name] as { length: number }).length);
        const wrong: string[] = [];
        for (let at = 0; at < count; at++) {
          for (const value of garbageFor(each.name)) {
            if (
              name === "Mamba2LM" &&
              at === 0 &&
              typeof value === "object" &&
              value !== null &&
              Object.getPrototypeOf(value) === Object.prototype
            )
              continue; // the defaults: 2.7 B parameters
            const args = [...(await example.args(device))];
            const error = await outcome(
              each,
              name,
              example,
              args.concat(new Array(Math.max(0, at + 1 - args.length)).fill(undefined)).with(at, value),
            );
            disposeAll(args);
            if (error === undefined) continue;
            if (!isOwn(error, name)) wrong.push(`argument ${at}, ${show(value)}: ${(error as Error).message}`);
          }
        }
        expect(wrong).toEqual([]);
      });
    }
  }
});

function show(value: unknown): string {
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
}
