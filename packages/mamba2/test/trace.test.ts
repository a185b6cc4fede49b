// Traces on the CPU, and TRACE of the command.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cpuDevice, tensor } from "@x/tensor";
import { trace } from "@x/tensor/trace";
import { readTrace, type ReadTrace } from "@x/testing/trace-format";
import { cliIn, shortTraining } from "./cli-run.ts";
import { describeTraces } from "./trace-cases.ts";

describe("a trace on the CPU", () => {
  describeTraces(
    () => cpuDevice(),
    (read) => expect(read.about.devices[0]).toMatchObject({ kind: "cpu", description: cpuDevice().description }),
  );

  it("is one at a time, and over when its work fails", async () => {
    const x = tensor([1]);
    const failed = new Error("no");
    await expect(trace(cpuDevice(), () => Promise.reject(failed))).rejects.toBe(failed);
    const inner = trace(cpuDevice(), () => trace(cpuDevice(), () => x.neg().dispose()));
    await expect(inner).rejects.toThrow("trace: must be called while no other trace is taken (TRACE=1 takes one)");
    expect((await trace(cpuDevice(), () => x.neg().dispose())).events).toBe(1);
  });

  it("refuses wrong arguments by name", async () => {
    await expect(trace({} as never, () => 1)).rejects.toThrow("trace: device must be a device");
    await expect(trace(cpuDevice(), 1 as never)).rejects.toThrow("trace: work must be a function");
    await expect(trace(cpuDevice(), () => 1, { maxEvents: 0 })).rejects.toThrow("trace: maxEvents must be");
    await expect(trace(cpuDevice(), () => 1, { most: 1 } as never)).rejects.toThrow('"most"');
  });
});

describe("TRACE", () => {
  const folder = mkdtempSync(join(tmpdir(), "trace-"));
  const training = [...shortTraining, "--steps", "3", "--out", "run"];
  const traced = (value: string) => cliIn(() => folder, { TRACE: value });
  const fileOf = (name: string): ReadTrace => readTrace(readFileSync(join(folder, name), "utf8"));
  beforeAll(() => writeFileSync(join(folder, "a.txt"), "to be, or not to be, that is the question. ".repeat(30)));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("makes train and generate write what they did", async () => {
    const { code, stderr } = await traced("1").run(...training);
    expect(code, stderr).toBe(0);
    const [, count, name] = /^trace: wrote (\d+) events to (trace-\S+\.json);/m.exec(stderr)!;
    const steps = fileOf(name!);
    expect(Number(count)).toBeGreaterThan(100);
    expect(steps.of("op").some((op) => op.name === "ssd_backward")).toBe(true);
    const generating = await traced("text.json").run("generate", "run", "--prompt", "to be", "--device", "cpu");
    expect(generating.code, generating.stderr).toBe(0);
    expect(
      fileOf("text.json")
        .of("op")
        .some((op) => op.name === "ssd_step"),
    ).toBe(true);
  });

  it.each(["yes", "2", "true", "trace.txt"])("refuses %s", async (value) => {
    const failure = await traced(value).failure(...training);
    expect(failure.message).toBe(`TRACE: must be 1, 0 or a file whose name ends in .json; got "${value}".`);
    expect([failure.code, failure.kind]).toEqual([1, "DeviceError"]);
  });

  it.each(["nowhere/a.json", "a.txt/b.json"])("refuses %s, which cannot be written, before any work", async (value) => {
    const { message } = await traced(value).failure(...training);
    expect(message).toContain(`TRACE: must be a file that can be written; got "${value}"`);
  });

  it.each(["", "0"])("is off for %j", async (value) => {
    const before = readdirSync(folder).filter((name) => name.startsWith("trace-")).length;
    const { stderr } = await traced(value).run("generate", "run", "--prompt", "a", "--device", "cpu");
    expect(stderr).not.toContain("trace:");
    expect(readdirSync(folder).filter((name) => name.startsWith("trace-"))).toHaveLength(before);
  });
});
