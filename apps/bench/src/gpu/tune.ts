// Part "tune": what is fastest on this very adapter, raced by the library's tuner, and every way to cut the scan of Mamba-2 130m.
import { type Program, ssd, ssdBackward, type SsdChoice, tune, type TuneOptions } from "@x/kernels-wgsl";
import { patternBuffer, type Session, timeProgram } from "./session.ts";

const budgets: Readonly<Record<Session["scale"], TuneOptions>> = {
  full: {
    budgetMs: 60000,
    shapes: [
      [4096, 3352, 768],
      [4096, 768, 1536],
      [3352, 768, 4096],
      [1024, 1024, 1024],
    ].map(([m, n, k]) => ({ m: m!, n: n!, k: k! })),
  },
  tiny: { budgetMs: 500, families: ["rows"] },
};

async function measureTuner({ device: { runner }, report, scale }: Session): Promise<void> {
  const tuning = await tune(runner, {
    ...budgets[scale],
    onRaced({ family, name, tried }) {
      const timed = tried
        .flatMap(({ candidate, elapsedNs }) =>
          elapsedNs === undefined ? [] : [{ text: JSON.stringify(candidate), us: elapsedNs / 1000 }],
        )
        .toSorted((a, b) => a.us - b.us);
      for (const { text, us } of timed.slice(0, 3))
        report.add({
          part: "tune",
          name: `${family} · ${name}`,
          value: us,
          unit: "µs",
          note: `${text.slice(0, 120)}, of ${timed.length}`,
        });
      const first = tried[0]?.elapsedNs;
      if (first !== undefined)
        report.add({ part: "tune", name: `${family} · ${name} · built in`, value: first / 1000, unit: "µs" });
    },
  });
  report.fact("tuning", tuning);
}

/** Times a program over buffers of pattern numbers. */
async function timeAlone({ device }: Session, program: Program, floats: number): Promise<number> {
  const { runner } = device;
  const buffers: Record<string, GPUBuffer> = {};
  for (const name of program.dispatches.flatMap(({ buffers: used }) => Object.values(used))) {
    if (program.temps[name] === undefined) buffers[name] ??= patternBuffer(device, floats);
  }
  const { median } = await timeProgram(device, program, buffers, 15);
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return median;
}

async function measureCuts(session: Session): Promise<void> {
  const { device, report, scale } = session;
  const { caps } = device.runner;
  const shape = {
    ...(scale === "tiny" ? { b: 1, l: 64, h: 2, p: 16, g: 1, n: 16 } : { b: 8, l: 1024, h: 24, p: 64, g: 1, n: 128 }),
    dtSoftplus: true,
    dtBias: true,
    D: "head",
  } as const;
  const floats = shape.b * shape.l * shape.h * Math.max(shape.p, 4);
  const row = async (name: string, program: Program): Promise<void> =>
    report.add({ part: "tune", name, value: await timeAlone(session, program, floats), unit: "ms" });
  await row("scan forward · default", ssd.program(shape, caps));
  await row("scan backward · default", ssdBackward.program(shape, caps));
  for (const chunkLength of [32, 64] as const) {
    const label = `chunks of ${chunkLength}`;
    await row(`scan forward · ${label}`, ssd.program(shape, caps, { chunkLength }));
    for (const headsPerBlock of scale === "tiny" ? [2] : [1, 3, 6, 12, 24]) {
      const choice: SsdChoice = { chunkLength, headsPerBlock };
      await row(`scan backward · ${label}, ${headsPerBlock} heads a block`, ssdBackward.program(shape, caps, choice));
    }
  }
}

export async function measureTuning(session: Session): Promise<void> {
  await measureCuts(session);
  await measureTuner(session);
}
