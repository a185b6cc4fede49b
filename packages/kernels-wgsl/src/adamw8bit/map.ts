// WGSL that reads and writes four 8-bit numbers of a dynamic map, one word. Not a kernel.
import { type DynamicMap } from "@x/base";

const literal = (value: number): string => value.toExponential(9);

/** `${name}_decode(word)`: its four numbers, and `${name}_encode(numbers)`: the word of the nearest ones. */
export function mapFunctions(name: string, { signed, levels }: DynamicMap): string {
  const steps = levels.map(
    ({ power, step }) => `  step = select(step, vec4f(${literal(step)}), n >= vec4f(${power}.0));`,
  );
  const bounds = levels.map(({ power, step, bound }, i) => {
    const from = i === 0 && !signed ? "size > vec4f()" : `size >= vec4f(${literal(bound)})`;
    return `  at = ${from}; power = select(power, vec4f(${power}.0), at); scale = select(scale, vec4f(${literal(1 / step)}), at);`;
  });
  const last = levels.at(-1)!.power;
  return `fn ${name}_decode(word: u32) -> vec4f {
  let code = vec4f((vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u));
  let n = ${signed ? "abs(code - 127.0)" : "code + 1.0"};
  let power = bitcast<vec4f>(bitcast<vec4u>(n) & vec4u(0x7f800000u));
  var step = vec4f();
${steps.join("\n")}
  return ${signed ? "sign(code - 127.0) * " : ""}step * (n - ${literal(8 / 9)} * power + 0.5);
}
fn ${name}_encode(numbers: vec4f) -> u32 {
  let size = ${signed ? "abs(numbers)" : "numbers"};
  var power = vec4f(${signed ? "0.0" : "1.0"});
  var scale = vec4f();
  var at = vec4<bool>();
${bounds.join("\n")}
  let most = select(power - 1.0, vec4f(), power == vec4f(${last}.0));
  let n = power + max(min(floor(size * scale - power * ${literal(1 / 9)}), most), vec4f());
  let code = vec4u(${signed ? "127.0 + select(n, -min(n, vec4f(127.0)), numbers < vec4f())" : "n - 1.0"}) << vec4u(0u, 8u, 16u, 24u);
  return code.x | code.y | code.z | code.w;
}
`;
}
