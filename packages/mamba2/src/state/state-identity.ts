// Which model has read the tokens of a saved state: the file says its identity.
import { CheckpointError } from "@x/tensor/core";
import { shortFingerprint } from "../hashes/short-fingerprint.ts";

/** The key of the identity in the metadata. */
export const READ_BY = "model";

/** Whether a file is of a model: undefined where one of them does not say. @param identity of the model */
export function isReadBy(
  metadata: Readonly<Record<string, string>>,
  identity: string | undefined,
): boolean | undefined {
  const saved = metadata[READ_BY];
  return saved === undefined || identity === undefined ? undefined : saved === identity;
}

/** Raises for a state of another model, or one that does not say of which it is. @param identity undefined: of a model that is not compared @throws CheckpointError */
export function requireReadBy(metadata: Readonly<Record<string, string>>, identity: string | undefined): void {
  if (identity === undefined || isReadBy(metadata, identity)) return;
  const saved =
    metadata[READ_BY] === undefined
      ? "which the file does not say, as those of version 4 and before do not"
      : shortFingerprint(metadata[READ_BY]);
  const now = shortFingerprint(identity);
  throw new CheckpointError(
    `state: the model must be the one that has read its tokens, with the same values, adapter in use and configuration, ${saved}; got ${now}. ` +
      "State.deserialize(file, model, { otherModel: true }), on the command line --other-model, goes on all the same.",
    { op: "state", expected: saved, got: now },
  );
}
