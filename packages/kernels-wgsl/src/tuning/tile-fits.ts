// Whether a device can run a tile, for callers outside of this package: what they give is checked.
import { describeValue, KernelError, requireArguments } from "@x/base";
import type { TileShape } from "../matmul/tile-config.ts";
import type { TileLimits } from "../caps.ts";
import { tileRuns } from "./measured.ts";

const stages = ["none", "shared", "matrix"];

/**
 * Whether a device can run a tile of a matrix product: sizes, workgroup memory, threads, features. A tuner tries only
 * such tiles; a table's tile that does not fit is ignored.
 * @example
 * console.log(tileFits(tileShapes.large, baseCaps)); // true
 */
export function tileFits(shape: TileShape, caps: TileLimits): boolean {
  requireArguments("tileFits", { shape, caps }, { shape: "object", caps: "object" });
  if (!stages.includes(shape.stage))
    throw new KernelError(
      `tileFits: shape.stage must be among ${stages.join(", ")}; got ${describeValue(shape.stage)}.`,
    );
  const { features, maxComputeInvocationsPerWorkgroup: threads, maxComputeWorkgroupStorageSize: bytes } = caps;
  requireArguments(
    "tileFits",
    {
      "caps.features": features,
      "caps.maxComputeInvocationsPerWorkgroup": threads,
      "caps.maxComputeWorkgroupStorageSize": bytes,
    },
    {
      "caps.features": "object",
      "caps.maxComputeInvocationsPerWorkgroup": "count",
      "caps.maxComputeWorkgroupStorageSize": "count",
    },
  );
  return tileRuns(shape, caps);
}
