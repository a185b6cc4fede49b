// Elements of 4 bytes: how kernels over several types of them read, write and hold four.

/** Types that can be added and compared. */
export type NumberType = "f32" | "i32" | "u32";

/** What a kernel's text calls the type, a vector of it, and the functions that move it. */
export interface NumberText {
  readonly vector: "vec4f" | "vec4i" | "vec4u";
  readonly load4: string;
  readonly store4: string;
  readonly load: string;
  /** `store` takes a scalar; an i32 goes through `u32` */
  store(pointer: string, value: string): string;
}

export const numberText: Readonly<Record<NumberType, NumberText>> = {
  f32: {
    vector: "vec4f",
    load4: "load4",
    store4: "store4",
    load: "load",
    store: (pointer, value) => `store(${pointer}, ${value});`,
  },
  i32: {
    vector: "vec4i",
    load4: "load4i",
    store4: "store4i",
    load: "load_i32",
    store: (pointer, value) => `store_u32(${pointer}, u32(${value}));`,
  },
  u32: {
    vector: "vec4u",
    load4: "load4u",
    store4: "store4u",
    load: "load_u32",
    store: (pointer, value) => `store_u32(${pointer}, ${value});`,
  },
};
