// watchModule: whatever a module computes with is seen to change, once; whatever cannot be looked at is never taken for unchanged.
import { Builder, Linear, Module, Parameter, QuantizedLinear, RMSNorm, watchModule } from "@x/nn";
import { createCpuDevice, moveIntoArena, ones, type Tensor, zeros } from "@x/tensor";
import { describe, expect, it, vi } from "vitest";

class Net extends Module {
  static readonly fieldsOnly = true;
  layers: Module[] = [
    new Linear(2, 2, { builder: new Builder({ seed: 1 }).at("a") }),
    new RMSNorm(2, { builder: new Builder().at("b") }),
  ];
  quantised = new QuantizedLinear(32, 2, { builder: new Builder({ quantize: { bits: 8 } }).at("c") });
  options: { scale: number; extra?: number; inner: { list: (number | string)[] } } = {
    scale: 1,
    inner: { list: [1, 2] },
  };
  mask: Tensor = ones([2]);
  on = true;
  missing: Module | undefined;
  forward(x: Tensor): Tensor {
    return x;
  }
}

const linear = (net: Net): Linear => net.layers[0] as Linear;
const norm = (net: Net): { eps: number } => net.layers[1] as unknown as { eps: number };

const changes: Readonly<Record<string, (net: Net) => unknown>> = {
  "a parameter's value": (net) => (linear(net).weight.value = zeros([2, 2])),
  "a parameter": (net) => Object.assign(linear(net), { weight: new Parameter(linear(net).weight, zeros([2, 2])) }),
  "a parameter taken away": (net) => Object.assign(linear(net), { bias: undefined }),
  "a parameter disposed of": (net) => linear(net).weight.dispose(),
  "a parameter's tensor disposed of by itself": (net) => linear(net).bias!.value.dispose(),
  "the model moved": (net) => net.to(createCpuDevice()),
  "a quantised weight moved": (net) => net.quantised.weight.to(createCpuDevice()),
  "a quantised weight disposed of": (net) => net.quantised.weight.dispose(),
  "the scales of a quantised weight": (net) =>
    Object.assign(net.quantised.weight.value, { scales: ones(net.quantised.weight.value.scales.shape) }),
  "the bits of a quantised weight": (net) => Object.assign(net.quantised.weight.value, { bits: 4 }),
  "the model disposed of": (net) => net.dispose(),
  "a module": (net) => (net.layers[0] = new Linear(2, 2)),
  "modules swapped": (net) => net.layers.reverse(),
  "a module added": (net) => net.layers.push(new RMSNorm(2)),
  "a module removed": (net) => net.layers.pop(),
  "a hole": (net) => delete net.layers[1],
  "the array": (net) => (net.layers = [...net.layers]),
  "a module where none was": (net) => (net.missing = new RMSNorm(2)),
  eps: (net) => (norm(net).eps = 1e-3),
  "eps to NaN": (net) => (norm(net).eps = NaN),
  "a flag": (net) => (net.on = false),
  "0 to -0": (net) => (net.options.inner.list[0] = -0),
  "a number in a record": (net) => (net.options.scale = 2),
  "a field added to a record": (net) => (net.options.extra = undefined as never),
  "a field taken from a record": (net) => delete (net.options as Partial<Net["options"]>).scale,
  "an element deep inside": (net) => (net.options.inner.list[1] = "2"),
  "a tensor": (net) => (net.mask = ones([2])),
  "a tensor disposed of": (net) => net.mask.dispose(),
  "a field added": (net) => Object.assign(net, { later: 1 }),
  "a field taken away": (net) => delete (net as Partial<Net>).on,
  "the order of fields": (net) => {
    const { on } = net;
    delete (net as Partial<Net>).on;
    net.on = on;
  },
};

describe("a change that was undone is one too, and is seen once", () => {
  it.each(Object.entries(changes))("%s", async (_, change) => {
    const net = new Net();
    const stamp = watchModule(net);
    expect([stamp(), stamp()]).toEqual([0, 0]);
    await change(net);
    expect(stamp()).toBe(1);
    // what is disposed of stays so, and can be no other model's
    if (!/disposed/.test(_)) expect([stamp(), stamp()]).toEqual([1, 1]);
  });

  it("further changes, to what came in by one", () => {
    const net = new Net();
    const stamp = watchModule(net);
    const added = new Linear(2, 2);
    net.layers.push(added);
    expect([stamp(), stamp()]).toEqual([1, 1]);
    added.weight.value = zeros([2, 2]);
    expect([stamp(), stamp()]).toEqual([2, 2]);
    norm(net).eps = 1;
    norm(net).eps = 1e-5;
    expect(stamp()).toBe(2); // nothing differs
  });
});

it("takes what is read where it lies for no change", () => {
  const net = new Net();
  const stamp = watchModule(net);
  linear(net).weight.write(new Float32Array(4));
  moveIntoArena(net.parameters().map(({ value }) => value));
  linear(net).weight.markChanged();
  expect(stamp()).toBe(0);
});

describe("replaced methods", () => {
  it("of an object", () => {
    const net = new Net();
    const stamp = watchModule(net);
    const spy = vi.spyOn(linear(net), "forward");
    expect(stamp()).toBe(1);
    expect(stamp()).toBe(2); // what the function closes over cannot be seen
    spy.mockRestore();
    expect(stamp()).toBe(3);
  });

  it("of a class", () => {
    const net = new Net();
    const stamp = watchModule(net);
    const spy = vi.spyOn(RMSNorm.prototype, "forward");
    expect(stamp()).toBe(1);
    spy.mockRestore();
    expect(stamp()).toBeGreaterThan(1);
  });
});

describe("accessors defined later, although they return what was there", () => {
  const forward = RMSNorm.prototype.forward;
  const later: Readonly<Record<string, (net: Net) => readonly [object: object, name: string, get: () => unknown]>> = {
    "new, on an object": (net) => [norm(net), "gain", () => 1],
    "on an object, over one of its class": (net) => [norm(net), "numParameters", () => 2],
    "on an object, over a method": (net) => [norm(net), "forward", () => forward],
    "in place of a method of a class": () => [RMSNorm.prototype, "forward", () => forward],
    "new, on a class": () => [RMSNorm.prototype, "gain", () => 1],
    "new, on a class, named by a symbol": () => [RMSNorm.prototype, Symbol.iterator as never, () => undefined],
    "on the class of all modules": () => [Module.prototype, "gain", () => undefined],
    "in place of another accessor": () => [Module.prototype, "numParameters", () => 2],
  };
  it.each(Object.entries(later))("%s", (_, place) => {
    const net = new Net();
    const stamp = watchModule(net);
    expect([stamp(), stamp()]).toEqual([0, 0]);
    const [object, name, get] = place(net);
    const before = Object.getOwnPropertyDescriptor(object, name);
    try {
      Object.defineProperty(object, name, { get, configurable: true });
      expect(stamp()).toBe(1);
    } finally {
      delete (object as Record<string, unknown>)[name];
      if (before) Object.defineProperty(object, name, before);
    }
    expect(stamp()).toBe(2); // and when it is taken away
  });

  const fields: Readonly<Record<string, (net: Net) => readonly [object: object, name: string]>> = {
    "of an object": (net) => [norm(net), "eps"],
    "of a record": (net) => [net.options, "scale"],
  };
  it.each(Object.entries(fields))("in place of a field %s: as soon as it returns something else", (_, place) => {
    const net = new Net();
    const stamp = watchModule(net);
    const [object, name] = place(net);
    let value: unknown = (object as Record<string, unknown>)[name];
    Object.defineProperty(object, name, { get: () => value, configurable: true });
    expect(stamp()).toBe(0);
    value = 0.25;
    expect(stamp()).toBe(1);
    expect([stamp(), stamp()]).toEqual([2, 3]); // a field with an accessor is looked at no more: every call may differ
  });

  it("a class put in place of an object's", () => {
    const net = new Net();
    const stamp = watchModule(net);
    Object.setPrototypeOf(norm(net), Object.create(RMSNorm.prototype) as object);
    expect(stamp()).toBe(1);
  });
});

describe("never takes for unchanged what cannot be looked at", () => {
  const hidden: Readonly<Record<string, () => Module>> = {
    "a class that does not say so": () =>
      new (class extends Module {
        forward(): void {}
      })(),
    "a class that extends one that does": () => new (class extends Linear {})(2, 2),
    "a parameter of another class": () =>
      Object.assign(new Net(), { parameter: new (class extends Parameter {})(new Linear(2, 2).weight, ones([2, 2])) }),
    "a tensor of another class": () => Object.assign(new Net(), { mask: Object.create(ones([2])) as Tensor }),
    "such a class deep inside": () => Object.assign(new Net(), { more: { deep: [new (class extends Module {})()] } }),
    "a function": () => Object.assign(new Net(), { activation: (x: Tensor) => x }),
    "a typed array": () => Object.assign(new Net(), { table: new Float32Array(2) }),
    "a Map": () => Object.assign(new Net(), { byName: new Map([["a", 1]]) }),
    "a Set": () => Object.assign(new Net(), { seen: new Set([1]) }),
    "a date": () => Object.assign(new Net(), { since: new Date() }),
    "a field with a getter": () => Object.defineProperty(new Net(), "scale", { get: Math.random, enumerable: true }),
    "a field hidden from enumeration": () => Object.defineProperty(new Net(), "scale", { value: 1, writable: true }),
    "a field named by a symbol": () => Object.assign(new Net(), { [Symbol("scale")]: 1 }),
    "a frozen module of another class": () => {
      const module = new (class extends Module {})();
      Object.freeze(module);
      return module;
    },
  };
  it.each(Object.entries(hidden))("%s", (_, make) => {
    const stamp = watchModule(make());
    expect([stamp(), stamp(), stamp()]).toEqual([1, 2, 3]);
  });

  it("also where it came in later", () => {
    const net = new Net();
    const stamp = watchModule(net);
    net.layers.push(new (class extends Linear {})(2, 2));
    expect([stamp(), stamp(), stamp()]).toEqual([1, 2, 3]);
  });
});

it("ends with cycles, and refuses what is no module", () => {
  const net = Object.assign(new Net(), { self: undefined as unknown });
  net.self = { around: [net] };
  const stamp = watchModule(net);
  expect([stamp(), stamp()]).toEqual([0, 0]);
  expect(() => watchModule({} as Module)).toThrow("watchModule: model must be a Module; got an object.");
});
