// npm run measure:prompt -- [--tokens 1000000] [--hybrid] [--chunk 2048]: a prompt of so many tokens by streaming prefill, on the CPU device: the `tiny` preset, or with --hybrid tiny
// with attention in the second of its layers. Prints memory ten times on the way. Fails where the device's memory grows between them by more than the caches of keys and values do, as computed.
import { parseArgs } from "node:util";
import { Mamba2LM, preset, stateSizes, streamPrefill } from "@x/mamba2";
import { createCpuDevice } from "@x/tensor";

const { values } = parseArgs({
  options: {
    tokens: { type: "string", default: "1000000" },
    chunk: { type: "string", default: "2048" },
    hybrid: { type: "boolean", default: false },
  },
});
const [tokens, chunk] = [Number(values.tokens), Number(values.chunk)];
for (const [name, value] of Object.entries({ tokens, chunk }))
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`measure:prompt: --${name} must be a whole number of at least 1; got ${value}.`);
const tiny = preset("tiny");
const config = values.hybrid
  ? preset("tiny", {
      layers: Array.from({ length: tiny.nLayer }, (_, i) => [i === 1 ? "attention" : "mixer"] as const),
      attention: { heads: 4, keyValueHeads: 2, headDim: 24, rotary: { size: 24, theta: 10_000, interleaved: false } },
    })
  : tiny;
const device = createCpuDevice();
const model = new Mamba2LM(config, { device, seed: 1 });
const bytesPerToken = 4 * stateSizes(config).perToken;

function* prompt(): Generator<number[]> {
  for (let at = 0; at < tokens; at += chunk)
    yield Array.from({ length: Math.min(chunk, tokens - at) }, (_, i) => ((at + i) * 7919) % config.vocabSize);
}

const MIB = 2 ** 20;
const mib = (bytes: number): string => (bytes / MIB).toFixed(2);
const began = performance.now();
let next = 0;
let first: number | undefined;
let failed = false;
/** What the caches of keys and values take: rooms for tokens double. */
const cacheBytes = (capacity = 0): number => capacity * bytesPerToken;
const { state, logits } = await streamPrefill(model, prompt(), {
  chunk,
  onChunk(read, now) {
    if (read < next) return;
    next = Math.min(tokens, next + tokens / 10);
    const beside = device.memory.usedBytes - cacheBytes(now.capacity);
    first ??= beside;
    failed ||= !(beside <= first + MIB / 16);
    const perSecond = (1000 * read) / (performance.now() - began);
    console.log(
      `${read} tokens: device ${mib(device.memory.usedBytes)} MiB in use, ${mib(device.memory.usedBytes + device.memory.pooledBytes)} with what is kept, caches ${mib(cacheBytes(now.capacity))} for ${now.capacity ?? 0} tokens, process ${mib(process.memoryUsage().rss)} MiB, ${perSecond.toFixed(0)} tokens/s`,
    );
  },
});
state.dispose();
logits.dispose();
console.log(
  `measure:prompt: ${tokens} tokens in ${((performance.now() - began) / 1000).toFixed(0)} s; ${bytesPerToken} bytes of cache a token as computed; ${failed ? "the device's memory grew beside them" : "the device's memory beside them stayed flat"}`,
);
process.exitCode = failed ? 1 : 0;
