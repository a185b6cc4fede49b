// owner/name in the place of a folder on the command line: what is downloaded, what is kept, and what is said where neither folder nor repository is there.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HubServer } from "@x/testing/hub-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Mamba2LM, preset } from "../src/index.ts";
import { saveFolder } from "../src/node.ts";
import { cliIn } from "./cli-run.ts";
import { hubHere } from "./hub-here.ts";

const place = mkdtempSync(join(tmpdir(), "cli-hub-"));
const cli = cliIn(() => place);
const model = new Mamba2LM({ ...preset("tiny"), nLayer: 1 }, { seed: 1 });
let hub: HubServer;
beforeAll(async () => {
  const { files } = await model.save("hf");
  hub = await hubHere(place, {
    "owner/name": { revisions: { main: files, v1: files } },
    "owner/private": { revisions: { main: files }, private: true },
  });
});
afterAll(async () => {
  await hub.close();
  rmSync(place, { recursive: true, force: true });
});

test("download, then everything offline; the first argument is the model", { timeout: 60_000 }, async () => {
  const got = await cli.json("download", "owner/name");
  expect(got).toMatchObject({ repository: "owner/name", commit: hub.commit("owner/name"), revision: "main" });
  expect(readFileSync(join(got["folder"] as string, "config.json")).length).toBeGreaterThan(0);
  hub.seen.length = 0;
  const loss = await cli.json("loss", "owner/name", "--ids", "1,2,3,4", "--offline", "--device", "cpu");
  await saveFolder(model, join(place, "local"));
  expect(await cli.json("loss", "local", "--ids", "1,2,3,4", "--device", "cpu")).toEqual(loss);
  expect(await cli.json("info", "owner/name@main", "--offline")).toMatchObject({ layout: "hf" });
  const text = await cli.json(
    "generate",
    "--model",
    "owner/name",
    "--prompt",
    "ab",
    "--tokens",
    "3",
    "--offline",
    "--device",
    "cpu",
  );
  expect((text["ids"] as number[]).length).toBe(3);
  await cli.json("convert", "owner/name", "converted", "--to", "official", "--offline");
  expect(existsSync(join(place, "converted/model.safetensors"))).toBe(true);
  expect(hub.seen).toEqual([]);
});

test("tokens, revisions, and names of nothing", { timeout: 60_000 }, async () => {
  expect(await cli.failure("info", "owner/private")).toMatchObject({
    code: 1,
    message: expect.stringContaining('(There is no folder "owner/private" here either.)') as string,
  });
  expect(await cli.json("info", "owner/private", "--token", "hf_test")).toMatchObject({ layout: "hf" });
  expect(await cli.json("info", "owner/name", "--revision", "v1")).toMatchObject({ layout: "hf" });
  expect(await cli.json("info", "owner/name@v1", "--offline")).toMatchObject({ layout: "hf" });
  expect(await cli.failure("info", "owner/name@v2")).toMatchObject({
    message: expect.stringContaining('must be a branch, a tag or a commit of "owner/name"; got "v2"') as string,
  });
  mkdirSync(join(place, "owner/name"), { recursive: true });
  const path = await cli.failure("info", "owner/name", "--offline"); // what exists is a path
  expect(path.message).toContain("must have a config.json");
  rmSync(join(place, "owner"), { recursive: true });
  expect((await cli.failure("download", "name")).code).toBe(2);
  expect((await cli.failure("info", "a", "b")).message).toContain('"b" must belong to an option; it stands alone.');
});
