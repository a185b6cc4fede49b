// npm run check:fixtures -- DIR [--device cpu|webgpu] [--kind KIND] [--except WORD] [--json]: one line per tensor, then a JSON summary.
// --kind checks the entries only whose kind begins so, or whose op it is; --except (several times if need be) leaves out those whose kind contains the word: they are listed and
// counted as skipped. Exit codes: 0 all that was asked for passed, 1 something failed, 2 the command line or the folder is wrong.
import { parseArgs } from "node:util";
import { cpuDevice, type Device, webgpuDevice } from "@x/tensor";
import { checkFixtures } from "./check.ts";
import { FixtureError } from "./fixture-set.ts";
import { showLine } from "./report.ts";

const USAGE = "usage: npm run check:fixtures -- DIR [--device cpu|webgpu] [--kind KIND] [--except WORD] [--json]";

class UsageError extends Error {
  override readonly name: string = "UsageError";
}

interface CommandLine {
  readonly folder: string;
  readonly device: "cpu" | "webgpu";
  readonly kind: string | undefined;
  readonly except: readonly string[];
}

function parseCommandLine(args: readonly string[]): CommandLine {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: {
        device: { type: "string", default: "cpu" },
        kind: { type: "string" },
        except: { type: "string", multiple: true, default: [] },
        json: { type: "boolean" },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(`check:fixtures: ${(error as Error).message}`);
  }
  const {
    positionals,
    values: { device, kind, except },
  } = parsed;
  if (positionals.length !== 1)
    throw new UsageError(`check:fixtures: there must be one DIR; got ${positionals.length}.`);
  if (device !== "cpu" && device !== "webgpu")
    throw new UsageError(`check:fixtures: --device must be cpu or webgpu; got "${device}".`);
  return { folder: positionals[0]!, device, kind, except };
}

async function run(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  let device: Device | undefined;
  try {
    const line = parseCommandLine(args);
    device = line.device === "cpu" ? cpuDevice() : await webgpuDevice({ software: true });
    const summary = await checkFixtures(line.folder, device, {
      except: line.except,
      ...(line.kind !== undefined && { kind: line.kind }),
      ...(!json && { onLine: (one) => print(showLine(one)) }),
    });
    print(JSON.stringify(summary));
    return summary.failed > 0 ? 1 : 0;
  } catch (error) {
    const { name, message } = error as Error;
    const wrongCall = error instanceof UsageError || error instanceof FixtureError;
    if (json) print(JSON.stringify({ error: { kind: name, message } }));
    process.stderr.write(`${message}\n${error instanceof UsageError ? `${USAGE}\n` : ""}`);
    return wrongCall ? 2 : 1;
  } finally {
    if (device?.kind === "webgpu") device.dispose();
  }
}

process.exitCode = await run(process.argv.slice(2));
