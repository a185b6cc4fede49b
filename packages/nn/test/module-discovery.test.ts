// Every parameter of a module is found, or the module is refused when its parameters are first asked for: none is left untrained and unsaved without a word.
import { Builder, Linear, Module, Parameter, sgd, trainer } from "@x/nn";
import { ConfigError, sum, tensor, type Tensor } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { privateFields } from "../src/module/private-fields.ts";

const at = (path: string): Linear => new Linear(2, 2, { bias: false, builder: new Builder().at(path) });
const hiddenKey = Symbol("layer");

class Stack {
  readonly inner: { deep: unknown[] } = { deep: [at("a"), new Map([["b", [at("b")]]])] };
}

describe("is found", () => {
  const holders: Readonly<Record<string, () => unknown>> = {
    "a record": () => ({ a: at("a"), b: at("b") }),
    "a record without prototype": () => Object.assign(Object.create(null) as object, { a: at("a"), b: at("b") }),
    "nested arrays": () => [[at("a")], [[at("b")]]],
    "a Map": () =>
      new Map([
        ["a", at("a")],
        ["b", at("b")],
      ]),
    "keys of a Map": () =>
      new Map([
        [at("a"), 1],
        [at("b"), 2],
      ]),
    "a Set": () => new Set([at("a"), at("b")]),
    "a Map of records of arrays": () => new Map([["x", { list: [at("a"), new Set([at("b")])] }]]),
    "an object of another class": () => new Stack(),
    "parameters in a record": () => ({ a: at("a").weight, b: at("b").weight }),
    "an object with a cycle": () => {
      const holder: { a: Linear; b: Linear; self?: unknown } = { a: at("a"), b: at("b") };
      holder.self = holder;
      return holder;
    },
    "a field named by a symbol": () => ({ [hiddenKey]: at("a"), b: at("b") }),
    "a field that is not enumerable": () =>
      Object.defineProperty({ b: at("b") }, "a", { value: at("a"), enumerable: false }),
  };

  it.each(Object.entries(holders))("in %s", (_, make) => {
    class Net extends Module {
      readonly held: unknown = make();
    }
    const net = new Net();
    expect([...net.namedParameters().keys()].toSorted()).toEqual(["a.weight", "b.weight"]);
    expect(net.numParameters).toBe(8);
  });

  it("in private fields that are listed, also those of a class in between", async () => {
    class Half extends Module {
      #a = at("a");
      override submodules(): unknown[] {
        return [...super.submodules(), this.#a];
      }
      forward(x: Tensor): Tensor {
        return this.#a.forward(x);
      }
    }
    class Net extends Half {
      readonly b = at("b");
    }
    const net = new Net();
    expect([...net.namedParameters().keys()]).toEqual(["b.weight", "a.weight"]);
    const before = await net.parameters()[1]!.value.data();
    const run = trainer<{ x: Tensor }>(net, sgd({ lr: 1 }), ({ x }) => sum(net.forward(x)));
    await run.step({ x: tensor([[1, 2]]) });
    expect(await net.parameters()[1]!.value.data()).not.toEqual(before);
    run.dispose();
  });

  it("though the module has private methods, accessors, static fields and plain values", () => {
    class Net extends Module {
      static #made = new Map<string, number>();
      #count = 0;
      #label = "#hidden = field; // no";
      #flag: boolean | null = null;
      readonly a = at("a");
      constructor() {
        super();
        Net.#made.set(this.#label, this.#step());
        this.#flag = true;
      }
      // #comment = 1;
      #step(): number {
        return this.#double === 0 && this.#flag !== null ? ++this.#count : (this.#count += 1);
      }
      get #double(): number {
        return 2 * this.#count;
      }
    }
    expect(privateFields(Net)).toEqual([]);
    expect(new Net().parameters()).toHaveLength(1);
  });
});

describe("is refused", () => {
  const nets: Readonly<Record<string, () => Module>> = {
    "#layer": () =>
      new (class Net extends Module {
        #layer = at("a");
        forward(x: Tensor): Tensor {
          return this.#layer.forward(x);
        }
      })(),
    "#layer set by the constructor": () =>
      new (class Net extends Module {
        #layer: Linear;
        constructor(layer: Linear) {
          super();
          this.#layer = layer;
        }
        forward(x: Tensor): Tensor {
          return this.#layer.forward(x);
        }
      })(at("a")),
    "#layer beside public ones": () =>
      new (class Net extends Module {
        readonly b = at("b");
        #layer = [at("a")];
        get size(): number {
          return this.#layer.length;
        }
      })(),
    "#layer of an inner module": () => {
      class Inner extends Module {
        #layer: Linear | null = null;
        forward(x: Tensor): Tensor {
          return (this.#layer ??= at("a")).forward(x);
        }
      }
      return new (class Net extends Module {
        readonly inner = { list: [new Inner()] };
      })();
    },
    "#layer of a class that is extended": () => {
      class Base extends Module {
        #layer = new Map([["a", at("a")]]);
        get size(): number {
          return this.#layer.size;
        }
      }
      return new (class Net extends Base {
        readonly b = at("b");
      })();
    },
  };

  it.each(Object.entries(nets))("%s", (_, make) => {
    const net = make();
    for (const use of [
      () => net.parameters(),
      () => net.namedParameters(),
      () => net.numParameters,
      () => trainer(net, sgd({ lr: 1 }), () => tensor(0)),
    ]) {
      expect(use).toThrow(ConfigError);
      expect(use).toThrow(/must show what it holds.*#layer cannot be looked into/);
    }
    expect(() => net.dispose()).not.toThrow();
  });

  it("two parameters of one path", async () => {
    class Net extends Module {
      readonly layers = { a: new Linear(2, 2), b: new Linear(2, 2) };
    }
    const net = new Net();
    for (const use of [
      () => net.parameters(),
      () => net.namedParameters(),
      () => net.numParameters,
      () => net.loadStateDict(new Map()),
    ]) {
      expect(use).toThrow(ConfigError);
      expect(use).toThrow('Net: every parameter must have a path of its own; two have "weight".');
    }
    await expect(net.stateDict()).rejects.toThrow(ConfigError);
  });

  it("but not one parameter that is held twice", () => {
    class Net extends Module {
      readonly a = at("a");
      readonly same = [this.a, this.a.weight];
    }
    expect(new Net().parameters()).toHaveLength(1);
    expect(new Net().parameters()[0]).toBeInstanceOf(Parameter);
  });
});

it("recognises what compilers make of private fields", () => {
  const classOf = (text: string): object => new Function(`return ${text}`)() as object;
  expect(privateFields(classOf("class Net { constructor() { __privateAdd(this, _layer, 1); } }"))).toEqual([
    "private fields",
  ]);
  expect(privateFields(classOf("class Net { constructor() { _Net_layer.set(this, 1); } }"))).toEqual([
    "private fields",
  ]);
  expect(
    privateFields(classOf("class Net { constructor() { _classPrivateFieldInitSpec(this, _layer, 1); } }")),
  ).toEqual(["private fields"]);
});
