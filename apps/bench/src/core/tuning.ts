// What tuning found on a device, as JSON: the table for the library, and every time it follows from. Read back only through the schema.
import { checkTuning, type Tuning } from "@x/kernels-wgsl";
import * as v from "valibot";

/** The version of the format; a reader refuses others. */
export const tuningFormat = "x-tuning/2";

const positive = v.pipe(v.number(), v.finite(), v.minValue(0));

const raceSchema = v.strictObject({
  family: v.string(),
  landscape: v.string(),
  name: v.string(),
  axes: v.pipe(v.array(v.strictObject({ name: v.string(), unit: v.exactOptional(v.string()) })), v.minLength(1)),
  work: v.strictObject({ amount: positive, unit: v.string() }),
  /** the first is the built-in choice */
  tried: v.array(
    v.strictObject({
      place: v.array(v.union([v.number(), v.string()])),
      elapsedNs: v.exactOptional(positive),
      failure: v.exactOptional(v.string()),
    }),
  ),
  chosen: v.exactOptional(v.pipe(positive, v.integer())),
});

export const tuningSchema = v.strictObject({
  format: v.literal(tuningFormat),
  date: v.pipe(v.string(), v.isoTimestamp()),
  /** of the library */
  version: v.string(),
  adapter: v.strictObject({
    class: v.string(),
    vendor: v.string(),
    architecture: v.string(),
    description: v.string(),
  }),
  environment: v.record(v.string(), v.string()),
  /** the file of the repository where the choices go */
  file: v.string(),
  tuning: v.pipe(v.unknown(), v.rawTransform(tableOf)),
  races: v.array(raceSchema),
});

export type TuningReport = v.InferOutput<typeof tuningSchema>;
export type TuningRace = TuningReport["races"][number];

function tableOf({
  dataset,
  addIssue,
  NEVER,
}: Parameters<Parameters<typeof v.rawTransform<unknown, Tuning>>[0]>[0]): Tuning {
  try {
    checkTuning("read", dataset.value);
    return dataset.value;
  } catch (error) {
    addIssue({ message: error instanceof Error ? error.message : String(error) });
    return NEVER;
  }
}

/** In the unit of the work. */
export function speedOf({ amount }: TuningRace["work"], elapsedNs: number): number {
  return amount / Math.max(elapsedNs, 1e-3);
}
