// The functions whose one argument is a list that a method also takes one by one: x.reshape(2, 3) and x.reshape([2, 3])
// are reshape(x, [2, 3]).
export { index } from "../ops/index-ranges.ts";
export { permute } from "../ops/permute.ts";
export { expand } from "../ops/rearrange.ts";
export { reshape } from "../ops/reshape.ts";
export { broadcastTo, sumTo } from "../ops/sum.ts";
