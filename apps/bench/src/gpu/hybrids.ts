// Part "hybrids": models of mixers and attention in their published sizes, drawn weights, as a user runs them: a prompt read, tokens generated, memory held.
import { type Mamba2Config, Mamba2LM, parameterBytes, parameterCount, preset } from "@x/mamba2";
import { falconTiny } from "./falcon-tiny.ts";
import { guarded, quickInit, storages, timeGreedy } from "./model.ts";
import type { Session } from "./session.ts";

interface Generating {
  readonly name: string;
  readonly config: Mamba2Config;
  readonly prompt: number;
  readonly tokens: number;
}

const sizes: Readonly<Record<Session["scale"], () => readonly Generating[]>> = {
  full: () => [
    { name: "falcon-h1-tiny-90m", config: falconTiny(), prompt: 2048, tokens: 128 },
    { name: "granite-4.0-h-350m", config: preset("granite-4.0-h-350m"), prompt: 2048, tokens: 128 },
  ],
  tiny: () => [{ name: "tiny", config: preset("tiny"), prompt: 32, tokens: 4 }],
};

const measured = ["f32", "bf16", "bf16, projections in 4 bits"] as const;

export async function measureHybrids(session: Session): Promise<void> {
  for (const size of sizes[session.scale]())
    for (const storage of measured) await guarded(session, () => measureOne(session, size, storage), "hybrids");
}

async function measureOne({ device, report }: Session, size: Generating, storage: string): Promise<void> {
  const { config } = size;
  const name = `${size.name} ${storage}`;
  const model = new Mamba2LM(config, { device, init: quickInit, ...storages[storage] });
  try {
    const ids = Array.from({ length: size.prompt }, (_, i) => (i * 7919) % config.vocabSize);
    const read = async (): Promise<number> => {
      const begin = performance.now();
      const { logits, state } = model.prefill([ids]);
      await logits.data();
      const ms = performance.now() - begin;
      logits.dispose();
      state.dispose();
      return ms;
    };
    await read();
    const prefill = Math.min(await read(), await read(), await read());
    const warm = 16;
    let held = 0;
    const decode = await timeGreedy(model, ids.slice(0, 16), warm, size.tokens, {}, () => {
      held = Math.max(held, device.memory.usedBytes);
    });
    const part = report.part("hybrids");
    part.add(
      `prefill ${size.prompt} tokens ${name}`,
      (1000 * size.prompt) / prefill,
      "tokens/s",
      `${prefill.toFixed(1)} ms`,
    );
    part.add(`generate, greedy ${name}`, 1000 / decode, "tokens/s", `${decode.toFixed(3)} ms`);
    const parameters = parameterBytes(config, storages[storage]);
    part.add(
      `memory ${name}`,
      held / 2 ** 30,
      "GiB",
      `between steps; parameters ${(parameters / 2 ** 20).toFixed(0)} MiB, ${(parameterCount(config) / 1e6).toFixed(1)} M of them`,
    );
  } finally {
    model.dispose();
    device.trim();
  }
}
