// The comparisons without the peers themselves: rows, oracle, cells, the table, and the graphs written for ONNX Runtime.
import { cpuDevice, createCpuDevice } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { duelTable, markdownReport, nearestPeer } from "../src/core/format.ts";
import { interleave } from "../src/core/timing.ts";
import { type Duel, formatReport, parseReport, type PeerCell, reportFormat } from "../src/core/report.ts";
import { summarize } from "../src/core/stats.ts";
import { duelRows } from "../src/peers/cases.ts";
import { runDuels } from "../src/peers/duels.ts";
import { onnxModel } from "../src/peers/onnx.ts";
import { onnxGraph, onnxOperands, onnxResult } from "../src/peers/ort-graphs.ts";
import { ourselves } from "../src/peers/ours.ts";
import { type DuelCase, type Peer, UnsupportedError } from "../src/peers/peer.ts";

const measured = (ours: number[], theirs: number[]): PeerCell => ({
  status: "measured",
  timeNs: summarize(theirs),
  oursNs: summarize(ours),
  samplesNs: theirs,
  oursSamplesNs: ours,
  worst: 0,
});

describe("the rows", () => {
  it("are named once each, in both sizes", () => {
    for (const small of [true, false]) {
      const ids = duelRows(small).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it("draw the same numbers every time, and others for every operand", async () => {
    const [one] = duelRows(true);
    const [first, second] = [await one!.make(), await one!.make()];
    expect(first.inputs["a"]!.data).toEqual(second.inputs["a"]!.data);
    expect(first.inputs["a"]!.data.slice(0, 9)).not.toEqual(first.inputs["b"]!.data.slice(0, 9));
  });

  it("are right on the CPU device, each of them, against doubles and against plain loops", async () => {
    const loops: Peer = ourselves(createCpuDevice({ wasm: false }));
    const duels = await runDuels(cpuDevice(), [{ name: "loops", peer: loops }], {
      small: true,
      rounds: 1,
      budgetMs: 1,
    });
    expect(duels.map(({ id }) => id)).toEqual(duelRows(true).map(({ id }) => id));
    for (const { id, peers } of duels) expect(peers["loops"], id).toMatchObject({ status: "measured" });
  }, 300_000);
});

describe("duels", () => {
  const device = cpuDevice();
  const off = (factor: number): Peer => ({
    name: "off",
    version: "0",
    async make(duel: DuelCase) {
      const call = await ourselves(device).make(duel);
      return {
        ...call,
        result: async () => (await call.result()).map((output) => Array.from(output, (value) => value * factor)),
      };
    },
  });

  it("refuse a peer whose losses drift from the oracle's, or that throws, and go on", async () => {
    const broken: Peer = { name: "broken", version: "0", make: () => Promise.reject(new Error("no such op")) };
    const unable: Peer = { name: "unable", version: "0", make: () => Promise.reject(new UnsupportedError("cannot")) };
    const slots = [
      { name: "off", peer: off(1.001) },
      { name: "broken", peer: broken },
      { name: "unable", peer: unable },
      { name: "same", peer: off(1) },
    ];
    const [duel] = await runDuels(device, slots, { small: true, filter: "train_mamba2", rounds: 2, budgetMs: 1 });
    expect(duel!.peers).toMatchObject({
      off: { status: "wrong" },
      broken: { status: "failed", why: "no such op" },
      unable: { status: "unsupported" },
      same: { status: "measured" },
    });
  });

  it("say which rows a limit of time left out", async () => {
    const [duel] = await runDuels(device, [{ name: "same", peer: off(1) }], {
      small: true,
      filter: "state_step",
      minutes: 1e-9,
    });
    expect(duel!.peers["same"]).toMatchObject({ status: "skipped" });
  });
});

describe("taking turns", () => {
  it("lets a slow contender sit out after its share, and keeps the first one in", async () => {
    const order: string[] = [];
    const contender = (name: string, ms: number) => ({
      timed: { sample: () => (order.push(name), Promise.resolve(ms * 1e6)) },
      repeats: 1,
    });
    const taken = await interleave(
      [contender("ours", 1), contender("slow", 900), contender("quick", 1), contender("endless", 9000)],
      { samples: 5, least: 2, budgetMs: 100 },
    );
    expect(taken.map(({ length }) => length)).toEqual([5, 2, 5, 1]);
    expect(order.slice(0, 7)).toEqual(["ours", "slow", "quick", "endless", "ours", "slow", "quick"]);
  });
});

describe("the table", () => {
  const duel: Duel = {
    id: "matmul",
    peers: {
      a: measured([10, 20, 30], [20, 60, 60]),
      b: measured([10, 20], [5, 10]),
      c: { status: "skipped", why: "late" },
    },
    yardstick: { name: "half", cell: measured([10, 20, 30], [5, 10, 15]) },
  };

  it("names the nearest peer, gives both ratios, and puts us beside the yardstick", () => {
    expect(nearestPeer(duel)).toEqual({ name: "b", ratio: 0.5 });
    const { header, rows } = duelTable([duel]);
    expect(header).toEqual(["shape", "ours", "nearest peer", "a", "b", "c", "yardstick"]);
    expect(rows[0]).toEqual([
      "matmul",
      "20.0 ns / 10.0 ns",
      "0.500× b",
      "60.0 ns / 20.0 ns, 2.00× / 2.00×",
      "7.50 ns / 5.00 ns, 0.500× / 0.500×",
      "skipped: late",
      "half: 10.0 ns; we take 2.00×",
    ]);
  });

  it("survives the report's schema and becomes a document of its own", () => {
    const again = parseReport(
      formatReport({
        format: reportFormat,
        date: "2026-01-02T03:04:05.000Z",
        device: { kind: "cpu", description: "CPU", features: [], limits: {} },
        environment: {},
        command: "npm run bench -- --peers",
        roofs: { copyGBs: 1, fmaF32: 1, dispatchUs: 0 },
        rows: [],
        duels: [duel],
      }),
    );
    expect(again.duels).toEqual([duel]);
    expect(markdownReport(again)).toMatch(/^# Beside peers on CPU\n[^]*npm run bench -- --peers[^]*\| matmul \|/);
  });
});

describe("graphs for ONNX Runtime", () => {
  it("hold the weights and leave the rest to be fed", async () => {
    const one = await duelRows(true)
      .find(({ id }) => id.startsWith("matmul"))!
      .make();
    expect(Object.keys(onnxOperands(one, "wasm").fed)).toEqual(["a"]);
    const bytes = onnxModel(onnxGraph(one, "wasm"));
    const weight = one.inputs["b"]!.data as Float32Array;
    expect(Buffer.from(bytes).includes(Buffer.from(weight.buffer, weight.byteOffset, weight.byteLength))).toBe(true);
    expect(bytes.length).toBeLessThan(weight.byteLength + 300);
  });

  it("write protobuf: fields, lengths, ten-byte negatives", () => {
    const bytes = onnxModel({
      nodes: [{ op: "Softmax", inputs: ["x"], outputs: ["y"], attributes: { axis: -1 } }],
      inputs: [],
      outputs: [],
    });
    // ir_version 10; graph: node { x, y, Softmax, { axis, −1, INT } }, its name; the two opsets
    expect(Buffer.from(bytes).toString("latin1")).toBe(
      "\x08\x0a\x3a\x2d\x0a\x25\x0a\x01x\x12\x01y\x22\x07Softmax\x2a\x14\x0a\x04axis\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\xa0\x01\x02\x12\x04duel" +
        "\x42\x04\x0a\x00\x10\x15\x42\x11\x0a\x0dcom.microsoft\x10\x01",
    );
  });

  it("give the convolution its channels first on wasm, and take them back", async () => {
    const one = await duelRows(true)
      .find(({ id }) => id.startsWith("conv1d_silu"))!
      .make();
    const { shape, data } = one.inputs["x"]!;
    const { x } = onnxOperands(one, "wasm").fed;
    expect(x!.shape).toEqual([1, shape[1], shape[0]]);
    expect(x!.data[1]).toBe(data[shape[1]!]);
    expect(onnxResult(one, "wasm", x!.data as Float32Array)).toEqual(data);
    expect(onnxOperands(one, "webgpu").fed["x"]!.data).toBe(data);
  });

  it("refuse what ONNX Runtime cannot do", async () => {
    const one = await duelRows(true)
      .find(({ id }) => id.startsWith("ssd_grad"))!
      .make();
    expect(() => onnxGraph(one, "webgpu")).toThrow(UnsupportedError);
  });
});
