// A tuning table that comes from a file: every key known, every number in its range.
import { checkKernelOptions, describeValue, KernelError, requireArguments } from "@x/base";
import type { Tuning, TuningTable } from "./table.ts";

/** What a value must be: a whole number of at least 0 or 1, one of a list, or an object with these keys, all of them. */
type Rule = 0 | 1 | readonly unknown[] | Rules;
interface Rules {
  readonly [key: string]: Rule;
}

const flag = [true, false];
const tile = { rows: 1, vectors: 1, threadsX: 1, threadsY: 1, depth: 1 } as const;

/** By where a tile stages its operands. */
const tiles: Readonly<Record<string, Rules>> = {
  none: { stage: ["none"], ...tile },
  shared: { stage: ["shared"], ...tile, prefetch: [undefined, ...flag] },
  matrix: { stage: ["matrix"], ...tile, blocks: { down: 1, across: 1 } },
};

/** Sections, of which any keys may be left out. The compiler sees to it that none is missing here. */
const sections: {
  readonly [S in Exclude<keyof TuningTable, "matmul">]: { readonly [K in keyof Required<TuningTable[S]>]: Rule };
} = {
  ssd: {
    chunkLength: [32, 64],
    targetWorkgroups: 1,
    matrix: { depth: [16, 32], threads: 1, targetWorkgroups: 1, walks: 1, halfStates: [undefined, true] },
  },
  rows: {
    threadRowLoads: 0,
    threadRowCount: 0,
    subgroupSums: flag,
    loadsOf64: 0,
    loadsOf128: 0,
    loadsOf256: 0,
    keptLoads: 0,
    normBlocks: 1,
    sumLanes: [16, 64],
    columnVectors: 0,
  },
  conv: { forwardSegment: 1, backwardSegment: 1, forwardAhead: [1, 2, 4, 8], backwardAhead: [1, 2, 4, 8] },
  reduce: { threadRowLoads: 0, targetRows: 1, minRowLoads: 1, targetThreads: 1, minThreadLoads: 1 },
  cumsum: { serialLength: 0, serialRows: 0 },
  attention: { tile: [8, 32], targetWorkgroups: 1, minSplitSlots: 1 },
};

/**
 * Raises unless a value is a tuning table as {@link tune} returns it: an unknown key is named, and so is a value out of
 * its range.
 *
 * @param op the function that was given it, as its caller knows it
 * @throws KernelError that names the key, e.g. `createRunner: tuning.rows.sumLanes must be 16 or 64; got 32.`
 * @example
 * checkTuning("load", { ssd: { chunkLength: 32 }, rows: { sumLanes: 64 } });
 */
export function checkTuning(op: string, tuning: unknown): asserts tuning is Tuning {
  requireArguments("checkTuning", { op }, { op: "string" });
  const path = `${op}: tuning`;
  requireArguments(op, { tuning }, { tuning: "object" });
  checkKeys(path, tuning, { adapter: 0, matmul: 0, ...sections });
  const { adapter, matmul, ...rest } = tuning as Record<string, unknown>;
  requireArguments(op, { "tuning.adapter": adapter }, { "tuning.adapter?": "string" });
  for (const [name, section] of Object.entries(rest))
    if (section !== undefined) checkEach(`${path}.${name}`, section, sections[name as keyof typeof sections]);
  if (matmul === undefined) return;
  checkKeys(`${path}.matmul`, matmul, matmul as object);
  for (const [name, value] of Object.entries(matmul as object)) {
    if (!/^\d+x\d+x\d+( ta)?( tb)?$/.test(name))
      throw new KernelError(
        `${path}.matmul must have keys such as 1024x4096x1024, with " ta" or " tb" after it where an operand is transposed; got ${describeValue(name)}.`,
      );
    const at = `${path}.matmul["${name}"]`;
    const { stage } = Object(value) as { stage?: string };
    checkRule(`${at}.stage`, stage, Object.keys(tiles));
    checkRule(at, value, tiles[stage!]!);
  }
}

function checkKeys(path: string, value: unknown, known: object): void {
  checkKernelOptions(path, value, known as Record<string, true>);
}

/** Of an object, the keys that are there. */
function checkEach(path: string, value: unknown, rules: Rules): void {
  checkKeys(path, value, rules);
  for (const [key, one] of Object.entries(value as object)) checkRule(`${path}.${key}`, one, rules[key]!);
}

function checkRule(path: string, value: unknown, rule: Rule): void {
  const must = (what: string): never => {
    throw new KernelError(`${path} must be ${what}; got ${describeValue(value)}.`);
  };
  if (typeof rule === "number") {
    if (!Number.isSafeInteger(value) || (value as number) < rule || (value as number) > 2 ** 30)
      must(`a whole number from ${rule} to 2^30`);
  } else if (Array.isArray(rule)) {
    if (!rule.includes(value))
      must(
        rule
          .filter((one) => one !== undefined)
          .map(describeValue)
          .join(" or "),
      );
  } else {
    checkKeys(path, value ?? null, rule);
    for (const [key, one] of Object.entries(rule as Rules))
      checkRule(`${path}.${key}`, (value as Record<string, unknown>)[key], one);
  }
}
