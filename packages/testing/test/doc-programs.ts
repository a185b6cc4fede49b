// The programs in README.md, docs/ and the packages' READMEs, and how a test runs one.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { codeBlocks } from "../src/code-blocks.mjs";
import { guides, textOf } from "../src/guides.ts";

const folder = join(import.meta.dirname, "../../../.cache/docs"); // inside the repository, so that imports of @x/… resolve
/** A program of a guide. */
export interface DocProgram {
  readonly title: string;
  readonly code: string;
  /** it asks for a GPU itself, and a test on SwiftShader runs it */
  readonly needsGpu: boolean;
}

/** Every block of ts. */
export function docPrograms(): DocProgram[] {
  return guides().flatMap((file) =>
    codeBlocks(textOf(file)).map(({ code, line }) => ({
      title: `${file}:${line}`,
      code,
      needsGpu: /\b(?:requestDevice|requestRunner|webgpuDevice)\(/.test(code),
    })),
  );
}

/**
 * Runs a program as it stands, and expects it to print something.
 *
 * @param instead texts of the program that the test has others for, such as an address
 */
export async function runProgram(
  { title, code }: DocProgram,
  instead: Readonly<Record<string, string>> = {},
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${title.replace(/\W+/g, "-")}.ts`);
  const text = Object.entries(instead).reduce((made, [from, to]) => made.replaceAll(from, to), code);
  writeFileSync(path, `${text}\nexport {};\n`);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await import(/* @vite-ignore */ path);
    expect(log.mock.calls.length, "the program must print something").toBeGreaterThan(0);
  } finally {
    log.mockRestore();
  }
}
