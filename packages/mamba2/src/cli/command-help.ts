// The help of one command.
import { type Command, COMMON_OPTIONS } from "./command.ts";

/** Help of one command. */
export function commandHelp({ name, summary, options, positionals = [] }: Command): string {
  const written = [...options, ...COMMON_OPTIONS].map((option): readonly [string, string] => [
    `--${option.name}${option.value === undefined ? "" : ` ${option.value}${option.many ? "…" : ""}`}`,
    `${option.help}${option.required ? " (required)" : ""}`,
  ]);
  const width = Math.max(...written.map(([left]) => left.length));
  return [
    `mamba2 ${[name, ...positionals.map((one) => one.toUpperCase())].join(" ")}: ${summary}`,
    "",
    ...written.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
  ].join("\n");
}
