// A report: everything one run of the bench found, as JSON that says where it came from. Read back only through the schema.
import * as v from "valibot";
import { reportFormat } from "./report-format.ts";
import { type TuningReport, tuningSchema } from "./tuning.ts";

export { reportFormat };

const finite = v.pipe(v.number(), v.finite());
const positive = v.pipe(finite, v.minValue(0));

const summarySchema = v.object({
  median: positive,
  q1: positive,
  q3: positive,
  min: positive,
  count: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

const peerCellSchema = v.variant("status", [
  v.object({
    status: v.literal("measured"),
    timeNs: summarySchema,
    oursNs: summarySchema,
    samplesNs: v.array(positive),
    oursSamplesNs: v.array(positive),
    worst: positive,
  }),
  v.object({ status: v.picklist(["unavailable", "unsupported", "wrong", "failed", "skipped"]), why: v.string() }),
]);

const rowSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  package: v.string(),
  primitive: v.string(),
  status: v.picklist(["measured", "wrong", "failed", "skipped"]),
  /** why there is no number, where there is none */
  why: v.optional(v.string()),
  flops: positive,
  bytes: positive,
  check: v.optional(v.object({ depth: v.picklist(["cpu", "reference", "small cases"]), worst: positive })),
  clock: v.optional(v.picklist(["timestamp-query", "submit-to-done", "wall"])),
  path: v.optional(v.picklist(["kernel", "composed", "loops"])),
  /** ns per call */
  timeNs: v.optional(summarySchema),
  samplesNs: v.optional(v.array(positive)),
  repeats: v.optional(positive),
  copies: v.optional(positive),
  dispatches: v.optional(positive),
  firstUseMs: v.optional(positive),
  gflops: v.optional(positive),
  gbs: v.optional(positive),
  share: v.optional(positive),
  boundBy: v.optional(v.picklist(["bandwidth", "compute", "dispatch"])),
});

const roofsSchema = v.object({
  copyGBs: positive,
  fmaF32: positive,
  fmaF16: v.exactOptional(positive),
  dispatchUs: positive,
});

const duelSchema = v.object({
  id: v.string(),
  peers: v.record(v.string(), peerCellSchema),
  /** something that is no peer and was timed in turn with us: how our time compares with it */
  yardstick: v.exactOptional(v.object({ name: v.string(), cell: peerCellSchema })),
});

export const reportSchema = v.object({
  format: v.literal(reportFormat),
  date: v.pipe(v.string(), v.isoTimestamp()),
  device: v.object({
    kind: v.picklist(["cpu", "webgpu"]),
    description: v.string(),
    adapter: v.optional(v.record(v.string(), v.union([v.string(), v.boolean()]))),
    features: v.array(v.string()),
    limits: v.record(v.string(), finite),
  }),
  environment: v.record(v.string(), v.string()),
  command: v.string(),
  roofs: roofsSchema,
  rows: v.array(rowSchema),
  duels: v.optional(v.array(duelSchema)),
  tuning: v.optional(tuningSchema),
});

export type Report = v.InferOutput<typeof reportSchema>;
export type Row = v.InferOutput<typeof rowSchema>;
export type Duel = v.InferOutput<typeof duelSchema>;
export type PeerCell = v.InferOutput<typeof peerCellSchema>;

/**
 * Reads a report.
 * @throws Error that names the first field that is not as it must be
 */
export function parseReport(text: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`report: must be JSON; ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
  return validate("report", reportSchema, value);
}

/** Reads what tuning found. @throws Error like {@link parseReport} */
export function parseTuning(text: string): TuningReport {
  return validate("tuning", tuningSchema, JSON.parse(text));
}

/** Writes a report, having read it back through the schema. */
export function formatReport(report: Report): string {
  return `${JSON.stringify(validate("report", reportSchema, report), undefined, 1)}\n`;
}

function validate<S extends v.GenericSchema>(what: string, schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${what}: ${v.getDotPath(issue) ?? "it"} is not as it must be: ${issue.message}`);
}
