// npm run test:kills [-- --kills 50 --saves 10 --seed 1]: kills training runs by SIGKILL, lets them go on, and compares their last files with those of runs that were let alone, byte
// for byte. Exit codes: 0 all are the same, 1 something differs, 2 the command line is wrong.
import { parseArgs } from "node:util";
import { checkKills } from "./check-kills.ts";

async function main(): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        kills: { type: "string", default: "50" },
        saves: { type: "string", default: "10" },
        seed: { type: "string", default: "1" },
      },
    }));
  } catch (error) {
    process.stderr.write(`test:kills: ${(error as Error).message}\n`);
    return 2;
  }
  const [kills, inSaves, seed] = [values.kills, values.saves, values.seed].map(Number) as [number, number, number];
  if (![kills, inSaves, seed].every((n) => Number.isSafeInteger(n) && n >= 0) || inSaves > kills) {
    process.stderr.write("test:kills: --kills, --saves and --seed must be whole numbers, no more saves than kills.\n");
    return 2;
  }
  const onLine = (line: string): void => void process.stdout.write(`${line}\n`);
  const report = await checkKills({ kills, inSaves, seed, onLine });
  for (const failure of report.failures) onLine(failure);
  onLine(JSON.stringify({ ...report, failures: report.failures.length }));
  return report.failures.length > 0 ? 1 : 0;
}

process.exitCode = await main();
