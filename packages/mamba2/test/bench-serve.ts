// npm run bench:serve [-- --model DIR|OWNER/NAME] [--clients 1,8,64] [--tokens N] [--device cpu|webgpu]: mamba2 serve as a process of its own, asked by OpenAI's client library; tokens of all
// clients a second, and the time to each client's first. Without --model a fresh one of the preset "tiny" (279,080 parameters, bytes). Server and clients share the machine.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import OpenAI from "openai";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    clients: { type: "string", default: "1,8,64" },
    tokens: { type: "string", default: "128" },
    device: { type: "string", default: "cpu" },
  },
});
const root = join(import.meta.dirname, "../../..");
/** What the command prints is its own; its remarks are read. */
const mamba2 = (args: readonly string[]): ReturnType<typeof spawn> =>
  spawn(
    process.execPath,
    ["--conditions=@x/source", "--import=tsx", join(root, "packages/mamba2/src/cli/main.ts"), ...args],
    { cwd: root, stdio: ["ignore", "ignore", "pipe"] },
  );
const ended = (child: ReturnType<typeof spawn>): Promise<number | null> =>
  new Promise((resolve) => child.once("close", resolve));

const folder = mkdtempSync(join(tmpdir(), "bench-serve-"));
const model = values.model ?? join(folder, "tiny");
if (values.model === undefined && (await ended(mamba2(["init", "--preset", "tiny", "--out", model]))) !== 0)
  throw new Error("bench:serve: mamba2 init must make a model; it did not.");
const server = mamba2(["serve", model, "--port", "0", "--name", "m", "--device", values.device, "--slots", "64"]);
const baseURL = await new Promise<string>((resolve, reject) => {
  let seen = "";
  server.stderr!.on("data", (text: Buffer) => {
    seen += text.toString();
    const found = /serving at (\S+)/.exec(seen);
    if (found) resolve(found[1]!);
  });
  server.once("close", () => reject(new Error(seen)));
});

const client = new OpenAI({ baseURL, apiKey: "none" });
const max_tokens = Number(values.tokens);
/** One client: milliseconds to its first token, and how many it got. */
async function ask(seed: number): Promise<{ readonly first: number; readonly tokens: number }> {
  const began = performance.now();
  const stream = await client.completions.create({
    model: "m",
    prompt: `client ${seed} says: interface `,
    seed,
    max_tokens,
    stream: true,
    stream_options: { include_usage: true },
  });
  let [first, tokens] = [0, 0];
  for await (const { choices, usage } of stream) {
    if (first === 0 && choices.length > 0) first = performance.now() - began;
    tokens = usage?.completion_tokens ?? tokens;
  }
  return { first, tokens };
}

const rows: Record<string, string | number>[] = [];
for (const clients of values.clients.split(",").map(Number)) {
  for (const warm of [true, false]) {
    const began = performance.now();
    const got = await Promise.all(Array.from({ length: clients }, (_, i) => ask(i + (warm ? 0 : 1000))));
    if (warm) continue; // kernels, plans and connections are made
    const seconds = (performance.now() - began) / 1000;
    const firsts = got.map(({ first }) => first).sort((a, b) => a - b);
    rows.push({
      clients,
      "tokens/s": Math.round(got.reduce((sum, { tokens }) => sum + tokens, 0) / seconds),
      "first token, median ms": Number(firsts[clients >> 1]!.toFixed(1)),
      "first token, worst ms": Number(firsts.at(-1)!.toFixed(1)),
    });
  }
}
console.table(rows);
console.log(`${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(2)}, ${max_tokens} tokens each`);
server.kill("SIGTERM");
process.exitCode = (await ended(server)) ?? 1;
rmSync(folder, { recursive: true, force: true });
