// What every export must keep to on every device: all that a call does not return is free after it, whether it returns or raises, alone, in a gradient, or in a scope.
import { type Device, gradientsOf, isFloat, leaves, sum, type Tensor, tidy } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { callExport, disposeAll, type Example, examplesOf, type PackageExports } from "../src/exports/index.ts";

/** Calls beyond the first two: these make what a device keeps (scalars, plans); all further ones must add nothing. */
const rounds = 3;

/** Bytes in use after each of some rounds must be the same. */
async function expectFlat(device: Device, round: () => unknown): Promise<void> {
  for (let i = 0; i < 2; i++) await round();
  const before = device.memory.usedBytes;
  const used: number[] = [];
  for (let i = 0; i < rounds; i++) {
    await round();
    used.push(device.memory.usedBytes - before);
  }
  expect(used).toEqual(used.map(() => 0));
}

/** Every export of a package: usedBytes before and after calls. */
export function describeMemory(device: Device, packages: readonly PackageExports[]): void {
  for (const each of packages) {
    describe(`memory of ${each.name} on ${device.kind}`, () => {
      const examples = examplesOf(each, device.kind);
      it("has exports to call", () => expect(examples.length).toBeGreaterThan(0));
      for (const [name, example] of examples) {
        it(`${name}: what is not returned is free`, () =>
          expectFlat(device, async () => {
            const args = await example.args(device);
            disposeAll(await callExport(each, name, example, args, device));
            disposeAll(args);
          }));
        it(`${name}: free after every error`, () =>
          expectFlat(device, async () => {
            const count = (await example.args(device)).map((arg) => disposeAll([arg])).length;
            for (let wrong = 0; wrong < count; wrong++) {
              const args = [...(await example.args(device))];
              const given = [...args];
              args[wrong] = broken(args[wrong]);
              try {
                disposeAll(await callExport(each, name, example, args, device));
                await device.sync(); // a GPU tells of wrong ids here
              } catch {
                // which error: wrong-inputs.test.ts
              }
              disposeAll([args, given]);
            }
          }));
        if (example.differentiable)
          it(`${name}: free after a gradient`, () =>
            expectFlat(device, () => differentiate(each, name, example, device)));
      }
    });
  }
}

async function differentiate(each: PackageExports, name: string, example: Example, device: Device): Promise<void> {
  const args = await example.args(device);
  const wrt = args.filter((arg): arg is Tensor => leaves(arg)[0] === arg && isFloat((arg as Tensor).dtype));
  disposeAll(
    gradientsOf(() => {
      const floats = leaves(callExport(each, name, example, args, device)).filter(({ dtype }) => isFloat(dtype));
      return floats.map((one) => sum(one)).reduce((a, b) => a.add(b));
    }, wrt),
  );
  // within a scope that lives on, as a user's own tidy around several calls
  disposeAll(tidy(() => gradientsOf(() => sum(leaves(callExport(each, name, example, args, device))[0]!), wrt)));
  disposeAll(args);
}

/** A value that fits less than the given one: a tensor of another shape, an option that does not exist, a function that raises. */
function broken(value: unknown): unknown {
  if (typeof value === "function")
    return () => {
      throw new TypeError("broken: raised on purpose.");
    };
  if (typeof value === "number") return NaN;
  if (leaves(value)[0] === value) return (value as Tensor).reshape(1, ...(value as Tensor).shape, 1);
  if (Array.isArray(value)) return value.length > 0 ? [...value.slice(0, -1), broken(value.at(-1))] : [null];
  return undefined;
}
