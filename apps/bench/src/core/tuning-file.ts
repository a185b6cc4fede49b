// A tuning file: what `tune` returned as JSON, or the table of a sweep. Read only through a schema: every key known, every number in its range.
import type { Tuning } from "@x/kernels-wgsl";
import * as v from "valibot";
import { parseTuning, tileSchema } from "./report.ts";
import { tuningOf } from "./tuner.ts";

const whole = (least: number, most: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const count = v.exactOptional(whole(0, 2 ** 24));
const size = v.exactOptional(whole(1, 2 ** 24));
const oneOf = <const N extends readonly (number | string)[]>(options: N): v.GenericSchema<N[number] | undefined> =>
  v.exactOptional(v.picklist(options)) as never;

const tuning = v.strictObject({
  adapter: v.exactOptional(v.string()),
  matmul: v.exactOptional(
    v.record(
      v.pipe(v.string(), v.regex(/^\d+x\d+x\d+(?: ta)?(?: tb)?$/, "must be a class of shapes such as 1024x4096x1024")),
      tileSchema,
    ),
  ),
  ssd: v.exactOptional(
    v.strictObject({
      chunkLength: oneOf([32, 64]),
      targetWorkgroups: size,
      matrix: v.exactOptional(
        v.strictObject({
          depth: v.picklist([16, 32, 64]),
          threads: whole(1, 1024),
          targetWorkgroups: whole(1, 2 ** 24),
          halfStates: v.exactOptional(v.literal(true)),
        }),
      ),
    }),
  ),
  rows: v.exactOptional(
    v.strictObject({
      threadRowLoads: count,
      threadRowCount: count,
      subgroupSums: v.exactOptional(v.boolean()),
      loadsOf64: count,
      loadsOf128: count,
      loadsOf256: count,
      keptLoads: count,
      normBlocks: size,
      sumLanes: oneOf([16, 64]),
      columnVectors: count,
    }),
  ),
  conv: v.exactOptional(
    v.strictObject({
      forwardSegment: size,
      backwardSegment: size,
      forwardAhead: oneOf([1, 2, 4, 8]),
      backwardAhead: oneOf([1, 2, 4, 8]),
    }),
  ),
  reduce: v.exactOptional(
    v.strictObject({
      threadRowLoads: count,
      targetRows: size,
      minRowLoads: size,
      targetThreads: size,
      minThreadLoads: size,
    }),
  ),
  cumsum: v.exactOptional(v.strictObject({ serialLength: count, serialRows: count })),
});

/**
 * The choices in a tuning file.
 * @param file its name, for the sentence
 * @throws Error that names the file and the first key that is not as it must be
 */
export function readTuningFile(file: string, text: string): Tuning {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "format" in value) return tuningOf(parseTuning(text));
    const result = v.safeParse(tuning, value);
    if (result.success) return result.output as Tuning;
    const [issue] = result.issues;
    throw new Error(`${v.getDotPath(issue) ?? "it"} is not as it must be: ${issue.message}`);
  } catch (cause) {
    throw new Error(`tuning file "${file}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
