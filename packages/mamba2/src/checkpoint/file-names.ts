// Names of files beside each other in a folder: plain ones, on every system. A path, or a name that means something else to some system, could lead anywhere.
import { describeValue } from "@x/base";
import { CheckpointError } from "@x/tensor/core";

/** The files of an adapter, as PEFT names them; weights the older way, of torch.save, too. */
export const ADAPTER_CONFIG = "adapter_config.json";
export const ADAPTER_WEIGHTS = "adapter_model.safetensors";
export const ADAPTER_TORCH = "adapter_model.bin";
/** A model's chat template. */
export const TEMPLATE_FILE = "chat_template.jinja";
/** The others are in a folder of their own, the only one that readers descend into. */
export const TEMPLATE_FOLDER = "additional_chat_templates/";
/** The one for conversations with tools. */
export const TOOL_FILE: string = `${TEMPLATE_FOLDER}tool_use.jinja`;

/** Devices of Windows, whatever their extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const MOST_BYTES = 255;

/**
 * Raises unless a name is that of a file in a folder: no separators of any system, no drive or stream (`:`), no control characters, neither `.` nor `..`, no name that
 * Windows reserves or changes.
 *
 * @param what whose name it is, for the sentence
 * @throws CheckpointError
 */
export function requireFileName(what: string, name: unknown): asserts name is string {
  const reason = faultOf(name);
  if (reason === undefined) return;
  throw new CheckpointError(
    `${what}: must be the plain name of a file, without a path; got ${describeValue(name)}, ${reason}.`,
    { file: String(name), got: name },
  );
}

/** Whether {@link requireFileName} lets a name pass. */
export function isFileName(name: unknown): boolean {
  return faultOf(name) === undefined;
}

/** Raises unless a name is one that readers take: that of a file in a folder, or of a template in {@link TEMPLATE_FOLDER}. @throws CheckpointError */
export function requireReadName(what: string, name: unknown): asserts name is string {
  requireFileName(what, withoutFolder(name));
}

/** Whether {@link requireReadName} lets a name pass. */
export function isReadName(name: unknown): boolean {
  return isFileName(withoutFolder(name));
}

/** Whether a name is that of a template beside {@link TEMPLATE_FILE}. */
export function isOtherTemplate(name: string): boolean {
  return name.startsWith(TEMPLATE_FOLDER) && name.endsWith(".jinja") && isReadName(name);
}

function withoutFolder(name: unknown): unknown {
  return typeof name === "string" && name.startsWith(TEMPLATE_FOLDER) ? name.slice(TEMPLATE_FOLDER.length) : name;
}

function faultOf(name: unknown): string | undefined {
  if (typeof name !== "string") return "which is no text";
  if (name === "" || name === "." || name === "..") return "which names no file";
  if (/[/\\]/.test(name)) return "which has a separator of folders";
  if ([...name].some((character) => character < " " || character === "\x7f")) return "which has a control character";
  if (/[<>:"|?*]/.test(name)) return "which has a character that Windows reserves";
  if (/[. ]$/.test(name)) return "which ends in a dot or a space";
  if (RESERVED.test(name)) return "which Windows reserves for a device";
  return new TextEncoder().encode(name).length > MOST_BYTES ? `which has more than ${MOST_BYTES} bytes` : undefined;
}
