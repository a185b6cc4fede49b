// Part "replay": memory use of generation: JavaScript heap allocated per token, and device memory from the first token to the last.
import { generateIds, Mamba2LM, preset } from "@x/mamba2";
import { quickInit } from "./model.ts";
import type { Session } from "./session.ts";

/** Of a window of tokens all allocations are counted together: few enough that in most of them nothing is collected. */
const sizes = {
  full: { model: "mamba2-130m", warm: 256, most: 10_000, windowTokens: 16 },
  tiny: { model: "tiny", warm: 16, most: 80, windowTokens: 4 },
} as const;
/** Steps that are ahead make a few different readings of the device's memory, again and again. */
const mostReadings = 16;

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
}

export async function measureReplay({ device, report, scale }: Session): Promise<void> {
  const { model: name, warm, most, windowTokens } = sizes[scale];
  using model = new Mamba2LM(preset(name), { device, init: quickInit });
  const collections: { readonly startTime: number; readonly duration: number }[] = [];
  const watch = new PerformanceObserver((list) => void collections.push(...list.getEntries()));
  watch.observe({ entryTypes: ["gc"] });
  const windows: Window[] = [];
  const readings = new Set<number>();
  let [made, fromMs, fromBytes] = [0, 0, 0];
  for await (const _ of generateIds(model, [[1, 2, 3]], { maxTokens: most, temperature: 0, eosTokenId: null })) {
    made++;
    if (made < warm || made > most - windowTokens) continue;
    readings.add(device.memory.usedBytes);
    if ((made - warm) % windowTokens !== 0) continue;
    const { heapUsed } = process.memoryUsage();
    const toMs = performance.now();
    if (made > warm) windows.push({ fromMs, toMs, bytes: heapUsed - fromBytes });
    [fromMs, fromBytes] = [toMs, heapUsed];
  }
  await new Promise((resolve) => void setTimeout(resolve)); // what was collected until now is told
  watch.disconnect();
  const whole = windows.filter(
    ({ fromMs, toMs }) =>
      !collections.some(({ startTime, duration }) => startTime < toMs && startTime + duration > fromMs),
  );
  const part = report.part("replay");
  part.check(whole.length > 0, "there was no window in which nothing was collected.");
  const grown = whole.map(({ bytes }) => bytes / windowTokens).sort((a, b) => a - b);
  const ms = windows.map((one) => (one.toMs - one.fromMs) / windowTokens).sort((a, b) => a - b);
  const heap = `median of ${whole.length} of ${windows.length} windows of ${windowTokens} tokens; ${ms[ms.length >> 1]!.toFixed(2)} ms a token`;
  part.add(`${name} · JavaScript heap a token`, grown[grown.length >> 1]! / 1000, "kB", heap);
  const [least, largest] = [Math.min(...readings), Math.max(...readings)];
  const range = `from ${(least / 2 ** 20).toFixed(1)}, ${readings.size} different readings`;
  part.add(`${name} · device memory over ${most} tokens`, largest / 2 ** 20, "MiB", range);
  part.check(
    readings.size <= mostReadings,
    `device memory must be flat; ${readings.size} readings, ${largest - least} bytes apart.`,
  );
}
