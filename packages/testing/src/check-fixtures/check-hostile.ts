// Entries of files that are made to do harm: the library must refuse them, for the fault that they have, and do nothing else.
import { basename, dirname } from "node:path";
import { type FileReader, openCheckpoint, readTorchBin } from "@x/mamba2";
import { CheckpointError } from "@x/tensor";
import { known } from "./check-container.ts";
import { readBytes } from "./fixture-set.ts";
import type { ModelCheck } from "./model-folders.ts";

/** What the sentence must say, by what the entry says of the file. */
const FAULTS: readonly (readonly [what: RegExp, says: RegExp])[] = [
  [/os\.system/, /the global "(?:os|posix)\.system" is not allowed/],
  [/members named \.\.\//, /storage "\.\.\/\.\.\/\.\.\/evil" must have .*; got a key that is a path/],
  [/persistent id says/, /storage "0" must have 4398046511104 bytes; got 96/],
  [/reach past its end/, /must be within its storage of 24 elements/],
  [/central directory says/, /member ".*data\/0" leads outside of the file/],
  [/cut to \d+/, /^zip: .*truncated/],
  [/cut inside the last storage/, /^torch file: storage ".*" must have .*truncated/],
];

/** What sentences about a container begin with: not those about a model that lacks tensors. */
const OF_CONTAINERS = /^(?:torch file|zip|pickle): /;

/** Bytes that reading a file of less than 4 kB may take, beside the file: buffers of the runtime. */
const MOST_BYTES = 2 ** 24;

export const checkHostile: ModelCheck = async (check, { set, models }) => {
  const { file, what = "" } = check.entry;
  known(check, ["claimed", "real", "full", "cut"]);
  const says = FAULTS.find(([pattern]) => pattern.test(what))?.[1] ?? OF_CONTAINERS;
  const bytes = await readBytes(set, file);
  const asked: string[] = [];
  const whole = models.ranged(dirname(file));
  // names outside of the folder, and ranges outside of the file, would be seen here
  const reader: FileReader = Object.assign((name: string) => whole((asked.push(name), name)), {
    size: (name: string) => whole.size((asked.push(name), name)),
    range(name: string, start: number, end: number) {
      if (start < 0 || end > bytes.length || end < start) asked.push(`${name} from ${start} to ${end}`);
      return whole.range(name, start, end);
    },
  });
  const before = process.memoryUsage().arrayBuffers;
  const reasons = {
    "read at once": await refusal(async () => void readTorchBin(bytes)),
    "read by ranges": await refusal(() => openCheckpoint(reader)),
  };
  const grown = process.memoryUsage().arrayBuffers - before;
  for (const [how, error] of Object.entries(reasons)) {
    if (error === undefined) check.fail(how, "must be refused; it is read");
    else if (!(error instanceof CheckpointError)) check.fail(how, `must raise a CheckpointError; got ${String(error)}`);
    else check.verify(how, says.test(error.message), `must say ${says.source}; says ${error.message}`);
  }
  check.verify("memory", grown <= MOST_BYTES, `must take at most ${MOST_BYTES} bytes; took ${grown}`);
  const outside = asked.filter((name) => name !== basename(name) || / from /.test(name));
  const reason = `must stay within the file; asked for ${outside.join(", ")}`;
  check.verify("names and ranges", outside.length === 0, reason);
};

async function refusal(read: () => Promise<unknown>): Promise<unknown> {
  try {
    await read();
    return undefined;
  } catch (error) {
    return error;
  }
}
