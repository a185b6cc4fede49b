// Bytes of a file as text. Bytes that are no UTF-8 would each become the same "\u{fffd}" without a word.
import { hostBytes } from "@x/base";
import { CheckpointError } from "@x/tensor/core";

/** The text of a file, without a mark of the order of bytes before it. @throws CheckpointError that names the file unless it is UTF-8 */
export function utf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(hostBytes(file, bytes));
  } catch (cause) {
    throw new CheckpointError(`${file}: must be text in UTF-8; it holds other bytes. Convert it first.`, {
      file,
      cause,
    });
  }
}
