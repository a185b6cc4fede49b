// One primitive's WebGPU kernels as files that need nothing of this repository: npm run kernels:export says what is in them.
import { type Caps, kernelKey, type Program, shader } from "@x/kernels-wgsl";
import {
  apply,
  createCpuDevice,
  type Device,
  type DType,
  type Primitive,
  sizeOf,
  type Spec,
  type Tensor,
} from "@x/tensor";
import { createHash } from "node:crypto";
import { caseInputs, specsOf } from "../cases.ts";
import { defaultRatios } from "../check-primitive.ts";
import { goldenCaps } from "../golden/shaders.ts";

/** A buffer of a program: what it holds, and the files of test vectors. */
interface BufferEntry {
  readonly role: "input" | "output";
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** what it holds before, of an input */
  readonly file?: string;
  /** what it must hold afterwards */
  readonly expected?: string;
}

interface ProgramEntry {
  /** features that the device must have */
  readonly features: readonly string[];
  /** of workgroup memory, at most */
  readonly workgroupBytes: number;
  readonly temps: Readonly<Record<string, number>>;
  readonly dispatches: readonly object[];
}

/** Path → content: manifest.json, bench.json, shaders/*.wgsl, vectors/*.bin. Undefined where a primitive has no WebGPU kernel. */
export async function kernelFolder(primitive: Primitive): Promise<Map<string, string | Uint8Array> | undefined> {
  const files = new Map<string, string | Uint8Array>();
  const cases: object[] = [];
  const benches: object[] = [];
  for (const [index, one] of primitive.cases.entries()) {
    const device = createCpuDevice();
    const specs = one.bench ? specsOf(one) : undefined;
    const inputs = specs ?? caseInputs(primitive, one, device);
    const programs = programsOf(primitive, inputs, one.params, files);
    if (Object.keys(programs).length > 0) {
      const shared = { name: one.name, params: one.params ?? null, programs };
      if (specs)
        benches.push({
          ...shared,
          ...costOf(primitive, specs, one.params),
          buffers: buffersOf(primitive, specs, one.params),
        });
      else {
        const buffers = await vectorsOf(primitive, inputs as Record<string, Tensor>, one.params, {
          folder: `vectors/${index}`,
          files,
          device,
        });
        cases.push({
          ...shared,
          ...costOf(primitive, inputs, one.params),
          ratio: one.tolerance?.ratio ?? defaultRatios.webgpu,
          buffers,
        });
      }
    }
    device.dispose();
  }
  if (cases.length === 0 && benches.length === 0) return undefined;
  const manifest = {
    format: 1,
    name: primitive.name,
    inputs: primitive.inputs,
    optional: primitive.optional ?? [],
    outputs: primitive.outputs,
    saved: primitive.saved ?? [],
    mutates: primitive.mutates ?? [],
    cases,
  };
  files.set("manifest.json", json(manifest));
  files.set("bench.json", json({ format: 1, name: primitive.name, cases: benches }));
  return files;
}

/** The programs of a call on each class of adapters, whose shaders go into `files`. */
function programsOf(
  primitive: Primitive,
  inputs: Readonly<Record<string, Spec>>,
  params: unknown,
  files: Map<string, string | Uint8Array>,
): Record<string, ProgramEntry> {
  const specs = Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]));
  return Object.fromEntries(
    Object.entries(goldenCaps).flatMap(([adapter, caps]) => {
      const program = primitive.webgpu?.(specs, params, caps, {});
      return program ? [[adapter, entryOf(program, caps, files)]] : [];
    }),
  );
}

function entryOf(program: Program, caps: Caps, files: Map<string, string | Uint8Array>): ProgramEntry {
  const features = new Set<string>();
  const dispatches = program.dispatches.map(({ kernel, config, buffers, parts, uniforms, workgroups }) => {
    const text = shader(kernel, config);
    const name = `${kernel.name}-${createHash("sha256").update(text).digest("hex").slice(0, 12)}.wgsl`;
    files.set(`shaders/${name}`, `// configuration: ${kernelKey(kernel, config)}\n${text.trimEnd()}\n`);
    for (const feature of kernel.features?.(config) ?? []) features.add(feature);
    return {
      kernel: kernel.name,
      shader: name,
      bindings: Object.entries(kernel.bindings(config)).map(([of, type], i) => {
        const part = parts?.[of];
        return {
          binding: i + 1,
          name: of,
          type,
          buffer: buffers[of],
          ...(part && { offset: part.offsetBytes, size: part.sizeBytes }),
        };
      }),
      uniforms: Object.entries(kernel.uniforms).map(([of, type]) => ({ name: of, type, value: uniforms[of] ?? 0 })),
      workgroups,
    };
  });
  return {
    features: [...features],
    workgroupBytes: caps.maxComputeWorkgroupStorageSize,
    temps: program.temps,
    dispatches,
  };
}

function buffersOf(
  primitive: Primitive,
  inputs: Readonly<Record<string, Spec>>,
  params: unknown,
): Record<string, BufferEntry> {
  const entries = (specs: Readonly<Record<string, Spec>>, role: "input" | "output"): [string, BufferEntry][] =>
    Object.entries(specs).map(([name, { shape, dtype }]) => [name, { role, dtype, shape }]);
  const outputs = primitive.infer(inputs, params) as Readonly<Record<string, Spec>>;
  return Object.fromEntries([...entries(inputs, "input"), ...entries(outputs, "output")]);
}

/** Buffers with their numbers, computed on the CPU. */
async function vectorsOf(
  primitive: Primitive,
  inputs: Readonly<Record<string, Tensor>>,
  params: unknown,
  {
    folder,
    files,
    device,
  }: { readonly folder: string; readonly files: Map<string, string | Uint8Array>; readonly device: Device },
): Promise<Record<string, BufferEntry>> {
  const write = async (path: string, value: Tensor): Promise<string> => {
    files.set(path, await bytesOf(device, value));
    return path;
  };
  const buffers = buffersOf(primitive, inputs, params);
  const before = await Promise.all(
    Object.entries(inputs).map(async ([name, value]) => [name, await write(`${folder}/${name}.bin`, value)] as const),
  );
  const outputs = apply(primitive, inputs, params) as Readonly<Record<string, Tensor>>;
  const mutated = Object.fromEntries(
    (primitive.mutates ?? []).flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : [])),
  );
  const after = await Promise.all(
    Object.entries({ ...mutated, ...outputs }).map(
      async ([name, value]) => [name, await write(`${folder}/${name}.expected.bin`, value)] as const,
    ),
  );
  const [file, expected] = [new Map<string, string>(before), new Map<string, string>(after)];
  return Object.fromEntries(
    Object.entries(buffers).map(([name, entry]) => [
      name,
      {
        ...entry,
        ...(file.has(name) && { file: file.get(name)! }),
        ...(expected.has(name) && { expected: expected.get(name)! }),
      },
    ]),
  );
}

/** The memory of a tensor: little-endian, a bool as a u32. */
async function bytesOf(device: Device, { storage, dtype, shape }: Tensor): Promise<Uint8Array> {
  const bytes = sizeOf(shape) * (dtype === "f16" || dtype === "bf16" ? 2 : 4);
  return new Uint8Array(await device.download(storage.block, bytes));
}

function costOf(primitive: Primitive, inputs: Readonly<Record<string, Spec>>, params: unknown): object {
  return primitive.cost?.(inputs, params) ?? {};
}

function json(value: unknown): string {
  return `${JSON.stringify(value, (_, item: unknown) => (typeof item === "number" && !Number.isFinite(item) ? String(item) : item), 1)}\n`;
}
