// The tuning table of a device: that of its class, overridden by what was measured on the device.
import { type AdapterClass, type Caps, requireCaps } from "../caps.ts";
import { amd } from "./amd.ts";
import { apple } from "./apple.ts";
import { intel } from "./intel.ts";
import { nvidia } from "./nvidia.ts";
import { qualcomm } from "./qualcomm.ts";
import { software } from "./software.ts";
import type { TuningTable } from "./table.ts";
import { unknown } from "./unknown.ts";

const tables: Readonly<Record<AdapterClass, TuningTable>> = {
  apple,
  nvidia,
  amd,
  intel,
  qualcomm,
  software,
  unknown,
};

/**
 * The built-in tuning table of a device's class, plain data.
 * @example
 * console.log(classTable(baseCaps).ssd.chunkLength); // 64
 */
export function classTable(caps: Pick<Caps, "adapter">): TuningTable {
  requireCaps("classTable", caps);
  return tables[caps.adapter];
}

/**
 * One section of the table that a plan for a device follows: its class's, overridden by `caps.tuning`. Tiles of single
 * shapes are looked up by matmul itself.
 */
export function tuned<S extends keyof TuningTable>(caps: Caps, section: S): TuningTable[S] {
  const table = tables[caps.adapter][section];
  const measured = section === "matmul" ? undefined : caps.tuning?.[section];
  return measured ? { ...table, ...measured } : table;
}
