// Requests a GPUDevice with the limits and features that kernels use, and describes any device as Caps.
import { type AdapterClass, baseCaps, type Caps, type SubgroupMatrixConfig } from "../caps.ts";
import { checkKernelOptions, KernelError, type OptionKeys, requireArguments } from "@x/base";
import { importWebGPU } from "./import-webgpu.js";

/** Fields of `GPUAdapterInfo` that are looked at; all of them may be empty strings. */
export interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly device?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
  readonly subgroupMinSize?: number;
  readonly subgroupMaxSize?: number;
  readonly subgroupMatrixConfigs?: readonly SubgroupMatrixConfig[];
}

/** Which adapter a device comes from, and the limits it must have. */
export interface DeviceOptions {
  /** Where adapters come from; absent: `navigator.gpu`, else the optional package `webgpu` in Node. */
  readonly gpu?: GPU;
  readonly powerPreference?: GPUPowerPreference;
  /** Accept an adapter that runs on the CPU (SwiftShader, lavapipe). Absent: such an adapter is an error. */
  readonly software?: boolean;
  /** Limits that must be met; the library's own wishes are asked for as far as the adapter has them. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** What {@link requestDevice} reads. */
export const deviceOptions: OptionKeys<DeviceOptions> = {
  gpu: true,
  powerPreference: true,
  software: "boolean",
  limits: true,
};

/** A device, the adapter it comes from, and what kernels may use of it. */
export interface RequestedDevice {
  readonly device: GPUDevice;
  readonly info: AdapterInfo;
  readonly caps: Caps;
}

/** A limit and the most of it the library can use: asking for more than is used may cost speed. */
const wantedLimits: Readonly<Record<string, number>> = {
  maxBufferSize: Infinity,
  maxStorageBufferBindingSize: Infinity,
  maxStorageBuffersPerShaderStage: 10,
  maxComputeWorkgroupStorageSize: 65536,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupSizeY: 1024,
  maxComputeWorkgroupsPerDimension: Infinity,
};

const wantedFeatures = ["timestamp-query", "shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"];

// Dawn's instance must outlive every device it gave: if it is collected, the process crashes.
let nodeGPU: GPU | undefined;

/**
 * The GPU object of this environment: `navigator.gpu`, or Dawn through the optional package `webgpu` in Node.
 * @throws KernelError (kind `adapter`) where there is neither; says how to get one.
 */
export async function requestGPU(): Promise<GPU> {
  const fromNavigator = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (fromNavigator) return fromNavigator;
  if (nodeGPU) return nodeGPU;
  if (!(globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node) {
    const insecure = (globalThis as { isSecureContext?: boolean }).isSecureContext === false;
    throw new KernelError(
      "requestGPU: this environment has no navigator.gpu. " +
        (insecure
          ? "The page is not a secure context: serve it over https or from localhost."
          : "Use a browser with WebGPU (Chrome or Edge 113, Safari 26, Firefox 141 or later)."),
      { kind: "adapter" },
    );
  }
  let dawn: Awaited<ReturnType<typeof importWebGPU>>;
  try {
    dawn = await importWebGPU();
  } catch (cause) {
    throw new KernelError(
      "requestGPU: Node has no WebGPU of its own. Run `npm install webgpu` (Dawn for Node), or use the CPU device.",
      {
        kind: "adapter",
        cause,
      },
    );
  }
  // Times of dispatches as they are, not in steps of 65 µs, which hide one page's work from another's.
  nodeGPU = dawn.create(["disable-dawn-features=timestamp_quantization"]);
  return nodeGPU;
}

/** True for adapters that compute on the CPU. */
export function isSoftwareAdapter(info: AdapterInfo): boolean {
  requireArguments("isSoftwareAdapter", { info }, { info: "object" });
  return adapterClass(info) === "software";
}

function adapterClass(info: AdapterInfo): AdapterClass {
  const vendor = (info.vendor ?? "").toLowerCase();
  const text = `${info.architecture ?? ""} ${info.device ?? ""} ${info.description ?? ""}`.toLowerCase();
  if (info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/.test(text))
    return "software";
  if (vendor === "google" || vendor === "mesa") return "software";
  for (const name of ["apple", "nvidia", "amd", "intel", "qualcomm"] as const) {
    if (vendor.includes(name) || text.includes(name)) return name;
  }
  return "unknown";
}

/** Describes a device, the library's or the caller's own, as {@link Caps}. `info` defaults to `device.adapterInfo`. */
export function capsOf(device: GPUDevice, given?: AdapterInfo): Caps {
  requireArguments("capsOf", { device, info: given }, { device: "object", "info?": "object" });
  requireArguments("capsOf", { "device.limits": device.limits }, { "device.limits": "object" });
  const info = given ?? (device as { adapterInfo?: AdapterInfo }).adapterInfo ?? {};
  const { limits, features } = device;
  return {
    adapter: adapterClass(info),
    vendor: (info.vendor ?? "").toLowerCase(),
    architecture: (info.architecture ?? "").toLowerCase(),
    description: [info.device, info.description]
      .filter((text) => text)
      .join(" ")
      .toLowerCase(),
    features: new Set(features),
    subgroupMinSize: info.subgroupMinSize ?? baseCaps.subgroupMinSize,
    subgroupMaxSize: info.subgroupMaxSize ?? baseCaps.subgroupMaxSize,
    subgroupMatrix: (info.subgroupMatrixConfigs ?? []).map(({ componentType, resultComponentType, M, N, K }) => ({
      componentType,
      resultComponentType,
      M,
      N,
      K,
    })),
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
  };
}

/**
 * A device with every limit and feature the kernels profit from, as far as the adapter has them.
 * @throws KernelError kind `adapter`: no WebGPU, no adapter, or only a software adapter without `software: true`;
 * kind `limit`: the adapter offers less than `limits` asks for.
 */
export async function requestDevice(options: DeviceOptions = {}): Promise<RequestedDevice> {
  checkKernelOptions("requestDevice", options, deviceOptions);
  const gpu = options.gpu ?? (await requestGPU());
  const adapter = await gpu.requestAdapter(options.powerPreference ? { powerPreference: options.powerPreference } : {});
  if (!adapter) {
    throw new KernelError(
      "requestDevice: WebGPU is present but offers no adapter. Check the graphics driver (Linux: a Vulkan driver; browsers: chrome://gpu).",
      { kind: "adapter" },
    );
  }
  const info: AdapterInfo = adapter.info;
  if (!options.software && isSoftwareAdapter(info)) {
    throw new KernelError(
      `requestDevice: the only adapter runs on the CPU (${describeAdapter(info)}). The CPU device is faster; software: true takes this one.`,
      { kind: "adapter" },
    );
  }
  const descriptor: GPUDeviceDescriptor = {
    requiredLimits: chooseLimits(adapter, options.limits ?? {}),
    requiredFeatures: wantedFeatures.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[],
  };
  const device = await adapter.requestDevice(descriptor).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KernelError(`requestDevice: the adapter (${describeAdapter(info)}) gave no device: ${why}`, {
      kind: "adapter",
      cause,
    });
  });
  return { device, info, caps: capsOf(device, info) };
}

function chooseLimits(adapter: GPUAdapter, required: Readonly<Record<string, number>>): Record<string, number> {
  const offered = adapter.limits as unknown as Readonly<Record<string, number | undefined>>;
  const chosen: Record<string, number> = {};
  for (const [limit, most] of Object.entries(wantedLimits)) {
    const available = offered[limit];
    if (available !== undefined) chosen[limit] = Math.min(available, most);
  }
  for (const [limit, needed] of Object.entries(required)) {
    const available = offered[limit];
    if (available === undefined)
      throw new KernelError(`requestDevice: ${limit} is not a limit this adapter knows.`, {
        kind: "limit",
        limit,
        needed,
      });
    const met = limit.startsWith("min") ? available <= needed : available >= needed;
    if (!met) {
      throw new KernelError(
        `requestDevice: ${limit} must be ${needed}; this adapter (${describeAdapter(adapter.info)}) offers ${available}. Use a smaller model or batch, or another adapter.`,
        { kind: "limit", limit, needed, available },
      );
    }
    chosen[limit] = limit.startsWith("min") ? needed : Math.max(chosen[limit] ?? 0, needed);
  }
  return chosen;
}

/** One line that names an adapter. */
export function describeAdapter(info: AdapterInfo): string {
  requireArguments("describeAdapter", { info }, { info: "object" });
  const words = [info.vendor, info.architecture, info.device, info.description].filter((word) => word);
  return words.length > 0 ? words.join(" ") : "an adapter that tells nothing about itself";
}
