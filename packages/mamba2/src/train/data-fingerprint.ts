// The fingerprint by which a resumed run knows its data again: their number and a SHA-256.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { isTokenRanges, type TokenArray, type TokenBatch, type TokenRanges } from "@x/nn/core";
import { CheckpointError, showShape } from "@x/tensor/core";
import { shortFingerprint } from "../hashes/short-fingerprint.ts";

/** The part of tokens that is held out unless told otherwise; fingerprints do not say it. */
export const HELD_OUT = 0.05;

/** Data with a fingerprint. */
export interface Fingerprinted {
  /** What the data are known again by after `step` updates. */
  fingerprint(step: number): string;
}

const DATA = "data";

/** The note in a run's file that says its data. */
export function dataNote(data: Fingerprinted, step: number): Readonly<Record<string, string>> {
  return { [DATA]: data.fingerprint(step) };
}

/** Raises unless the data are those that a run was saved with. @param metadata of the run's file */
export function requireSameData(metadata: Readonly<Record<string, string>>, data: Fingerprinted, step: number): void {
  const [saved, now] = [metadata[DATA], data.fingerprint(step)];
  if (saved === now) return;
  throw new CheckpointError(
    `train: the data must be those of the saved run, ${saved === undefined ? "which does not say what they were" : shortFingerprint(saved)}; got ${shortFingerprint(now)}. ` +
      "Another text or another tokenizer makes it another run: restore(file, { otherData: true }), on the command line --other-data, goes on all the same.",
    { op: "train", expected: saved, got: now },
  );
}

/** The most tokens that are hashed whole, and how many parts of what length of larger data: a run that resumes should not read all of them first. */
const HASHED_WHOLE = 2 ** 26;
const [PARTS, PART] = [1024, 4096];

export function tokensFingerprint(tokens: TokenArray | TokenRanges, heldOut: number): string {
  const { length } = tokens;
  const read = (begin: number): TokenArray => {
    const end = Math.min(begin + PART, length);
    return isTokenRanges(tokens) ? tokens.read(begin, end) : tokens.subarray(begin, end);
  };
  const whole = length <= HASHED_WHOLE;
  const count = whole ? Math.ceil(length / PART) : PARTS;
  const last = Math.max(0, length - PART);
  const parts = function* (): Generator<TokenArray, void> {
    for (let i = 0; i < count; i++) yield read(whole ? i * PART : Math.floor((i * last) / (PARTS - 1)));
  };
  const hash = `SHA-256${whole ? "" : ` of ${PARTS} parts`} ${hashOf(parts())}`;
  return `${length} tokens, ${hash}${heldOut === HELD_OUT ? "" : `, ${100 * heldOut} % held out`}`;
}

export function batchFingerprint({ x, y, seqIdx, shape }: TokenBatch): string {
  return `a last batch of ${showShape(shape)}, SHA-256 ${hashOf(seqIdx ? [x, y, seqIdx] : [x, y])}`;
}

/** Of the numbers, whatever array holds them: each as four bytes, the lowest first. */
function hashOf(arrays: Iterable<ArrayLike<number>>): string {
  const hash = sha256.create();
  const part = new DataView(new ArrayBuffer(2 ** 16));
  for (const numbers of arrays) {
    for (let begin = 0; begin < numbers.length; begin += 2 ** 14) {
      const count = Math.min(2 ** 14, numbers.length - begin);
      for (let i = 0; i < count; i++) part.setInt32(4 * i, numbers[begin + i]!, true);
      hash.update(new Uint8Array(part.buffer, 0, 4 * count));
    }
  }
  return bytesToHex(hash.digest());
}
