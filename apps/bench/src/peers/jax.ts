// jax-js as a contender. Its arrays are consumed by use: `.ref` keeps one for another.
import { type DuelCase, type DuelOp, type Peer, type PeerCall, stepSize } from "./peer.ts";

interface JaxArray {
  readonly ref: JaxArray;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

type Unary = (x: JaxArray) => JaxArray;
type Binary = (x: JaxArray | number, y: JaxArray | number) => JaxArray;
type Inputs = Readonly<Record<string, JaxArray>>;

/** What is used of @jax-js/jax 0.1. */
interface Jax {
  init(device: string): Promise<readonly string[]>;
  defaultDevice(device: string): string;
  jit<F>(f: F): F & { dispose(): void };
  blockUntilReady(arrays: readonly JaxArray[]): Promise<unknown>;
  grad(f: (...args: JaxArray[]) => JaxArray): (...args: JaxArray[]) => JaxArray;
  readonly numpy: {
    array(data: Float32Array | Int32Array, options: { shape: number[]; device?: string }): JaxArray;
    matmul: Binary; add: Binary; subtract: Binary; multiply: Binary; square: Unary; sqrt: Unary; reciprocal: Unary; exp: Unary;
    mean(x: JaxArray, axis?: number | null, options?: { keepdims: boolean }): JaxArray;
    sum(x: JaxArray, axis?: number | null): JaxArray;
    cumsum(x: JaxArray, axis: number): JaxArray;
    take(x: JaxArray, index: JaxArray, axis: number): JaxArray;
  };
  readonly nn: { softmax(x: JaxArray, axis: number): JaxArray; silu: Unary };
}

/** Makes the contender from the imported module. @throws when it finds no WebGPU */
export async function jaxPeer(module: unknown, version: string): Promise<Peer> {
  const jax = module as Jax;
  const ready = await jax.init("webgpu");
  if (!ready.includes("webgpu")) throw new Error("jax-js found no WebGPU device");
  jax.defaultDevice("webgpu");
  return { name: "jax-js", version, make: (duel) => Promise.resolve(makeCall(jax, duel)) };
}

function makeCall(jax: Jax, { op, inputs: given }: DuelCase): PeerCall {
  const inputs = Object.fromEntries(Object.entries(given).map(([name, { shape, data }]) => [name, jax.numpy.array(data, { shape: [...shape] })]));
  const names = Object.keys(inputs);
  const compiled = jax.jit((...args: JaxArray[]) => computations(jax)[op](Object.fromEntries(args.map((arg, i) => [names[i]!, arg]))));
  const call = (): JaxArray => compiled(...names.map((name) => inputs[name]!.ref));
  // Disposing an output that nobody has waited for cancels its kernels, so outputs are held until the sync.
  let held: JaxArray[] = [];
  return {
    run: () => void held.push(call()),
    async sync() {
      await jax.blockUntilReady(held.map((output) => output.ref));
      for (const output of held) output.dispose();
      held = [];
    },
    async result() {
      return Float32Array.from(await call().data());
    },
    dispose() {
      compiled.dispose();
      for (const input of Object.values(inputs)) input.dispose();
    },
  };
}

function computations({ numpy: np, nn, grad }: Jax): Record<DuelOp, (x: Inputs) => JaxArray> {
  const keep = { keepdims: true };
  return {
    matmul: ({ a, b }) => np.matmul(a!, b!),
    softmax: ({ x }) => nn.softmax(x!, -1),
    rms_norm: ({ x, weight }) => {
      const scale = np.reciprocal(np.sqrt(np.add(np.mean(np.square(x!.ref), -1, keep), 1e-5)));
      return np.multiply(np.multiply(x!, scale), weight!);
    },
    layer_norm: ({ x, weight, bias }) => {
      const centred = np.subtract(x!.ref, np.mean(x!, -1, keep));
      const scale = np.reciprocal(np.sqrt(np.add(np.mean(np.square(centred.ref), -1, keep), 1e-5)));
      return np.add(np.multiply(np.multiply(centred, scale), weight!), bias!);
    },
    silu: ({ x }) => nn.silu(x!),
    cumsum: ({ x }) => np.cumsum(x!, 1),
    rows: ({ x, index }) => np.take(x!, index!, 0),
    sum: ({ x }) => np.sum(x!),
    train_step: ({ x, y, w1, w2 }) => {
      const loss = (first: JaxArray, second: JaxArray): JaxArray => np.mean(np.square(np.subtract(np.matmul(nn.silu(np.matmul(x!, first)), second), y!)));
      return np.subtract(w1!.ref, np.multiply(grad(loss)(w1!, w2!), stepSize));
    },
    state_step: ({ state, dt, a, x, b, c }) => {
      const kept = np.multiply(state!, np.exp(np.multiply(dt!.ref, a!)));
      return np.sum(np.multiply(np.add(kept, np.multiply(np.multiply(x!, dt!), b!)), c!), -1);
    },
  };
}
