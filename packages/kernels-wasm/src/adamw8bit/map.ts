// Kernel text that reads and writes four 8-bit numbers of a dynamic map, one word.
import type { DynamicMap } from "@x/base";

const literal = (value: number): string => value.toExponential(9);

/** `${name}_decode(word)`: its four numbers, and `${name}_encode(numbers)`: the word of the nearest ones. */
export function mapFunctions(name: string, { signed, levels }: DynamicMap): string {
  const steps = levels.map(({ power, step }) => `  step = select(step, ${literal(step)}, n >= ${power}.0);`);
  const bounds = levels.map(({ power, step, bound }, i) => {
    const from = i === 0 && !signed ? "size > 0.0" : `size >= ${literal(bound)}`;
    return `  let at${i} = ${from};
  power = select(power, ${power}.0, at${i});
  scale = select(scale, ${literal(1 / step)}, at${i});`;
  });
  const last = levels.at(-1)!.power;
  return `
fn ${name}_decode(word: u32) -> vec4f {
  let bytes = (vec4u(word) * vec4u(16777216, 65536, 256, 1)) >> 24;
  let code = vec4f(bytes);
  ${signed ? "let signed = code - 127.0;\n  let n = abs(signed);" : "let n = code + 1.0;"}
  let power = as_vec4f(as_vec4i(n) & 0x7f800000);
  var step = vec4f(0.0);
${steps.join("\n")}
  let size = step * (n - ${literal(8 / 9)} * power + 0.5);
  return ${signed ? "select(size, -size, signed < 0.0)" : "size"};
}
fn ${name}_encode(numbers: vec4f) -> u32 {
  let size = ${signed ? "abs(numbers)" : "numbers"};
  var power = vec4f(${signed ? "0.0" : "1.0"});
  var scale = vec4f(0.0);
${bounds.join("\n")}
  let most = unless(power - 1.0, power == ${last}.0);
  let n = power + max(min(floor(size * scale - power * ${literal(1 / 9)}), most), 0.0);
  let code = ${signed ? "127.0 + select(n, -min(n, 127.0), numbers < 0.0)" : "n - 1.0"};
  let bytes = vec4u(code) * vec4u(1, 256, 65536, 16777216);
  return bytes.x | bytes.y | bytes.z | bytes.w;
}`;
}
