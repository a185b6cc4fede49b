// npm run reproduce: what others published, with its source, beside what the library reaches. Exit codes: 0 every claim holds, 1 one does not, 2 the command line is wrong.
import { parseArgs } from "node:util";
import type { Device } from "@x/tensor/core";
import { benchDevice } from "../node/device.ts";
import { precisionCommand } from "./precision.ts";
import type { Progress, Row, Tier } from "./row.ts";
import { rows } from "./rows.ts";

const tiers: readonly Tier[] = ["ci", "cpu", "gpu"];
const USAGE = `usage: npm run reproduce [-- --tier ${tiers.join("|")}] [--only TEXT] [--seeds N | --seed S] [--device cpu|webgpu] [--shakespeare FILE]\n       npm run reproduce -- precision [OPTIONS]`;

/** Whether the row's claim holds, as far as it was run. */
async function reproduce(
  row: Row,
  seeds: readonly number[],
  device: Device,
  file: string | undefined,
): Promise<boolean | undefined> {
  console.log(`${row.name}\n  published  ${row.published} (${row.source})\n  claim      ${row.claim}`);
  console.log(`  differs    ${row.deviations}`);
  if (row.needs !== undefined && file === undefined) {
    console.log(`  not run    it needs ${row.needs}`);
    return undefined;
  }
  let held = 0;
  for (const seed of seeds) {
    const began = performance.now();
    const before = process.cpuUsage();
    const progress: Progress = (step, steps) => {
      if (process.stderr.isTTY) process.stderr.write(`\r  seed ${seed}: step ${step} of ${steps}   `);
    };
    const { value, holds, detail } = await row.run(seed, { device, progress, ...(file !== undefined && { file }) });
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
    if (holds) held++;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const { user, system } = process.cpuUsage(before);
    const cpu = ((user + system) / 1e6).toFixed(1);
    const figure = `${value.toFixed(2)}${row.unit ?? " %"}${detail ? ` (${detail})` : ""}`;
    console.log(
      `  seed ${seed}     ${figure}, ${holds ? "holds" : "does not hold"}, ${seconds} s, ${cpu} s of CPU time`,
    );
  }
  const enough = Math.min(row.enough ?? seeds.length, seeds.length);
  return held >= enough;
}

async function main(args: readonly string[]): Promise<number> {
  let given;
  try {
    given = parseArgs({
      args: [...args],
      options: {
        tier: { type: "string", default: "ci" },
        only: { type: "string" },
        seeds: { type: "string" },
        seed: { type: "string" },
        shakespeare: { type: "string" },
        device: { type: "string", default: "cpu" },
      },
    }).values;
  } catch (error) {
    console.error(`reproduce: ${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  const { tier, only, seeds: count, seed: one, device: kind } = given;
  if (kind !== "cpu" && kind !== "webgpu") {
    console.error(`reproduce: --device must be cpu or webgpu; got "${kind}".\n${USAGE}`);
    return 2;
  }
  const chosen = rows.filter((row) => (only === undefined ? row.tier === tier : row.name.includes(only)));
  if (!(tiers as readonly string[]).includes(tier) || chosen.length === 0) {
    const problem = only === undefined ? `there is no tier "${tier}"` : `no row's name contains "${only}"`;
    console.error(
      `reproduce: ${problem}; the rows are\n${rows.map((row) => `  ${row.name} (${row.tier})`).join("\n")}\n${USAGE}`,
    );
    return 2;
  }
  if (count !== undefined && !/^[1-9]\d*$/.test(count)) {
    console.error(`reproduce: --seeds must be a whole number from 1; got "${count}".\n${USAGE}`);
    return 2;
  }
  if (one !== undefined && (count !== undefined || !/^\d+$/.test(one))) {
    console.error(`reproduce: --seed must be a whole number, without --seeds; got "${one}".\n${USAGE}`);
    return 2;
  }
  const seedsOf = ({ seeds }: Row): readonly number[] =>
    one === undefined
      ? count === undefined
        ? seeds
        : Array.from({ length: Number(count) }, (_, i) => i)
      : [Number(one)];
  const found: (boolean | undefined)[] = [];
  const device = await benchDevice(kind);
  if (kind !== "cpu") console.log(`on ${device.description}`);
  for (const row of chosen) found.push(await reproduce(row, seedsOf(row), device, given.shakespeare));
  device.dispose();
  const ran = found.filter((holds) => holds !== undefined);
  const held = ran.filter(Boolean).length;
  const left = chosen.length - ran.length;
  console.log(`${held} of ${ran.length} rows hold${left > 0 ? `, ${left} not run` : ""}`);
  return held === ran.length ? 0 : 1;
}

const [first, ...rest] = process.argv.slice(2);
process.exitCode = first === "precision" ? await precisionCommand(rest) : await main(process.argv.slice(2));
