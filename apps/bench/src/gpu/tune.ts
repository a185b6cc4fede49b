// Part "tune": what is fastest on this very adapter, raced by the library's tuner, and every way to cut the scan of Mamba-2 130m.
import { type Program, ssd, ssdBackward, type SsdChoice, tune, type TuneOptions } from "@x/kernels-wgsl";
import { type Session, timeOverPattern } from "./session.ts";

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
  const part = report.part("tune");
  const tuning = await tune(runner, {
    ...budgets[scale],
    onRaced({ family, name, tried }) {
      const timed = tried
        .flatMap(({ candidate, elapsedNs }) =>
          elapsedNs === undefined ? [] : [{ text: JSON.stringify(candidate), us: elapsedNs / 1000 }],
        )
        .toSorted((a, b) => a.us - b.us);
      for (const { text, us } of timed.slice(0, 3))
        part.add(`${family} · ${name}`, us, "µs", `${text.slice(0, 120)}, of ${timed.length}`);
      const first = tried[0]?.elapsedNs;
      if (first !== undefined) part.add(`${family} · ${name} · built in`, first / 1000, "µs");
    },
  });
  report.fact("tuning", tuning);
}

async function measureCuts({ device, report, scale }: Session): Promise<void> {
  const { caps } = device.runner;
  const shape = {
    ...(scale === "tiny" ? { b: 1, l: 64, h: 2, p: 16, g: 1, n: 16 } : { b: 8, l: 1024, h: 24, p: 64, g: 1, n: 128 }),
    dtSoftplus: true,
    dtBias: true,
    D: "head",
  } as const;
  const floats = shape.b * shape.l * shape.h * Math.max(shape.p, 4);
  const row = async (name: string, program: Program): Promise<void> =>
    report.part("tune").add(name, await timeOverPattern(device, program, floats), "ms");
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
