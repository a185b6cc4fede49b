// Every file in examples/, and who runs it; what is printed is compared with what the file's head says it prints.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";

export const root: string = join(import.meta.dirname, "../../..");

/** cpu: npm test; full: npm run test:full; gpu: npm test, on SwiftShader; chromium: npm test, in a page. */
export type Lane = "cpu" | "full" | "gpu" | "chromium";

export const lanes: Readonly<Record<string, Lane | { readonly notRun: string }>> = {
  "autograd.ts": "cpu",
  "branches.ts": "cpu",
  "custom-optimizer.ts": "cpu",
  "custom-primitive.ts": "gpu",
  "kernel.ts": "gpu",
  "load-and-chat.ts": "cpu",
  "lora.ts": "cpu",
  "node-server.ts": "cpu",
  "page.html": "chromium",
  "recall.ts": "full",
  "scale-out/continue.py": { notRun: "needs torch, transformers and torchrun" },
  "scale-out/handover.ts": "full",
  "spirals.ts": "cpu",
  "text-model.ts": "cpu",
  "worker.ts": "chromium",
};

/** The examples of a lane. */
export const examplesOf = (lane: Lane): string[] => Object.keys(lanes).filter((file) => lanes[file] === lane);

/** Every file below examples/. */
export function exampleFiles(): string[] {
  const entries = readdirSync(join(root, "examples"), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, "examples").length + 1))
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
}

/** What the head of an example says that it prints: the lines after the last empty one of its head comment. */
export function expectedLines(file: string): string[] {
  const lines = readFileSync(join(root, "examples", file), "utf8").split("\n");
  const head = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith("//")),
  );
  return head.slice(head.lastIndexOf("//") + 1).map((line) => line.replace(/^\/\/ {3}/, ""));
}

/** Runs an example in this process; returns what it prints. */
export async function printedBy(file: string): Promise<string[]> {
  const given = process.argv;
  process.argv = [given[0]!, join(root, "examples", file)];
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await import(/* @vite-ignore */ join(root, "examples", file));
    return log.mock.calls.flatMap((args) => args.join(" ").split("\n"));
  } finally {
    log.mockRestore();
    process.argv = given;
  }
}

const NUMBER = /-?\d+(?:\.\d+)?/g;

/** The same words; numbers within a tenth, since devices round differently; "…" is anything. */
export function expectLines(got: readonly string[], wanted: readonly string[]): void {
  const words = (line: string): string => line.replace(NUMBER, "#");
  expect(wanted.length, "lines in the head of the example").toBeGreaterThan(0);
  expect(got.length, got.join("\n")).toBe(wanted.length);
  for (const [i, line] of wanted.entries()) {
    if (line.includes("…")) {
      const pattern = line.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      expect(got[i]).toMatch(new RegExp(`^${pattern.join(".*")}$`));
      continue;
    }
    expect(words(got[i]!)).toBe(words(line));
    const [found, said] = [got[i]!, line].map((text) => (text.match(NUMBER) ?? []).map(Number));
    for (const [n, value] of said!.entries())
      expect(Math.abs(found![n]! - value), `${got[i]} where ${line} is said`).toBeLessThanOrEqual(
        Math.max(0.06, Math.abs(value) / 10),
      );
  }
}
