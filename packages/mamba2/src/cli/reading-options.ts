// Options of commands that read a checkpoint: what its files do not say.
import type { ReadConfigOptions } from "../checkpoint/detect.ts";
import { LAYOUT_NAMES } from "../families/table.ts";
import type { Option, Options } from "./command.ts";

export const READING_OPTIONS: readonly Option[] = [
  {
    name: "from",
    value: LAYOUT_NAMES.join("|"),
    help: "whose layout it is; default: detected from model_type, or the fields that one library alone has",
  },
  {
    name: "gated-norm-groups",
    value: "N",
    help: "groups that the gated norm norms apart; default: what the file says or its library does",
  },
  {
    name: "dt-limit",
    value: "LOW,HIGH",
    help: "clamp of dt, such as 0.001,Infinity; default: what the file says",
  },
];
/** What the files of a checkpoint do not say, or say ambiguously: `--from`, `--gated-norm-groups`, `--dt-limit`. */
export function readingOptions(options: Options): ReadConfigOptions {
  const layout = options.choice("from", LAYOUT_NAMES);
  const gatedNormGroups = options.integer("gated-norm-groups", 1);
  const dtLimit = options.text("dt-limit")?.split(",").map(Number);
  return {
    ...(layout && { layout }),
    ...(gatedNormGroups !== undefined && { gatedNormGroups }),
    ...(dtLimit && { dtLimit: dtLimit as [number, number] }),
  };
}
