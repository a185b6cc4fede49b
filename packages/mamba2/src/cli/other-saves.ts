// What another run has left in the folder that a run is to save to, and would be taken for this one's.
import { readdir } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { CheckpointError } from "@x/tensor/core";
import { isAdapterFile, isWeightsFile } from "../node/stale-files.ts";
import { AVERAGES, BEST } from "./save-retention.ts";

const isSave = (name: string): boolean => name === AVERAGES || name === BEST || /^step-\d+$/.test(name);

/** Whether a folder is another or lies in it, as the saves do that a run keeps. */
export function isWithin(folder: string, other: string): boolean {
  const [first] = relative(other, folder).split(sep);
  return first !== ".." && !isAbsolute(first!); // another drive has no relative path
}

/**
 * Raises where a folder holds what the saves of a run do not take the place of: kept saves and averages of another run, an adapter beside a model, a model beside an adapter that is not its
 * base. A model takes the place of a model, an adapter that of an adapter.
 *
 * @param base of the adapter that the run trains; undefined where it trains a model
 * @throws CheckpointError that names it
 */
export async function requireNoOtherSaves(folder: string, base: string | undefined): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // there is none, or it cannot be read: writing to it says why
  const isBase = base !== undefined && resolve(base) === resolve(folder);
  const other = entries
    .filter((entry) => {
      if (entry.isDirectory()) return isSave(entry.name);
      return base === undefined ? isAdapterFile(entry.name) : isWeightsFile(entry.name) && !isBase;
    })
    .map(({ name }) => name)
    .sort();
  if (other.length === 0) return;
  throw new CheckpointError(
    `train: "${folder}" must hold nothing that would be taken for this run's; it holds ${other.join(", ")} of another. Give another --out, remove them, or go on with that run by --resume.`,
    { file: folder, got: other },
  );
}
