// Runs every entry of a fixture set through the library. What it does not know, it counts as failed.
import type { Device } from "@x/tensor";
import { checkConfig, checkWeights } from "./check-checkpoint.ts";
import { checkContainer, checkContainerLogits, checkShard, checkShardIndex } from "./check-container.ts";
import { checkLora } from "./check-lora.ts";
import { checkHostile } from "./check-hostile.ts";
import { checkPadded } from "./check-padded.ts";
import { checkContinued, checkPackedFromState } from "./check-states.ts";
import { checkForward, checkGradients, checkPacked } from "./check-model.ts";
import { checkOp } from "./check-op.ts";
import { checkTokenizer } from "./check-tokenizer.ts";
import { checkTraining } from "./check-training.ts";
import { EntryCheck } from "./entry-check.ts";
import { FixtureError, type FixtureEntry, type FixtureSet, readFixtureSet, readValues } from "./fixture-set.ts";
import type { OpTable } from "./inputs.ts";
import { type ModelCheck, ModelFolders } from "./model-folders.ts";
import { attentionOps } from "./ops-attention.ts";
import { basicOps } from "./ops-basic.ts";
import { mixerOps } from "./ops-mixer.ts";
import { nnOps } from "./ops-nn.ts";
import { optimOps } from "./ops-optim.ts";
import { samplingOps } from "./ops-sampling.ts";
import { type Line, Report, type Summary } from "./report.ts";

const ops: OpTable = { ...basicOps, ...nnOps, ...optimOps, ...mixerOps, ...attentionOps, ...samplingOps };

/** Kinds of entries by how their name begins, the longest that fits; the rest of it is for people. */
const kinds: Readonly<Record<string, ModelCheck>> = {
  weights: checkWeights,
  config: checkConfig,
  forward: checkForward,
  gradients: checkGradients,
  packed: checkPacked,
  "packed documents (seq_idx) with an initial state": checkPackedFromState,
  "initial state given": checkContinued,
  "padded batch": checkPadded,
  training: checkTraining,
  LoRA: checkLora,
  tokenizer: checkTokenizer,
  "checkpoint container": checkContainer,
  "checkpoint shard": checkShard,
  "shard index": checkShardIndex,
  "logits of the containers": checkContainerLogits,
  "hostile container": checkHostile,
};

export interface CheckOptions {
  /** Gets each line as it comes. */
  onLine?(line: Line): void;
  /** Checks this file of the index only. */
  readonly only?: string;
  /** Checks entries only whose kind begins with this, or whose op is this. */
  readonly kind?: string;
  /** Leaves out entries whose kind contains one of these words, whatever their case; each is counted as skipped. */
  readonly except?: readonly string[];
}

/**
 * Checks a folder of golden data on a device.
 *
 * @throws FixtureError when there is no such folder or its index cannot be read
 */
export async function checkFixtures(
  folder: string,
  device: Device,
  { onLine, only, kind, except = [] }: CheckOptions = {},
): Promise<Summary> {
  const set = await readFixtureSet(folder);
  const report = new Report(onLine);
  const models = new ModelFolders(set, device);
  const ofKind = set.entries.filter(
    (entry) => kind === undefined || kindOf(entry).startsWith(kind) || entry.op === kind,
  );
  if (ofKind.length === 0) {
    throw new FixtureError(
      `fixtures: --kind must be the op of at least one entry or begin its kind, ${[...new Set(set.entries.map(kindOf))].join(", ")}; got "${kind}".`,
    );
  }
  const words = [...except];
  const unused = words.find((word) => !set.entries.some((entry) => leftOutBy(entry, [word])));
  if (unused !== undefined)
    throw new FixtureError(`fixtures: --except must be a word in the kind of at least one entry; got "${unused}".`);
  for (const entry of ofKind) {
    if (only !== undefined && entry.file !== only) continue;
    const word = leftOutBy(entry, words);
    if (word === undefined) await checkEntry(entry, { set, models, device, report });
    else new EntryCheck(entry, device, report).skip(`left out by --except ${word}`);
  }
  return report.summary;
}

function leftOutBy({ kind }: FixtureEntry, words: readonly string[]): string | undefined {
  return words.find((word) => kind?.toLowerCase().includes(word.toLowerCase()));
}

const kindOf = ({ kind, op }: FixtureEntry): string => kind ?? (op === undefined ? "" : "op");

interface Context {
  readonly set: FixtureSet;
  readonly models: ModelFolders;
  readonly device: Device;
  readonly report: Report;
}

async function checkEntry(entry: FixtureEntry, { set, models, device, report }: Context): Promise<void> {
  const check = new EntryCheck(entry, device, report);
  try {
    if (entry.file.endsWith(".safetensors")) check.fill(await readValues(set, entry.file));
    await checkerOf(entry)(check, { set, models });
    check.finish();
  } catch (error) {
    check.abort(error);
  }
}

function checkerOf({ op, kind }: FixtureEntry): ModelCheck {
  if (op !== undefined) {
    const known = Object.hasOwn(ops, op) ? ops[op] : undefined;
    if (!known) throw new Error(`the checker does not know the op "${op}"`);
    return (check) => checkOp(check, known);
  }
  const [name] = Object.keys(kinds)
    .filter((prefix) => kind?.startsWith(prefix))
    .sort((a, b) => b.length - a.length);
  if (name === undefined) throw new Error(`the checker does not know the kind ${JSON.stringify(kind ?? null)}`);
  return kinds[name]!;
}
