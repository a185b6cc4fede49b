// What a model's methods are given that they cannot take: one sentence at the door that names the argument, on every device; and what they take in several forms.
import {
  ConfigError,
  cpuDevice,
  createCpuDevice,
  type Device,
  DeviceError,
  DisposedError,
  DTypeError,
  ShapeError,
  tensor,
  type Tensor,
  webgpuDevice,
  zeros,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Continuation, Mamba2LM, type Rows, State } from "../src/index.ts";

const config = { dModel: 16, nLayer: 2, vocabSize: 30, headDim: 8, dState: 8, chunkSize: 8 };

type Kind = new (...args: never) => Error;

for (const [kind, make] of Object.entries({
  cpu: () => Promise.resolve(cpuDevice()),
  webgpu: async () => webgpuDevice({ device: await sharedGpu() }),
})) {
  describe(kind, () => {
    let device: Device;
    let model: Mamba2LM;
    beforeAll(async () => {
      device = await make();
      model = new Mamba2LM(config, { device, seed: 1 });
    });
    afterAll(() => model.dispose());
    const targets = (...shape: number[]): Tensor => zeros(shape, { dtype: "i32", device });
    const any = (value: unknown): never => value as never;
    const disposed = (): Tensor => {
      const ids = zeros([1, 3], { dtype: "i32", device });
      ids.dispose();
      return ids;
    };
    const drain = async (pieces: AsyncIterable<unknown>): Promise<void> => {
      for await (const _ of pieces);
    };

    const badIds: readonly (readonly [name: string, ids: () => unknown, kind: Kind, message: RegExp])[] = [
      ["a text", () => "abc", ConfigError, /ids: must be an array of whole numbers.*got "abc"\. A text becomes ids/],
      ["nothing", () => undefined, ConfigError, /ids: must be an array of whole numbers.*got undefined/],
      ["a number", () => 5, ConfigError, /got 5/],
      ["no token", () => [], ConfigError, /ids: must hold at least one token/],
      ["an empty row", () => [[]], ConfigError, /at least one token/],
      ["rows of two lengths", () => [[1, 2], [3]], ConfigError, /rows must have one length, 2 like the first; got 1/],
      ["three levels", () => [[[1]]], ConfigError, /ids: must be.*got an array of 1/],
      ["numbers and rows", () => [1, [2]], ConfigError, /got an array of 1/],
      ["NaN", () => [1, NaN], ConfigError, /got NaN/],
      ["a fraction", () => [1.5], ConfigError, /got 1\.5/],
      ["a text among them", () => [1, "2"], ConfigError, /got "2"/],
      ["beyond the vocabulary", () => [1, 32], ConfigError, /\[0, 32\), the vocabulary; got 32/],
      ["below it", () => Int32Array.of(-1), ConfigError, /got -1/],
      ["64-bit integers", () => BigInt64Array.of(1n), ConfigError, /got a BigInt64Array/],
      [
        "one axis",
        () => targets(3),
        ShapeError,
        /ids: must be \[b,l\] with at least one token; got a tensor of shape \[3\]/,
      ],
      ["three axes", () => targets(1, 3, 1), ShapeError, /got a tensor of shape \[1,3,1\]/],
      ["no sequence", () => targets(0, 3), ShapeError, /got a tensor of shape \[0,3\]/],
      ["floats", () => zeros([1, 3], { device }), DTypeError, /ids: must be i32; got f32/],
      [
        "another device",
        () => zeros([1, 3], { dtype: "i32", device: createCpuDevice() }),
        DeviceError,
        /ids: must lie on the model's device/,
      ],
      ["a disposed tensor", disposed, DisposedError, /ids: must not be used after it was disposed/],
    ];
    test.each(badIds)("ids: %s", (_, ids, kindOf, message) => {
      for (const act of [
        () => model.forward(any(ids())),
        () => model.loss(any(ids()), targets(1, 3)),
        () => model.prefill(any(ids())),
      ]) {
        expect(act).toThrow(kindOf);
        expect(act).toThrow(message);
      }
    });

    test("ids of a step", () => {
      const state = model.initialState(2);
      for (const [ids, message] of [
        [[1], /state: must be that of as many sequences as ids has, 1; got that of 2/],
        [[1, 2, 3], /as ids has, 3; got that of 2/],
        ["ab", /ids: must be an array/],
        [[[1, 2]], /ids: must be an array/],
        [[], /at least one/],
        [[1, 32], /vocabulary; got 32/],
        [targets(2, 1), /ids: must be \[b\]; got a tensor of shape \[2,1\]/],
        [zeros([2], { device }), /must be i32/],
      ] as const)
        expect(() => model.step(any(ids), state), String(ids)).toThrow(message);
    });

    test("states that do not fit", () => {
      const gone = model.initialState();
      gone.dispose();
      const wider = new Mamba2LM({ ...config, dState: 16 }, { device }).initialState();
      const elsewhere = State.empty(model.config, 1, createCpuDevice());
      for (const act of [
        (state: State): Continuation => model.step([1], state),
        (state: State): Continuation => model.prefill([1], { state }),
        (state: State): Tensor => model.forward([1], { state }),
      ]) {
        expect(() => act(gone)).toThrow(/state: must not be used after it was disposed/);
        expect(() => act(wider)).toThrow(/state: (conv|ssm) of layer 0 must be .*It is the state of another model/);
        expect(() => act(elsewhere)).toThrow(/state: must lie on the model's device/);
        expect(() => act(model.initialState(3))).toThrow(/as many sequences as ids has, 1; got that of 3/);
        expect(() => act(any({ layers: [] }))).toThrow(/state: must be a State/);
      }
      expect(() => model.initialState(0)).toThrow(/batch must be a whole number of at least 1; got 0/);
    });

    test("targets and document numbers that do not fit", () => {
      expect(() => model.loss([1, 2, 3], targets(1, 2))).toThrow(
        /targets: must have the shape of ids, \[1,3\]; got \[1,2\]/,
      );
      expect(() => model.loss([1, 2, 3], [1, 2, 32])).toThrow(
        /targets: must be whole numbers in \[0, 32\), the vocabulary, or -100; got 32/,
      );
      expect(() => model.loss([1, 2, 3], any("abc"))).toThrow(/targets: must be an array/);
      for (const [seqIdx, message] of [
        [[0, 0], /seqIdx: must have the shape of ids, \[1,3\]; got \[1,2\]/],
        [[0, 0.5, 1], /seqIdx: must be whole numbers.*got 0\.5/],
        [[0, 1, 2 ** 31], /got 2147483648/],
        [zeros([1, 3], { device }), /seqIdx: must be i32; got f32/],
        ["012", /seqIdx: must be an array/],
      ] as const) {
        expect(() => model.forward([1, 2, 3], { seqIdx: any(seqIdx) })).toThrow(message);
        expect(() => model.loss([1, 2, 3], [2, 3, 4], { seqIdx: any(seqIdx) })).toThrow(message);
        expect(() => model.prefill([1, 2, 3], { seqIdx: any(seqIdx) })).toThrow(message);
      }
      for (const logitsToKeep of [0, -1, 1.5, NaN, any("1")])
        expect(() => model.forward([1, 2], { logitsToKeep })).toThrow(
          /logitsToKeep: must be a whole number of at least 1/,
        );
    });

    test("prompts", async () => {
      await expect(drain(model.generate(any([1, 2])))).rejects.toThrow(
        /generate: prompt must be a text; got an array of 2/,
      );
      for (const prompts of ["abc", [], [1, 2], undefined])
        await expect(drain(model.generateIds(any(prompts)))).rejects.toThrow(
          /generate: prompts must (be rows of token ids|have at least one row)/,
        );
      await expect(drain(model.generateIds([[1], [2]], { state: model.initialState() }))).rejects.toThrow(
        /prompts must have as many rows as the state, 1; got 2/,
      );
    });

    test("rows as arrays, typed arrays and tensors give one result", async () => {
      const [ids, numbers, following] = [
        [3, 1, 4, 1, 5, 9],
        [0, 0, 1, 1, 0, 0],
        [1, 4, 1, 5, 9, -100],
      ];
      const forms = (row: readonly number[]): readonly Rows[] => [
        row,
        [row],
        Int32Array.from(row),
        [Int32Array.from(row)],
        tensor(Int32Array.from(row), { shape: [1, 6], device }),
      ];
      const [want, wantLoss] = [
        await model.forward(ids, { seqIdx: numbers }).data(),
        await model.loss(ids, following, { seqIdx: numbers }).item(),
      ];
      for (const [i, given] of forms(ids).entries()) {
        const seqIdx = forms(numbers)[(i + 1) % 5]!;
        expect(await model.forward(given, { seqIdx }).data()).toEqual(want);
        expect(await model.loss(given, forms(following)[(i + 2) % 5]!, { seqIdx }).item()).toBe(wantLoss);
      }
    });

    test("prefill with documents: the state is that of the last document alone, padding in front changes nothing", async () => {
      for (const [ids, seqIdx, from] of [
        [[3, 1, 4, 1, 5, 9], [0, 1, 0, 0, 0, 0], 2],
        [[3, 1, 4, 1, 5, 9], [0, 0, 0, 0, 1, 0], 5],
        [[0, 0, 0, 0, 5, 9], [-1, -1, -1, -1, 0, 0], 4],
        [[5, 9], [1, 0], 1],
        [[9], [0], 0],
      ] as const) {
        const packed = model.prefill(ids, { seqIdx });
        const alone = model.prefill(ids.slice(from));
        for (const [got, wanted] of [
          [packed.logits, alone.logits],
          ...packed.state.layers.flatMap((layer, i) => [
            [layer.conv, alone.state.layers[i]!.conv],
            [layer.ssm, alone.state.layers[i]!.ssm],
          ]),
        ] as const) {
          const [g, w] = [Array.from(await got!.data(), Number), Array.from(await wanted!.data(), Number)];
          for (const [i, value] of w.entries()) expect(g[i]).toBeCloseTo(value, 5);
        }
        const [next, nextAlone] = [model.step([7], packed.state), model.step([7], alone.state)];
        const [g, w] = [
          Array.from(await next.logits.data(), Number),
          Array.from(await nextAlone.logits.data(), Number),
        ];
        for (const [i, value] of w.entries()) expect(g[i]).toBeCloseTo(value, 5);
      }
    });
  });
}
