// Duels: the same computation on the same shapes by us and by each peer, checked first, then timed in turn A B C A B C in one process.
import { waitForGpu } from "@x/kernels-wgsl";
import { cpuDevice, type Device, WebGPUDevice } from "@x/tensor/core";
import { difference } from "@x/testing";
import { calibrate, interleave, type Timed } from "../core/timing.ts";
import type { Duel, PeerCell } from "../core/report.ts";
import { messageOf } from "../core/run.ts";
import { summarize } from "../core/stats.ts";
import { matches } from "../core/suite.ts";
import { bareChain } from "./bare-webgpu.ts";
import { duelRows } from "./cases.ts";
import { layerProjections, ourselves } from "./ours.ts";
import { type DuelCase, type PeerCall, type PeerSlot, UnsupportedError } from "./peer.ts";

export interface DuelOptions {
  /** sizes for devices on which the large ones take minutes */
  readonly small: boolean;
  readonly filter?: string;
  /** most rounds of a row; default 9 */
  readonly rounds?: number;
  /** time of each contender in a row after which it takes no further sample, once it has two; default 1500 ms */
  readonly budgetMs?: number;
  /** minutes after which no further row starts: the rest are skipped, and say so. Default: no limit */
  readonly minutes?: number;
  readonly signal?: AbortSignal;
  onProgress?(text: string): void;
  onDuel?(duel: Duel): void;
}

/** Allowed rms(got − want)/rms(want) of every output of every contender against the CPU in doubles. */
const allowed = 1e-4;

/** A sample is as many calls as take this long. */
const sampleMs = 10;
/** A contender whose one call takes longer is timed once. */
const mostCallMs = 15_000;

/** A contender that is ready and right, or the cell that says why not. */
type Entrant = { readonly call: PeerCall; readonly worst: number } | { readonly cell: PeerCell };

/** Runs all duels. A peer that is missing, cannot, or is wrong has a cell that says so. */
export async function runDuels(device: Device, slots: readonly PeerSlot[], options: DuelOptions): Promise<Duel[]> {
  const { small, filter = "", minutes = Infinity, signal, onProgress, onDuel } = options;
  const duels: Duel[] = [];
  const began = performance.now();
  for (const row of duelRows(small).filter(({ id }) => matches(id, filter))) {
    signal?.throwIfAborted();
    let duel: Duel;
    if (performance.now() - began > minutes * 60e3) {
      const why = `the ${minutes} minutes of this run were over`;
      duel = { id: row.id, peers: Object.fromEntries(slots.map(({ name }) => [name, { status: "skipped", why }])) };
    } else {
      onProgress?.(`${row.id}: drawing and the oracle`);
      duel = await runDuel(await row.make(), device, slots, options);
    }
    duels.push(duel);
    onDuel?.(duel);
  }
  return duels;
}

async function runDuel(
  one: DuelCase,
  device: Device,
  slots: readonly PeerSlot[],
  { rounds = 9, budgetMs = 1500, signal, onProgress }: DuelOptions,
): Promise<Duel> {
  const want = await oracle(one);
  const entrants: Entrant[] = [];
  const enter = async (name: string, make: () => Promise<PeerCall>, checked = true): Promise<Entrant> => {
    onProgress?.(`${one.id}: ${name}`);
    const entrant = await prepare(make, checked ? want : undefined, signal);
    entrants.push(entrant);
    return entrant;
  };
  try {
    const ours = await enter("ours", () => ourselves(device).make(one));
    if ("cell" in ours)
      throw new Error(
        `${one.id}: our own result must be that of the CPU in doubles within ${allowed}; ${"why" in ours.cell ? ours.cell.why : ""}.`,
      );
    const others: { readonly name: string; readonly entrant: Entrant }[] = [];
    for (const slot of slots) {
      others.push({
        name: slot.name,
        entrant:
          "peer" in slot
            ? await enter(slot.name, () => slot.peer.make(one))
            : { cell: { status: "unavailable", why: slot.why } },
      });
    }
    const beside = yardstickOf(one, device);
    const yardstick = beside && { name: beside.name, entrant: await enter(beside.name, beside.make, beside.checked) };

    onProgress?.(`${one.id}: timing`);
    const software = device instanceof WebGPUDevice && device.runner.caps.adapter === "software";
    const ready = [
      ours,
      ...[...others, ...(yardstick ? [yardstick] : [])].flatMap(({ entrant }) => ("call" in entrant ? [entrant] : [])),
    ];
    const turns: { readonly entrant: Entrant; readonly timed: Timed; readonly repeats: number }[] = [];
    const samplesOf = new Map<Entrant, number[]>();
    for (const entrant of ready) {
      const each = timed(entrant.call, software);
      const firstNs = await each.sample(1);
      // Who is this slow is timed once, out of turn.
      if (entrant !== ours && firstNs > mostCallMs * 1e6) samplesOf.set(entrant, [firstNs]);
      else
        turns.push({ entrant, timed: each, repeats: firstNs >= sampleMs * 1e6 ? 1 : await calibrate(each, sampleMs) });
    }
    const taken = await interleave(turns, { samples: rounds, budgetMs, least: 2, ...(signal && { signal }) });
    for (const [i, { entrant }] of turns.entries()) samplesOf.set(entrant, taken[i]!);
    const cellOf = (entrant: Entrant): PeerCell => {
      if ("cell" in entrant) return entrant.cell;
      const [theirs, mine] = [entrant, ours].map((each) => samplesOf.get(each)!.map((ns) => ns / (one.parts ?? 1)));
      const [samplesNs, oursSamplesNs] = [theirs!, mine!.slice(0, theirs!.length)];
      return {
        status: "measured",
        timeNs: summarize(samplesNs),
        oursNs: summarize(oursSamplesNs),
        samplesNs,
        oursSamplesNs,
        worst: entrant.worst,
      };
    };
    return {
      id: one.id,
      peers: Object.fromEntries(others.map(({ name, entrant }) => [name, cellOf(entrant)])),
      ...(yardstick && { yardstick: { name: yardstick.name, cell: cellOf(yardstick.entrant) } }),
    };
  } finally {
    for (const entrant of entrants) if ("call" in entrant) entrant.call.dispose();
  }
}

/** The outputs on the CPU in doubles. */
async function oracle(one: DuelCase): Promise<readonly ArrayLike<number>[]> {
  const call = await ourselves(cpuDevice(), "f64").make(one);
  try {
    return await call.result();
  } finally {
    call.dispose();
  }
}

async function prepare(
  make: () => Promise<PeerCall>,
  want: readonly ArrayLike<number>[] | undefined,
  signal: AbortSignal | undefined,
): Promise<Entrant> {
  let call: PeerCall | undefined;
  try {
    call = await make();
    const got = await call.result();
    const worst = want ? Math.max(...want.map((output, i) => difference(got[i] ?? [], output).ratio)) : 0;
    if (worst <= allowed) return { call, worst };
    call.dispose();
    return { cell: { status: "wrong", why: `its result differs: rms ratio ${worst.toExponential(1)}` } };
  } catch (error) {
    call?.dispose();
    signal?.throwIfAborted();
    return {
      cell: {
        status: error instanceof UnsupportedError ? "unsupported" : "failed",
        why: messageOf(error).slice(0, 200),
      },
    };
  }
}

/** What our time is put beside, on devices that have it. */
function yardstickOf(
  one: DuelCase,
  device: Device,
): { readonly name: string; readonly checked: boolean; make(): Promise<PeerCall> } | undefined {
  if (one.yardstick === "layer_projections")
    return { name: "in_proj + out_proj of the layer, ours", checked: false, make: () => layerProjections(device) };
  if (one.yardstick === "bare_webgpu" && device instanceof WebGPUDevice)
    return { name: "bare WebGPU, one pass", checked: true, make: () => bareChain(device.runner.device, one) };
  return undefined;
}

function timed(call: PeerCall, software: boolean): Timed {
  return {
    async sample(repeats) {
      const startMs = performance.now();
      for (let i = 0; i < repeats; i++) await call.run();
      // Our runner waits like this by itself; here all contenders do.
      await (software ? waitForGpu(call.sync()) : call.sync());
      return (performance.now() - startMs) * 1e6;
    },
  };
}
