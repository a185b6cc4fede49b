// jax-js as a contender, on its WebGPU or its wasm device, each computation compiled as a whole by its jit.
import type { Jax, JaxArray } from "./jax-api.ts";
import { jaxFunctions } from "./jax-functions.ts";
import { jaxLosses } from "./jax-models.ts";
import {
  adamBetas,
  adamEps,
  type DuelCase,
  firstLosses,
  type FunctionOp,
  isTraining,
  parametersOf,
  type Peer,
  type PeerCall,
  type TrainOp,
} from "./peer.ts";

type Params = Readonly<Record<string, JaxArray>>;

/** Makes the contender from the imported module. @throws when it does not find the device */
export async function jaxPeer(module: unknown, version: string, device: "webgpu" | "wasm"): Promise<Peer> {
  const jax = module as Jax;
  const ready = await jax.init(device);
  if (!ready.includes(device)) throw new Error(`jax-js found no ${device} device`);
  jax.defaultDevice(device);
  return {
    name: "jax-js",
    version,
    make: (duel) =>
      Promise.resolve(isTraining(duel.op) ? makeTraining(jax, duel, duel.op) : makeFunction(jax, duel, duel.op)),
  };
}

function upload(jax: Jax, inputs: DuelCase["inputs"]): Record<string, JaxArray> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]) => [name, jax.numpy.array(data, { shape: [...shape] })]),
  );
}

const refs = (arrays: Params): Record<string, JaxArray> => mapped(arrays, (array) => array.ref);

function mapped<T>(arrays: Params, f: (array: JaxArray, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, f(array, name)]));
}

function disposeAll(arrays: Iterable<JaxArray>): void {
  for (const array of arrays) array.dispose();
}

function makeFunction(jax: Jax, { inputs: given }: DuelCase, op: FunctionOp): PeerCall {
  const inputs = upload(jax, given);
  const f = jaxFunctions(jax)[op];
  const compiled = op === "chain_eager" ? undefined : jax.jit(f);
  const call = (): readonly JaxArray[] => (compiled ?? f)(refs(inputs));
  // Disposing an output that was not awaited cancels its kernels, so outputs are held until the sync.
  let held: JaxArray[] = [];
  return {
    run: () => void held.push(...call()),
    async sync() {
      await jax.blockUntilReady(held.map((output) => output.ref));
      disposeAll(held);
      held = [];
    },
    result: () => Promise.all(call().map((output) => output.data())),
    dispose() {
      compiled?.dispose();
      disposeAll(held);
      disposeAll(Object.values(inputs));
    },
  };
}

interface TrainState {
  readonly params: Params;
  readonly m: Params;
  readonly v: Params;
}

function makeTraining(jax: Jax, duel: DuelCase, op: TrainOp): PeerCall {
  const { numpy: np } = jax;
  const { lr, weightDecay, decayed } = duel.training!;
  const [beta1, beta2] = adamBetas;
  const { tokens, targets } = upload(jax, { tokens: duel.inputs["tokens"]!, targets: duel.inputs["targets"]! });
  const params = upload(jax, parametersOf(duel));
  const zeros = (): Record<string, JaxArray> => mapped(params, ({ shape }) => np.zeros([...shape]));
  const loss = jaxLosses(jax)[op];
  const names = Object.keys(params);

  /** The whole step; `corrections` are the two bias corrections of this step's number. */
  const step = jax.jit(
    (
      state: { params: Params; m: Params; v: Params },
      corrections: { readonly first: JaxArray; readonly second: JaxArray },
      batch: { readonly tokens: JaxArray; readonly targets: JaxArray },
    ) => {
      const [value, grads] = jax.valueAndGrad<[Params], Params>((p) =>
        loss(p, batch.tokens.ref, batch.targets.ref, duel.training!),
      )(refs(state.params));
      const next: { params: Record<string, JaxArray>; m: Record<string, JaxArray>; v: Record<string, JaxArray> } = {
        params: {},
        m: {},
        v: {},
      };
      for (const name of names) {
        const m = np.add(np.multiply(state.m[name]!, beta1), np.multiply(grads[name]!.ref, 1 - beta1));
        const v = np.add(np.multiply(state.v[name]!, beta2), np.multiply(np.square(grads[name]!), 1 - beta2));
        const update = np.divide(
          np.divide(m.ref, corrections.first.ref),
          np.add(np.sqrt(np.divide(v.ref, corrections.second.ref)), adamEps),
        );
        const kept = np.multiply(state.params[name]!, decayed.includes(name) ? 1 - lr * weightDecay : 1);
        next.params[name] = np.subtract(kept, np.multiply(update, lr));
        next.m[name] = m;
        next.v[name] = v;
      }
      disposeAll([corrections.first, corrections.second, batch.tokens, batch.targets]);
      return { loss: value, ...next };
    },
  );

  let state: TrainState = { params, m: zeros(), v: zeros() };
  let count = 0;
  let held: JaxArray[] = [];
  const run = (): JaxArray => {
    count++;
    const scalar = (value: number): JaxArray => np.array(Float32Array.of(value), { shape: [] });
    const made = step(
      { ...state },
      { first: scalar(1 - beta1 ** count), second: scalar(1 - beta2 ** count) },
      { tokens: tokens!.ref, targets: targets!.ref },
    );
    state = { params: made.params, m: made.m, v: made.v };
    return made.loss;
  };
  return {
    run: () => void held.push(run()),
    async sync() {
      await jax.blockUntilReady(
        [...held, ...Object.values(state.params), ...Object.values(state.m), ...Object.values(state.v)].map(
          (array) => array.ref,
        ),
      );
      disposeAll(held);
      held = [];
    },
    result: () => firstLosses(duel.training!, async () => (await run().data())[0]!),
    dispose() {
      step.dispose();
      disposeAll([
        ...held,
        ...Object.values(state.params),
        ...Object.values(state.m),
        ...Object.values(state.v),
        tokens!,
        targets!,
      ]);
    },
  };
}
