// The roofline model: which roof binds a row, and what share of it the row reaches.
import type { Roofs } from "./roofs.ts";

/** How far a row is below the roofs. */
export interface Placement {
  readonly gflops: number;
  readonly gbs: number;
  readonly boundBy: "bandwidth" | "compute" | "dispatch";
  /** 1: as fast as the roof allows */
  readonly share: number;
}

/** Least ns a call can take: moving its bytes, doing its operations, issuing its dispatches, whichever is longest. */
export function floorNs(
  cost: { readonly flops: number; readonly bytes: number },
  dispatches: number,
  roofs: Roofs,
): { readonly ns: number; readonly boundBy: Placement["boundBy"] } {
  const times = [
    { ns: cost.bytes / roofs.copyGBs, boundBy: "bandwidth" as const },
    { ns: cost.flops / roofs.fmaF32, boundBy: "compute" as const },
    { ns: dispatches * roofs.dispatchUs * 1e3, boundBy: "dispatch" as const },
  ];
  return times.reduce((most, time) => (time.ns > most.ns ? time : most));
}

/** Places a measured time. */
export function place(
  cost: { readonly flops: number; readonly bytes: number },
  dispatches: number,
  ns: number,
  roofs: Roofs,
): Placement {
  const floor = floorNs(cost, dispatches, roofs);
  return { gflops: cost.flops / ns, gbs: cost.bytes / ns, boundBy: floor.boundBy, share: floor.ns / ns };
}

/** The roof over an intensity, in GFLOP/s. */
export function roofAt(intensity: number, roofs: Roofs): number {
  return Math.min(roofs.fmaF32, intensity * roofs.copyGBs);
}
