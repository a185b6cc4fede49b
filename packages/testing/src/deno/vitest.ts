// What *.gpu.test.ts files use of vitest, over Deno.test, so that the same files run on wgpu and naga, a second WebGPU implementation.
// Not a whole vitest: an export that is missing here fails the import by name. Checked by running it, not by tsc (it uses Deno's globals).
import { chai, GLOBAL_EXPECT, JestAsymmetricMatchers, JestChaiExpect, JestExtend, setState } from "@vitest/expect";

type Body = () => void | Promise<void>;
type Row = readonly unknown[];
interface Options {
  readonly skip?: boolean;
  readonly timeout?: number;
}
interface Suite {
  readonly name: string;
  readonly parent?: Suite;
  readonly skip: boolean;
  /** milliseconds, for its tests; absent: those of the suite around it */
  readonly timeout: number | undefined;
  readonly before: Body[];
  readonly after: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
  /** tests still to come, of this suite and of those inside it */
  pending: number;
  started: boolean;
}

function makeExpect() {
  for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);
  const expect = (value: unknown, message?: string) => {
    setState({ assertionCalls: 0 }, expect as never);
    return chai.expect(value, message);
  };
  Object.assign(expect, chai.expect);
  Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true });
  return expect;
}
export const expect = makeExpect() as typeof chai.expect & Record<string, any>;
export const assert = chai.assert;

function makeSuite(name: string, parent: Suite | undefined, skip: boolean, timeout?: number): Suite {
  return {
    name,
    parent,
    skip,
    timeout,
    before: [],
    after: [],
    beforeEach: [],
    afterEach: [],
    pending: 0,
    started: false,
  };
}
let current = makeSuite("", undefined, false);

/** What is defined from here on belongs to a file: hooks outside of any `describe` are those of its tests alone. */
export function beginFile(name: string): void {
  current = makeSuite(name, undefined, false);
}

/** Outermost first. */
function chain(suite: Suite): Suite[] {
  return suite.parent ? [...chain(suite.parent), suite] : [suite];
}

function define(name: string, skip: boolean, only: boolean, body?: Body, own?: number): void {
  const suites = chain(current);
  const timeout = own ?? suites.findLast((suite) => suite.timeout !== undefined)?.timeout ?? 60_000;
  const ignore = skip || suites.some((suite) => suite.skip);
  const title = [...suites.map((suite) => suite.name), name].join(" > ");
  if (!ignore) for (const suite of suites) suite.pending++;
  const run = async () => {
    try {
      for (const suite of suites) {
        if (suite.started) continue;
        suite.started = true;
        for (const hook of suite.before) await hook();
      }
      for (const suite of suites) for (const hook of suite.beforeEach) await hook();
      await withTimeout(body ?? (() => {}), timeout);
    } finally {
      for (const suite of suites.toReversed()) for (const hook of suite.afterEach) await hook();
      for (const suite of suites.toReversed())
        if (--suite.pending === 0) for (const hook of suite.after.toReversed()) await hook();
    }
  };
  Deno.test({ name: title, ignore, only, sanitizeOps: false, sanitizeResources: false, sanitizeExit: false, fn: run });
}

async function withTimeout(body: Body, milliseconds: number): Promise<void> {
  let timer: number | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`test: must end within ${milliseconds} ms.`)), milliseconds);
  });
  await Promise.race([body(), late]).finally(() => clearTimeout(timer));
}

function group(name: string, skip: boolean, body: () => void, timeout?: number): void {
  const outer = current;
  current = makeSuite(name, outer, skip, timeout);
  body();
  current = outer;
}

/** printf-like titles of vitest's `each`: %s %d %i %f %j %o %# %% and $field. */
function title(pattern: string, row: Row, index: number): string {
  let next = 0;
  const named = pattern.replace(/%([sdifjo#%])/g, (_, kind: string) => {
    if (kind === "%") return "%";
    if (kind === "#") return String(index);
    const value = row[next++];
    return kind === "j" || kind === "o" || (typeof value === "object" && value !== null)
      ? JSON.stringify(value)
      : String(value);
  });
  const first = row[0];
  if (typeof first !== "object" || first === null) return named;
  return named.replace(/\$([\w.]+)/g, (whole, path: string) => {
    const value = path
      .split(".")
      .reduce<unknown>((object, key) => (object as Record<string, unknown> | undefined)?.[key], first);
    return value === undefined ? whole : typeof value === "object" ? JSON.stringify(value) : String(value);
  });
}

/** (name, body, timeout), (name, options, body): both of vitest's orders. */
function split<F>(a: F | Options | undefined, b: F | Options | number | undefined): { body?: F; options: Options } {
  if (typeof a === "function")
    return { body: a as F, options: typeof b === "number" ? { timeout: b } : ((b as Options | undefined) ?? {}) };
  return { body: b as F, options: (a as Options | undefined) ?? {} };
}

function makeTest(skip: boolean, only = false) {
  const call = (name: string, a?: Body | Options, b?: Body | Options | number) => {
    const { body, options } = split(a, b);
    define(name, skip || options.skip === true, only, body, options.timeout);
  };
  const each =
    (rows: readonly unknown[]) => (name: string, a: ((...row: any[]) => void | Promise<void>) | Options, b?: any) => {
      const { body, options } = split(a, b);
      rows.forEach((row, index) => {
        const values = Array.isArray(row) ? row : [row];
        define(
          title(name, values, index),
          skip || options.skip === true,
          only,
          () => body!(...values),
          options.timeout,
        );
      });
    };
  return Object.assign(call, { each, for: each });
}

export const test = Object.assign(makeTest(false), {
  skip: makeTest(true),
  todo: (name: string) => define(name, true, false),
  only: makeTest(false, true),
  skipIf: (condition: unknown) => makeTest(Boolean(condition)),
  runIf: (condition: unknown) => makeTest(!condition),
});
export const it = test;

function makeDescribe(skip: boolean) {
  const call = (name: string, a: (() => void) | Options, b?: (() => void) | Options | number) => {
    const { body, options } = split(a, b);
    group(name, skip || options.skip === true, body!, options.timeout);
  };
  const each = (rows: readonly unknown[]) => (name: string, a: ((...row: any[]) => void) | Options, b?: any) => {
    const { body, options } = split(a, b);
    rows.forEach((row, index) => {
      const values = Array.isArray(row) ? row : [row];
      group(title(name, values, index), skip || options.skip === true, () => body!(...values), options.timeout);
    });
  };
  return Object.assign(call, { each });
}

export const describe = Object.assign(makeDescribe(false), {
  skip: makeDescribe(true),
  skipIf: (condition: unknown) => makeDescribe(Boolean(condition)),
  runIf: (condition: unknown) => makeDescribe(!condition),
});
export const suite = describe;

export const beforeAll = (hook: Body): unknown => current.before.push(hook);
export const afterAll = (hook: Body): unknown => current.after.push(hook);
export const beforeEach = (hook: Body): unknown => current.beforeEach.push(hook);
export const afterEach = (hook: Body): unknown => current.afterEach.push(hook);
