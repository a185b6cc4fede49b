// Wrong tensors to every export: another rank, size or dtype, a tensor that was disposed of, one of another device, and what is no tensor, in every place where an example has a tensor, also
// inside options and arrays. Each is refused in one sentence that begins with the export's name and names the argument, or is taken, which exports/accepted-inputs.ts has to say of the exports that it names.
import { DeviceError, DisposedError, DTypeError, ShapeError } from "@x/tensor";
import { cast, ConfigError, createCpuDevice, type DType, isPlainObject, Tensor, zeros } from "@x/tensor";
import { describe, expect, it } from "vitest";
import {
  callExport,
  disposeAll,
  type Example,
  examplesOf,
  type PackageExports,
  packages,
} from "../src/exports/index.ts";
import { isKnown, type OtherShape, speakForOthers, acceptedBy, unusedEntries } from "../src/exports/accepted-inputs.ts";

const device = createCpuDevice();
const foreign = createCpuDevice();

type Path = readonly (string | number)[];

/** Where the tensors of a tree are. */
function tensorPaths(tree: unknown, path: Path = []): Path[] {
  if (tree instanceof Tensor) return [path];
  if (Array.isArray(tree)) return tree.flatMap((item, i) => tensorPaths(item, [...path, i]));
  return isPlainObject(tree) ? Object.entries(tree).flatMap(([key, item]) => tensorPaths(item, [...path, key])) : [];
}

function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce((node, key) => (node as Record<string | number, unknown>)[key], tree);
}

/** The tree with another value at a path. */
function replaced(tree: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = replaced((tree as Record<string | number, unknown>)[key], rest, value);
  return Array.isArray(tree) ? tree.with(key as number, inner) : { ...(tree as object), [key]: inner };
}

const otherShapes: Readonly<Record<OtherShape, (shape: readonly number[]) => readonly number[]>> = {
  scalar: () => [],
  more: (shape) => [2, ...shape],
  less: (shape) => shape.slice(1),
  sizes: (shape) => shape.map((dim) => dim + 1),
};
const dtypes: readonly DType[] = ["f32", "i32", "u32", "bool", "f64", "f16", "bf16"];

/** Something put in the place of a tensor, whether it may be taken there, and the error that it must lead to otherwise. */
interface Fault {
  readonly what: string;
  readonly taken: boolean;
  /** whether it is wrong by itself, not beside other arguments */
  readonly certain: boolean;
  readonly errors: readonly (abstract new (...args: never) => Error)[];
  readonly put: (right: Tensor) => unknown;
}

/** What is wrong, or allowed, in the place of `right`. @param alone whether it is the only tensor of the call, which may then lie anywhere */
function faultsOf(name: string, path: Path, { shape, dtype }: Tensor, alone: boolean): Fault[] {
  const taken = acceptedBy(name, path.join("."));
  const fits = [ShapeError, DTypeError];
  const free = /^(leaves|mapTree|tidy|noGrad|indexedNames)$/.test(name); // trees of anything
  return [
    ...(Object.keys(otherShapes) as OtherShape[])
      .filter(
        (kind) => otherShapes[kind](shape).join() !== shape.join() || otherShapes[kind](shape).length !== shape.length,
      )
      .map((kind): Fault => {
        const other = otherShapes[kind](shape);
        return {
          what: `[${other}]`,
          taken: taken.shapes?.includes(kind) ?? false,
          certain: false,
          errors: fits,
          put: () => zeros(other, { dtype, device }),
        };
      }),
    ...dtypes
      .filter((other) => other !== dtype)
      .map((other): Fault => ({
        what: other,
        taken: taken.dtypes?.includes(other) ?? false,
        certain: false,
        errors: fits,
        put: (right) => cast(right, other),
      })),
    {
      what: "a tensor of another device",
      taken: alone || (taken.anyDevice ?? false),
      certain: true,
      errors: [DeviceError],
      put: () => zeros(shape, { dtype, device: foreign }),
    },
    {
      what: "a tensor disposed of",
      taken: name === "leaves" || name === "indexedNames",
      certain: true,
      errors: [DisposedError],
      put: (right) => {
        right.dispose();
        return right;
      },
    },
    ...[null, "abc", [1]].map((other): Fault => ({
      what: JSON.stringify(other),
      taken: free,
      certain: true,
      errors: [DTypeError, ConfigError],
      put: () => other,
    })),
  ];
}

/** The names of an export's parameters, as far as its source tells. */
function parametersOf(exported: unknown): (string | undefined)[] {
  const source = String(exported);
  const from = source.startsWith("class") ? source.indexOf("constructor(") : 0;
  const list = from < 0 ? "" : source.slice(source.indexOf("(", from) + 1, source.indexOf(")", from));
  return list.split(",").map((parameter) => /^[.]*(\w+)/.exec(parameter.trim())?.[1]);
}

/** Keys of plain objects in a tree. */
function keysOf(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(keysOf);
  return isPlainObject(tree) ? Object.entries(tree).flatMap(([key, item]) => [key, ...keysOf(item)]) : [];
}

/**
 * The names of which a sentence must hold one: that of the place where the fault is certain (no tensor, disposed of, on another device), else that of any argument, since two that do not fit
 * may each be called wrong. None where the source does not tell.
 */
function namesOf(exported: unknown, args: readonly unknown[], path: Path, certain: boolean): string[] {
  const parameters = parametersOf(exported);
  const key = path.slice(1).findLast((part) => typeof part === "string") ?? parameters[path[0] as number];
  if (certain || key === undefined) return key === undefined ? [] : [String(key)];
  return [...parameters.filter((name) => name !== undefined), ...keysOf(args)];
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

/** What is wrong about an outcome, or undefined. @param names of which the sentence must hold one */
function problemOf(
  name: string,
  { taken, errors, certain }: Fault,
  error: unknown,
  names: readonly string[],
): string | undefined {
  if (error === undefined) return taken || !(certain || isKnown(name)) ? undefined : "taken";
  const { message } = error as Error;
  if (taken) return `refused, though exports/accepted-inputs.ts says that it is taken: ${message}`;
  if (!errors.some((kind) => error instanceof kind)) return `${(error as Error).name}: ${message}`;
  const other = speakForOthers[name];
  if (!new RegExp(`^${other ?? name}: `).test(message)) return message;
  if (
    other !== undefined ||
    names.length === 0 ||
    new RegExp(`\\b(${names.map((each) => each.replace(/s$/, "s?")).join("|")})\\b`).test(message)
  )
    return undefined;
  return `does not name ${names.join(" or ")}: ${message}`;
}

let tried = 0;
for (const each of packages) {
  describe(each.name, () => {
    for (const [name, example] of examplesOf(each, "cpu")) {
      it(`${name} names wrong tensors`, async () => {
        const first = await example.args(device);
        const places = tensorPaths(first);
        const faults = places.map((path) => faultsOf(name, path, valueAt(first, path) as Tensor, places.length === 1));
        disposeAll(first);
        const wrong: string[] = [];
        for (const [i, path] of places.entries()) {
          for (const fault of faults[i]!) {
            const args = await example.args(device);
            const put = fault.put(valueAt(args, path) as Tensor);
            const error = await outcome(each, name, example, replaced(args, path, put) as readonly unknown[]);
            disposeAll([args, put]);
            const names = namesOf(each.module[name], args, path, fault.certain);
            const problem = problemOf(name, fault, error, names);
            if (problem !== undefined) wrong.push(`argument ${path.join(".")}, ${fault.what}: ${problem}`);
            tried++;
          }
        }
        expect(wrong).toEqual([]);
      });
    }
  });
}

it("was tried in thousands of places, and the table of what is taken has no name that is exported no more", () => {
  expect(tried).toBeGreaterThan(3000);
  expect(unusedEntries(new Set(packages.flatMap(({ module }) => Object.keys(module))))).toEqual([]);
});
