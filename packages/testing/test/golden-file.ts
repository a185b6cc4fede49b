// What a golden file of a kernel holds: every configuration, by its text or by its digest.
import { createHash } from "node:crypto";

/**
 * Every configuration has its text where some line of it, but for its numbers, is in no text before it; the others, which only put the same lines together anew, have a digest.
 * So a change of any text changes the file, and a line that changed can be read in it.
 */
export function goldenFile(shaders: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  return [...shaders]
    .map(([key, text]) => {
      const lines = text.split("\n").map((line) => line.replace(/\d+/g, "0"));
      const isNew = lines.some((line) => !seen.has(line));
      for (const line of lines) seen.add(line);
      return `// ---- ${key}\n${isNew ? `${text.trimEnd()}\n` : `// no line of its own; SHA-256 ${createHash("sha256").update(text).digest("hex")}\n`}`;
    })
    .join("\n");
}
