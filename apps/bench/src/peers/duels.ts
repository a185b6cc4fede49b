// Duels: the same computation on the same shapes by us and by each peer, checked first, then timed in turn A B A B in one process.
import type { Device } from "@x/tensor";
import { cpuDevice, hostNormal, hostUniform } from "@x/tensor";
import { difference } from "@x/testing";
import { calibrate, interleave, type Timed } from "../core/measure.ts";
import type { Duel, PeerCell } from "../core/report.ts";
import { messageOf } from "../core/run.ts";
import { summarize } from "../core/stats.ts";
import { matches } from "../core/suite.ts";
import { ourselves } from "./ours.ts";
import { type DuelCase, type DuelInput, type DuelOp, type PeerCall, type PeerSlot, UnsupportedError } from "./peer.ts";

export interface DuelOptions {
  /** sizes for devices on which the large ones take minutes */
  readonly small: boolean;
  readonly filter?: string;
  readonly signal?: AbortSignal;
  onProgress?(text: string): void;
}

/** Allowed rms(got − want)/rms(want) of every contender against the CPU in doubles. */
const allowed = 1e-4;

/** What is compared: the heavy parts of a language model, a training step, and the state update of a decode step. */
export function duelCases(small: boolean): DuelCase[] {
  let stream = 0;
  const normal = (...shape: number[]): DuelInput => ({ shape, data: hostNormal({ seed: 5, stream: ++stream }, shape.reduce((a, b) => a * b, 1)) });
  const scaled = (factor: number, ...shape: number[]): DuelInput => ({ shape, data: (normal(...shape).data as Float32Array).map((value) => value * factor) });
  const uniform = (...shape: number[]): DuelInput => ({ shape, data: hostUniform({ seed: 7, stream: ++stream }, shape.reduce((a, b) => a * b, 1)) });
  const negative = (...shape: number[]): DuelInput => ({ shape, data: (uniform(...shape).data as Float32Array).map((value) => -1 - value) });
  const indices = (count: number, below: number): DuelInput => ({ shape: [count], data: Int32Array.from(hostUniform({ seed: 6, stream: ++stream }, count), (value) => Math.floor(value * below)) });
  const [m, k, n] = small ? [128, 256, 256] : [512, 768, 3072];
  const [rows, columns] = small ? [128, 768] : [2048, 768];
  const [h, p, s] = small ? [8, 32, 64] : [24, 64, 128];
  const [b, d, e] = small ? [64, 128, 256] : [512, 512, 1024];
  const of = (op: DuelOp, what: string, inputs: DuelCase["inputs"]): DuelCase => ({ id: `${op} ${what}`, op, inputs });
  return [
    of("matmul", `${m}×${k}×${n}`, { a: normal(m, k), b: normal(k, n) }),
    of("matmul", `1×${k}×${n}`, { a: normal(1, k), b: normal(k, n) }),
    of("softmax", `${rows}×${columns}`, { x: normal(rows, columns) }),
    of("rms_norm", `${rows}×${columns}`, { x: normal(rows, columns), weight: normal(columns) }),
    of("layer_norm", `${rows}×${columns}`, { x: normal(rows, columns), weight: normal(columns), bias: normal(columns) }),
    of("silu", `${rows}×${columns}`, { x: normal(rows, columns) }),
    of("cumsum", `${rows}×${columns}`, { x: normal(rows, columns) }),
    of("rows", `${rows} of ${4 * rows}×${columns}`, { x: normal(4 * rows, columns), index: indices(rows, 4 * rows) }),
    of("sum", `${rows}×${columns}`, { x: normal(rows, columns) }),
    of("train_step", `MLP ${b}×${d}×${e}`, { x: normal(b, d), y: normal(b, d), w1: scaled(d ** -0.5, d, e), w2: scaled(e ** -0.5, e, d) }),
    of("state_step", `decode ${h}×${p}×${s}`, { state: normal(h, p, s), dt: uniform(h, 1, 1), a: negative(h, 1, 1), x: normal(h, p, 1), b: normal(1, 1, s), c: normal(1, 1, s) }),
  ];
}

/** Runs all duels. A peer that is missing, cannot, or is wrong has a cell that says so. */
export async function runDuels(device: Device, slots: readonly PeerSlot[], { small, filter = "", signal, onProgress }: DuelOptions): Promise<Duel[]> {
  const duels: Duel[] = [];
  for (const one of duelCases(small).filter(({ id }) => matches(id, filter))) {
    signal?.throwIfAborted();
    const want = await oracle(one);
    const ours = await ourselves(device).make(one);
    try {
      const mine = difference(await ours.result(), want).ratio;
      if (!(mine <= allowed)) throw new Error(`${one.id}: our own result must agree with the CPU within ${allowed}; got ${mine.toExponential(1)}.`);
      const peers: Record<string, PeerCell> = {};
      for (const slot of slots) {
        onProgress?.(`${one.id} against ${slot.name}`);
        peers[slot.name] = "peer" in slot ? await face(one, ours, slot.peer, want, signal) : { status: "unavailable", why: slot.why };
      }
      duels.push({ id: one.id, peers });
    } finally {
      ours.dispose();
    }
  }
  return duels;
}

async function oracle(one: DuelCase): Promise<Float32Array> {
  const call = await ourselves(cpuDevice()).make(one);
  const result = await call.result();
  call.dispose();
  return result;
}

async function face(one: DuelCase, ours: PeerCall, peer: { make(duel: DuelCase): Promise<PeerCall> }, want: Float32Array, signal: AbortSignal | undefined): Promise<PeerCell> {
  let theirs: PeerCall | undefined;
  try {
    theirs = await peer.make(one);
    const worst = difference(await theirs.result(), want).ratio;
    if (!(worst <= allowed)) return { status: "wrong", why: `its result differs: rms ratio ${worst.toExponential(1)}` };
    const [a, b] = [timed(ours), timed(theirs)];
    const contenders = [{ timed: a, repeats: await calibrate(a, 10) }, { timed: b, repeats: await calibrate(b, 10) }];
    const [oursSamplesNs, samplesNs] = await interleave(contenders, { samples: 9, budgetMs: 1500, ...(signal && { signal }) });
    return { status: "measured", timeNs: summarize(samplesNs!), oursNs: summarize(oursSamplesNs!), samplesNs: samplesNs!, oursSamplesNs: oursSamplesNs!, worst };
  } catch (error) {
    signal?.throwIfAborted();
    return { status: error instanceof UnsupportedError ? "unsupported" : "failed", why: messageOf(error).slice(0, 200) };
  } finally {
    theirs?.dispose();
  }
}

function timed(call: PeerCall): Timed {
  return {
    async sample(repeats) {
      const startMs = performance.now();
      for (let i = 0; i < repeats; i++) await call.run();
      await call.sync();
      return (performance.now() - startMs) * 1e6;
    },
  };
}
