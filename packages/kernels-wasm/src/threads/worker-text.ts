// What a worker runs. It is text, as the kernels are: a file of its own would need a loader, and the text of a function
// is at the mercy of bundlers.
import { messageAt, messageLetters, mostNumbers, numbersAt, open, word } from "./control.ts";

/** Modules that a worker keeps. Of one that it made long ago it makes another. */
const mostModules = 1024;

/** `work({ memory, control, slot })`: waits for jobs, joins those that are open, until told to stop. */
const work = `
function work({ memory, control, slot }) {
  const words = new Int32Array(control, 0, 16);
  const letters = new Uint16Array(control, ${messageAt}, ${messageLetters});
  const numbers = new Float64Array(control, ${numbersAt}, ${mostNumbers});
  const kernels = new Map();
  const kernel = () => {
    let main = kernels.get(words[${word.kernel}]);
    if (!main) {
      // Modules compile from memory that is not shared: a copy.
      const code = new Uint8Array(memory.buffer, words[${word.codeAddress}] >>> 0, words[${word.codeBytes}]).slice();
      main = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code)), { host: { memory } }).exports.main;
      if (kernels.size >= ${mostModules}) kernels.delete(kernels.keys().next().value);
      kernels.set(words[${word.kernel}], main);
    }
    return main;
  };
  const join = () => {
    for (let state = Atomics.load(words, ${word.state}); state & ${open};) {
      const before = Atomics.compareExchange(words, ${word.state}, state, state + 1);
      if (before === state) return true;
      state = before;
    }
    return false;
  };
  const share = () => {
    const count = words[${word.count}], chunk = words[${word.chunk}], length = words[${word.args}];
    let done = 0;
    let begin = Atomics.add(words, ${word.next}, chunk);
    if (begin < count) {
      const main = kernel();
      const args = Array.from(numbers.subarray(0, length));
      for (let i = 0; i < words[${word.own}]; i++) args[numbers[length + 2 * i]] += slot * numbers[length + 2 * i + 1];
      for (; begin < count; begin = Atomics.add(words, ${word.next}, chunk)) {
        const end = Math.min(begin + chunk, count);
        args[words[${word.beginAt}]] = begin;
        args[words[${word.endAt}]] = end;
        main(...args);
        done += end - begin;
      }
    }
    Atomics.add(words, ${word.shared}, done);
  };
  const report = (error) => {
    const message = String(error && error.message || error).slice(0, ${messageLetters});
    for (let i = 0; i < message.length; i++) letters[i] = message.charCodeAt(i);
    Atomics.compareExchange(words, ${word.failed}, 0, message.length);
  };
  Atomics.add(words, ${word.ready}, 1);
  for (let seen = 0;;) {
    Atomics.wait(words, ${word.generation}, seen);
    seen = Atomics.load(words, ${word.generation});
    if (Atomics.load(words, ${word.stop}) !== 0) return;
    if (!join()) continue;
    try {
      share();
    } catch (error) {
      report(error);
    }
    Atomics.sub(words, ${word.state}, 1);
    Atomics.notify(words, ${word.state});
  }
}
`;

/** In Node and Deno. */
export const nodeWorkerText: string = `"use strict";${work}work(require("node:worker_threads").workerData);`;
/** In a page. */
export const webWorkerText: string = `"use strict";${work}onmessage = ({ data }) => { work(data); close(); };`;
