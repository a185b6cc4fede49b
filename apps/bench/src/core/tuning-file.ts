// A tuning file: what `tune` returned as JSON, or what the tuner wrote down. The library's own check says what is not as it must be.
import { checkTuning, type Tuning } from "@x/kernels-wgsl";
import { parseTuning } from "./report.ts";

/**
 * The choices in a tuning file.
 * @param file its name, for the sentence
 * @throws Error that names the file and the first key that is not as it must be
 */
export function readTuningFile(file: string, text: string): Tuning {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "format" in value) return parseTuning(text).tuning;
    checkTuning(file, value);
    return value;
  } catch (cause) {
    throw new Error(`tuning file "${file}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
