// What a run goes on from when its GPU device is lost: the model's values and the run's file, on the host.
import type { HostCopy } from "@x/nn/core";
import { ConfigError, type Device, isDeviceLoss } from "@x/tensor/core";
import type { Mamba2LM } from "../model/model.ts";

/** How a run came to be on another device. */
export interface DeviceLoss {
  /** updates made when the device was lost */
  readonly lostAt: number;
  /** updates that the run went on from */
  readonly step: number;
  /** what the old device said */
  readonly reason: string;
  /** description of the new one */
  readonly device: string;
}

/** What was kept of a step. */
interface Kept {
  readonly step: number;
  readonly file: Uint8Array;
  readonly values: HostCopy;
}

/** Losses in a row, with no step kept between them, after which a run gives up. */
const MOST_LOSSES = 3;

/** Keeps a run's last saved step on the host and takes it to a new device. */
export class Recovery {
  readonly #model: Mamba2LM;
  readonly #newDevice: () => Device | Promise<Device>;
  #kept: Kept | undefined;
  #losses = 0;

  constructor(model: Mamba2LM, newDevice: () => Device | Promise<Device>) {
    this.#model = model;
    this.#newDevice = newDevice;
  }

  /** What a run goes on from; undefined before the first step was kept. */
  get kept(): Pick<Kept, "step" | "file"> | undefined {
    return this.#kept;
  }

  /** Copies the model's values to the host, beside the run's file at this step. Those that are frozen are copied once. */
  async keep(step: number, file: Uint8Array): Promise<void> {
    const values = await this.#model.copyToHost(this.#kept?.values);
    if (this.#kept && this.#kept.step < step) this.#losses = 0;
    this.#kept = { step, file, values };
  }

  /** The run goes on from elsewhere. */
  forget(): void {
    this.#kept = undefined;
  }

  /** Whether a run can go on after an error: the device is lost, and a step was kept. */
  canRecover(error: unknown): boolean {
    return isDeviceLoss(error) && this.#kept !== undefined && this.#losses < MOST_LOSSES;
  }

  /**
   * Takes the values that were kept to a new device.
   *
   * @throws what making one throws; ConfigError when that is the lost one again
   */
  async recover(error: unknown, lostAt: number): Promise<DeviceLoss> {
    const { step, values } = this.#kept!;
    this.#losses++;
    const lost = this.#model.device;
    const device = await this.#newDevice();
    if (device === lost)
      throw new ConfigError(
        `train: newDevice() must make another device than the one that was lost; got the same one, ${device.description}.`,
        { field: "newDevice", got: device.description, cause: error },
      );
    for (const place of values.values()) place(device);
    return { lostAt, step, reason: (error as Error).message, device: device.description };
  }
}
