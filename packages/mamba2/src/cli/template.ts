// The chat template of a command: the one of `--template`, else of the model's files, with the special tokens that these name.
import { TEMPLATE_FILE, TOOL_FILE } from "../checkpoint/file-names.ts";
import { type ChatTemplate, readChatTemplate } from "../chat/index.ts";
import type { Io, Option, Options } from "./command.ts";
import { readBytes } from "./model.ts";
import { openReader } from "./model-location.ts";

export const TEMPLATE_OPTION: Option = {
  name: "template",
  value: "FILE",
  help: "a Jinja chat template; default the model's",
};

/** undefined where there is none. */
export async function findTemplate(options: Options, io: Io): Promise<ChatTemplate | undefined> {
  const [file, folder] = [options.text("template"), options.text("tokenizer") ?? options.require("model")];
  const read = await openReader(folder, options, io);
  const given = file === undefined ? undefined : await readBytes("--template", file);
  return readChatTemplate(
    given === undefined
      ? read
      : async (name) => (name === TEMPLATE_FILE ? given : name === TOOL_FILE ? undefined : read(name)),
  );
}
