// The built pages in a real Chromium: they run, draw, learn, and say what went wrong.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tuneFamilies } from "@x/kernels-wgsl";
import { Mamba2LM } from "@x/mamba2";
import { startHub } from "@x/testing/hub-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseTuning } from "../src/core/report.ts";
import { openBrowser, openPage, runEnded, servePage } from "./serve.ts";

// Seconds on an idle machine; these tests share two cores with the others of a whole run.
vi.setConfig({ testTimeout: 180_000 });

let site: Awaited<ReturnType<typeof servePage>>;
let browser: Browser;

beforeAll(async () => {
  site = await servePage();
  browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function pixels(page: Page, selector: string): Promise<string> {
  await page.waitForTimeout(150); // two frames on a slow machine
  return createHash("sha256")
    .update(await page.locator(selector).screenshot())
    .digest("hex");
}

describe("the kernels' page", () => {
  it("runs a filtered suite, draws its views, shares", async () => {
    const { page, errors } = await openPage(browser, `${site.url}?filter=cumsum|rms_norm&samples=3`);
    expect(await page.inputValue("#filter")).toBe("cumsum|rms_norm");
    await page.click("#run");
    await runEnded(page);
    const rows = page.locator("#table tbody tr");
    expect(await rows.count()).toBeGreaterThanOrEqual(5);
    expect(await page.locator("#table tr.bad").count()).toBe(0);
    expect(await rows.first().innerText()).toMatch(/(ns|µs|ms)/);
    expect(await page.locator("#roofs .tile").count()).toBe(4);
    expect(await page.locator("#roofline-plot canvas").count()).toBe(1);
    const dots = await page.locator("#roofline-plot canvas").evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    });
    expect(dots).toBeGreaterThan(1000);

    // Sorting from the keyboard.
    await page.locator("#table th button").nth(1).focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#table th").nth(1).getAttribute("aria-sort")).toBe("descending");

    await page.click("#share");
    await page.waitForFunction(() => location.hash.startsWith("#report="));
    const other = await openPage(browser, page.url());
    await other.page.waitForFunction(() => document.querySelectorAll("#table tbody tr").length >= 5);
    expect([...errors, ...other.errors]).toEqual([]);
    await other.page.context().close();
    await page.context().close();
  });

  it("tunes every kernel, fills a landscape for each, orbits, and gives the JSON of a pull request", async () => {
    const { page, errors } = await openPage(browser, `${site.url}?budget=60`);
    expect(await page.isVisible("#landscape-canvas")).toBe(false);
    const offered = await page
      .locator("#tune-kernels option")
      .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect(offered).toEqual(["all", ...tuneFamilies]);
    await page.click("#tune");
    await page.waitForFunction(() => document.querySelectorAll("#landscape-shown option:not(:disabled)").length >= 2);
    expect(await page.isDisabled("#tuning-save")).toBe(true); // some landscapes are there, the JSON is not
    await runEnded(page);
    expect(await page.innerText("#banner")).toBe("");

    const shown = page.locator("#landscape-shown option");
    expect(await page.locator("#landscape-shown option:disabled").count()).toBe(0);
    const names = await shown.evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect([...new Set(names.map((name) => name.split(":")[0]))]).toEqual(tuneFamilies);
    let drawn = "";
    for (const name of names) {
      await page.selectOption("#landscape-shown", name);
      expect(await page.innerText("#landscape-hover"), name).toMatch(
        // marked, unless it leads what is built in by less than counts
        /^Best: .* (GFLOP\/s|GB\/s|tokens\/s), .*s; \w+.*?( \(.*\))?$/,
      );
      expect(await page.locator("#landscape-labels .axis").allInnerTexts()).toHaveLength(2);
      expect(await page.locator("#landscape-labels .mark").count(), name).toBeGreaterThan(0);
      const before = drawn;
      drawn = await pixels(page, "#landscape-canvas");
      expect(drawn, name).not.toBe(before);
      if (process.env["X_SHOT"])
        await page.locator("#landscape").screenshot({ path: `${process.env["X_SHOT"]}-${names.indexOf(name)}.png` });
    }

    // Any two of a product's axes, others held.
    await page.selectOption(
      "#landscape-shown",
      names.find((name) => name.startsWith("matmul"))!,
    );
    await page.selectOption('#landscape-axes [data-axis="operands"]', "rows");
    await expect
      .poll(() => page.locator("#landscape-labels .axis").allInnerTexts()) // drawn in the next frame
      .toEqual(["tile columns", "operands"]);
    expect(await page.inputValue('#landscape-axes [data-axis="tile rows"]')).toBe("best");
    const cells = (): Promise<string[]> => page.locator("#landscape-table td").allTextContents();
    const whole = await cells();
    // Which tiles the time allows is the machine's affair: some count holds other ones than the best do, or none.
    const counts = page.locator('#landscape-axes [data-axis="rows per thread"] option');
    const held: string[][] = [];
    for (const count of await counts.evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))) {
      if (!(Number(count) > 0)) continue;
      await page.selectOption('#landscape-axes [data-axis="rows per thread"]', count);
      held.push(await cells());
    }
    expect(held.some((table) => table.join() !== whole.join())).toBe(true);

    drawn = await pixels(page, "#landscape-canvas");
    await page.focus("#landscape-canvas");
    for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
    const turned = await pixels(page, "#landscape-canvas");
    expect(turned).not.toBe(drawn);
    const box = (await page.locator("#landscape-canvas").boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2 + 30, { steps: 4 });
    await page.mouse.up();
    expect(await pixels(page, "#landscape-canvas")).not.toBe(turned);

    const saving = page.waitForEvent("download");
    await page.click("#tuning-save");
    const file = await saving;
    expect(file.suggestedFilename()).toMatch(/^tuning-software-[\w-]*\d{4}-\d\d-\d\d\.json$/);
    const text = readFileSync(await file.path(), "utf8");
    const found = parseTuning(text);
    expect(Object.keys(found.tuning).toSorted()).toEqual(["adapter", ...tuneFamilies].toSorted());
    expect(found).toMatchObject({
      adapter: { class: "software" },
      file: "packages/kernels-wgsl/src/tuning/software.ts",
    });
    expect(found.environment["browser"]).toContain("Chrome");
    expect(await page.innerText("#tune-status")).toMatch(
      /packages\/kernels-wgsl\/src\/tuning\/software\.ts: CONTRIBUTING\.md/,
    );

    // The same file, read again by another page.
    const other = await openPage(browser, site.url, { width: 390, height: 844 });
    await other.page.setInputFiles("#import", {
      name: "t.json",
      mimeType: "application/json",
      buffer: Buffer.from(text),
    });
    await other.page.waitForSelector("#landscape-canvas:visible");
    expect(await other.page.locator("#landscape-shown option:not(:disabled)").count()).toBe(names.length);
    expect(await other.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await other.page.setInputFiles("#import", {
      name: "t.json",
      mimeType: "application/json",
      buffer: Buffer.from(text.replace('"rows": {', '"row": {')),
    });
    await other.page.waitForSelector("#banner:not([hidden])");
    expect(await other.page.innerText("#banner")).toMatch(/tuning is not as it must be: .*got "row"/);
    expect([...errors, ...other.errors]).toEqual([]);
    await other.page.context().close();
    await page.context().close();
  });

  it("lays the rooflines of two devices over each other", async () => {
    const { page, errors } = await openPage(browser, site.url);
    const reports = ["swiftshader.json", "nvidia-h100-suite.json"];
    await page.setInputFiles(
      "#import",
      reports.map((name) => fileURLToPath(new URL(`../../../docs/performance/${name}`, import.meta.url))),
    );
    await page.waitForFunction(() => document.querySelectorAll("#before option").length >= 2);
    await page.selectOption("#before", { index: 0 });
    await page.selectOption("#after", { index: 1 });
    const plot = page.locator("#compare-roofline");
    expect(await plot.locator("canvas").count()).toBe(1);
    expect(await plot.getAttribute("aria-label")).toMatch(/^Roofline of \d+ cases .*, beside \d+ under .*GFLOP\/s/);
    if (process.env["X_SHOT"])
      await page.locator("#compare").screenshot({ path: `${process.env["X_SHOT"]}-compare.png` });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("shows a wrong kernel red and without a speed", async () => {
    const { page } = await openPage(
      browser,
      `${site.url}?filter=${encodeURIComponent("sum_squares zeros|one")}&fixture=broken&samples=3&run=1`,
    );
    await runEnded(page);
    const row = page.locator('#table tr[data-id^="broken_double"]');
    expect(await row.getAttribute("data-status")).toBe("wrong");
    expect(await row.getAttribute("class")).toBe("bad");
    expect(await row.innerText()).toMatch(/Wrong result.*must agree within/s);
    expect(await row.innerText()).not.toMatch(/GFLOP|GB\/s|µs|\bms\b/);
    await page.context().close();
  });

  it("logs dispatches with ?debug=2, read where the library runs", async () => {
    const { page, errors } = await openPage(browser, `${site.url}?filter=cumsum&samples=3&debug=2&run=1`);
    await runEnded(page);
    expect(errors.filter((line) => /cumsum.* us/.test(line)).length).toBeGreaterThan(0);
    await page.context().close();
  });

  it("says what happened when a limit is refused and when the device is lost", async () => {
    const refused = await openPage(browser, `${site.url}?filter=cumsum&limit=maxBufferSize:9000000000000000&run=1`);
    await runEnded(refused.page);
    expect(await refused.page.innerText("#banner")).toMatch(/refuses a limit.*maxBufferSize must be 9000000000000000/s);
    await refused.page.context().close();

    const lost = await openPage(browser, `${site.url}?filter=cumsum|rms_norm&fixture=lost&samples=3&run=1`);
    await runEnded(lost.page);
    expect(await lost.page.innerText("#banner")).toMatch(/device was lost.*Press Run/s);
    expect(await lost.page.locator("#table tbody tr").count()).toBe(1); // what was measured stays
    await lost.page.context().close();
  });

  it("says what to do without WebGPU, and runs on the CPU then", async () => {
    const plain = await openBrowser({ webgpu: false });
    try {
      const { page } = await openPage(plain, site.url);
      await page.waitForSelector("#banner:not([hidden])");
      expect(await page.innerText("#banner")).toMatch(/no WebGPU|no adapter/i);
      await page.selectOption("#kind", "cpu");
      await page.fill("#filter", "cumprod");
      await page.click("#run");
      await runEnded(page);
      expect(await page.locator('#table tr[data-status="measured"]').count()).toBe(1);
    } finally {
      await plain.close();
    }
  });
});

describe("the model's page", () => {
  const done = (page: Page, what: string): Promise<unknown> =>
    page.waitForFunction(
      (of) => document.body.dataset["done"] === of || !document.getElementById("banner")!.hidden,
      what,
    );

  it("trains, writes, keeps and loads: the same bytes with the same seed", async () => {
    const { page, errors } = await openPage(
      browser,
      `${site.url}model.html?kind=cpu&dModel=32&nLayer=2&steps=20&batch=4&length=64&sampleEvery=0&tokens=50&seed=3`,
    );
    const losses: number[] = [];
    await page.exposeFunction("noteLoss", (loss: string) => losses.push(Number(loss)));
    await page.evaluate(() =>
      new MutationObserver(
        () => void (globalThis as unknown as { noteLoss(loss: string): void }).noteLoss(document.body.dataset["loss"]!),
      ).observe(document.body, { attributeFilter: ["data-loss"] }),
    );
    await page.click("#train");
    await done(page, "train");
    expect(await page.innerText("#status")).toBe("Step 20 of 20");
    expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);

    const write = async (): Promise<string> => {
      await page.click("#generate");
      await done(page, "write");
      return page.innerText("#sample");
    };
    const before = await write();
    expect(before.length).toBeGreaterThan(20);
    expect(await page.innerText("#write-tiles")).toMatch(/prefill.*decode.*state/s);
    await page.click("#save-opfs");
    await done(page, "save");
    await page.click("#read");
    await done(page, "read");
    expect(
      await page
        .locator("#heat")
        .evaluate(
          (canvas: HTMLCanvasElement) =>
            new Set(canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data).size,
        ),
    ).toBeGreaterThan(20);

    await page.reload();
    await page.waitForFunction(() => document.body.dataset["ready"] === "true");
    await page.click("#load-opfs");
    await done(page, "load");
    expect(await write()).toBe(before);

    // As files: out, and in again.
    const saved = new Map<string, string>();
    const downloads = [
      page.waitForEvent("download", { predicate: (one) => one.suggestedFilename() === "model.safetensors" }),
      page.waitForEvent("download", { predicate: (one) => one.suggestedFilename() === "config.json" }),
    ];
    await page.click("#save-file");
    for (const one of await Promise.all(downloads)) saved.set(one.suggestedFilename(), await one.path());
    expect([...saved.keys()].sort()).toEqual(["config.json", "model.safetensors"]);
    const files = [...saved].map(([name, path]) => ({
      name,
      mimeType: "application/octet-stream",
      buffer: readFileSync(path),
    }));
    await page.evaluate(() => delete document.body.dataset["done"]);
    await page.setInputFiles("#load-file", files);
    await done(page, "load");
    expect(await write()).toBe(before);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("loads a hybrid by its name once, talks with it, and takes its files dropped, in 4 bits", async () => {
    const tokenizer = fileURLToPath(
      new URL("../../../packages/testing/fixtures-tokenizers/tok_bytelevel/", import.meta.url),
    );
    const model = new Mamba2LM({
      dModel: 64,
      nLayer: 2,
      vocabSize: 420,
      dState: 16,
      headDim: 16,
      dIntermediate: 128,
      layers: [
        ["mixer", "mlp"],
        ["mixer+attention", "mlp"],
      ],
      attention: { heads: 4, keyValueHeads: 2, headDim: 16, rotary: { size: 16 } },
    });
    const files = new Map([
      ...(await model.save()).files,
      ...["tokenizer.json", "tokenizer_config.json"].map(
        (name) => [name, new Uint8Array(readFileSync(tokenizer + name))] as const,
      ),
    ]);
    model.dispose();
    const hub = await startHub({ "owner/hybrid": { revisions: { main: files } } });
    const url = `${site.url}model.html?kind=cpu&chat-tokens=12&seed=3&endpoint=${encodeURIComponent(hub.endpoint)}`;
    const { page, errors } = await openPage(browser, url, { width: 390, height: 844 });
    const act = async (what: string, work: () => Promise<void>): Promise<void> => {
      await page.evaluate(() => delete document.body.dataset["done"]);
      await work();
      await done(page, what);
    };
    const open = (name: string): Promise<void> =>
      act("load", async () => {
        await page.fill("#model", name);
        await page.click("#open");
      });
    const say = (text: string): Promise<void> =>
      act("say", async () => {
        await page.fill("#say", text);
        await page.click("#send");
      });
    await open("owner/hybrid");
    await say("Hi");
    const reply = await page.locator("#chat-log .said").nth(1).innerText();
    expect(await page.innerText("#chat-tiles")).toMatch(
      /KiB\s*state, whatever the length.*KV cache, room for 64 tokens/s,
    );
    expect(await page.locator("#chat-maps figcaption").allInnerTexts()).toEqual([
      expect.stringMatching(/^Layer 0: recurrent state, 128 × 16$/),
      expect.stringMatching(/^Layer 1: keys, \d+ × 32$/),
      expect.stringMatching(/^Layer 1: values, \d+ × 32$/),
    ]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

    await page.reload();
    await page.waitForFunction(() => document.body.dataset["ready"] === "true");
    const storage = (): number => hub.seen.filter(({ host }) => host === "storage").length;
    const asked = storage();
    await open("owner/hybrid");
    await say("Hi");
    expect(await page.locator("#chat-log .said").nth(1).innerText()).toBe(reply);
    expect(storage()).toBe(asked);

    await page.selectOption("#held", "4");
    const dropped = await page.evaluateHandle(
      (given) => {
        const data = new DataTransfer();
        for (const [name, text] of given)
          data.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name));
        return data;
      },
      [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")] as const),
    );
    await act("load", () => page.dispatchEvent("#chat-log", "drop", { dataTransfer: dropped }));
    await say("Hi");
    expect(await page.locator("#chat-log .said").count()).toBe(2);
    expect(await page.innerText("#banner")).toBe("");

    await act("forget", () => page.click("#forget"));
    await open("owner/none");
    expect(await page.innerText("#banner")).toMatch(
      /^This model cannot be loaded\. .*"owner\/none" must be a repository/,
    );
    expect(errors.filter((text) => !/status of 40[14]/.test(text))).toEqual([]);
    await page.context().close();
    await hub.close();
  });

  it("fine-tunes an adapter on a loaded model by data that are dropped, talks with it, and saves the adapter", async () => {
    const query = "kind=cpu&chat-tokens=8&seed=3&batch=2&length=32&steps=12&sampleEvery=0&lr=0.02";
    const { page, errors } = await openPage(browser, `${site.url}model.html?${query}`);
    const act = async (what: string, work: () => Promise<void>): Promise<void> => {
      await page.evaluate(() => delete document.body.dataset["done"]);
      await work();
      await done(page, what);
    };
    await page.selectOption("#trained", "adapter");
    await page.click("#train");
    expect(await page.innerText("#banner")).toContain("There is no model yet: load one below, or train a new one.");
    const files = await modelFiles();
    await act("load", () => page.setInputFiles("#chat-files", files));
    const example = (i: number): string =>
      JSON.stringify({
        messages: [
          { role: "user", content: `Say ${i}` },
          { role: "assistant", content: "It is so." },
        ],
      });
    const dropped = await page.evaluateHandle(
      (text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "talk.jsonl"));
        return data;
      },
      Array.from({ length: 12 }, (_, i) => example(i)).join("\n"),
    );
    await page.dispatchEvent("#text", "drop", { dataTransfer: dropped });
    await page.waitForFunction(() => (document.getElementById("text") as HTMLTextAreaElement).value.startsWith("{"));
    expect([await page.inputValue("#trained"), await page.inputValue("#data-kind")]).toEqual(["adapter", "jsonl"]);
    await act("train", () => page.click("#train"));
    expect(Number(await page.evaluate(() => document.body.dataset["loss"]))).toBeLessThan(Math.log(420) - 0.05); // what a new model begins at
    await act("say", async () => {
      await page.fill("#say", "Say 3");
      await page.click("#send");
    });
    expect(await page.locator("#chat-log .said").count()).toBe(2);
    expect(await page.isHidden("#banner")).toBe(true);
    const names: string[] = [];
    page.on("download", (file) => names.push(file.suggestedFilename()));
    await act("save", () => page.click("#save-file"));
    await expect.poll(() => names.sort()).toEqual(["adapter_config.json", "adapter_model.safetensors"]);
    await page.selectOption("#trained", "whole");
    await page.click("#train");
    await page.waitForFunction(() => !document.getElementById("banner")!.hidden);
    expect(await page.innerText("#banner")).toContain("The model has an adapter: train that, or load the model anew");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("talks with a model of files, and shows what it remembers", async () => {
    const { page, errors } = await openPage(browser, `${site.url}model.html?kind=cpu&chat-tokens=12&seed=3`);
    const files = await modelFiles();
    await page.setInputFiles("#chat-files", files);
    await done(page, "load");
    const say = async (text: string): Promise<void> => {
      await page.evaluate(() => delete document.body.dataset["done"]);
      await page.fill("#say", text);
      await page.click("#send");
      await done(page, "say");
    };
    await say("Hi");
    await say("And then?");
    expect(await page.innerText("#banner")).toBe("");
    expect(await page.locator("#chat-log .said").count()).toBe(4);
    expect(await page.locator("#chat-log .said.mine span").allInnerTexts()).toEqual(["Hi", "And then?"]);
    expect(await page.innerText("#chat-tiles")).toMatch(/tokens per second.*tokens read.*state.*no attention/s);
    expect(await page.locator("#chat-maps figcaption").allInnerTexts()).toEqual([
      expect.stringMatching(/^Layer 0: recurrent state, 64 × 16$/),
    ]);
    await page.evaluate(() => delete document.body.dataset["done"]);
    await page.click("#undo");
    await done(page, "undo");
    expect(await page.locator("#chat-log .said").count()).toBe(2);
    await page.click("details:has(#template) summary");
    await page.fill("#template", "{{ raise_exception('not today') }}");
    await say("Hm?");
    expect(await page.innerText("#banner")).toMatch(/must accept the messages; it says "not today"/);
    expect(await page.locator("#chat-log .said").count()).toBe(2); // what had no reply is taken back
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

/** The files of a small model with a tokenizer, as they are dropped on a page. */
async function modelFiles(): Promise<{ name: string; mimeType: string; buffer: Buffer }[]> {
  const tokenizer = fileURLToPath(
    new URL("../../../packages/testing/fixtures-tokenizers/tok_bytelevel/", import.meta.url),
  );
  const model = new Mamba2LM({ dModel: 32, nLayer: 2, vocabSize: 420, dState: 16, headDim: 16 }, { seed: 1 });
  const { files } = await model.save();
  model.dispose();
  return [
    ...files,
    ...["tokenizer.json", "tokenizer_config.json"].map((name) => [name, readFileSync(tokenizer + name)] as const),
  ].map(([name, bytes]) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) }));
}
