// Writes the older form of torch.save, with the opcodes that Python's pickle of protocol 2 uses for it. Faults can be asked for.

export interface LegacyStorage {
  readonly key: string;
  readonly type: string;
  readonly data: Float32Array | Uint16Array;
  /** elements that the state dict says it has; default: those it has */
  readonly claimed?: number;
}

export interface LegacyTensor {
  readonly key: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** the part of the storage that is meant: first element and their number */
  readonly view?: readonly [number, number];
}

export interface Faults {
  readonly version?: number;
  /** a global, as pickle writes its module and name, that the state dict begins with a call of */
  readonly call?: string;
  readonly callInKeys?: string;
  readonly keys?: readonly string[];
  /** elements that the data of the first storage say they have */
  readonly count?: bigint;
}

const text = (value: string): number[] => {
  const bytes = [...new TextEncoder().encode(value)];
  return [0x58, ...le(BigInt(bytes.length), 4), ...bytes];
};
const le = (value: bigint, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Number((BigInt.asUintN(64, value) >> BigInt(8 * i)) & 0xffn));
/** LONG1 of nine bytes holds every count. */
const int = (value: number): number[] => [0x8a, 9, ...le(BigInt(value), 8), 0];
const global = (name: string): number[] => [0x63, ...new TextEncoder().encode(`${name.replace(" ", "\n")}\n`)];
const tuple = (...items: readonly number[][]): number[] => [0x28, ...items.flat(), 0x74];
const pickle = (...code: readonly number[][]): number[] => [0x80, 2, ...code.flat(), 0x2e];
const called = (name: string | undefined): number[] =>
  name === undefined ? [] : [...global(name), ...tuple(text("true")), 0x52, 0x30];

export function legacyFile(
  storages: readonly LegacyStorage[],
  tensors: Readonly<Record<string, LegacyTensor>>,
  { version = 1001, call, callInKeys, keys = storages.map(({ key }) => key), count }: Faults = {},
): Uint8Array {
  const id = ({ key, view }: LegacyTensor): number[] => {
    const storage = storages.find((one) => one.key === key)!;
    const part = view ? tuple(text(`${key}.part`), int(view[0]), int(view[1])) : [0x4e];
    const size = int(storage.claimed ?? storage.data.length);
    return tuple(text("storage"), global(`torch ${storage.type}`), text(key), text("cpu"), size, part);
  };
  const items = Object.entries(tensors).flatMap(([name, tensor]) => [
    ...text(name),
    ...global("torch._utils _rebuild_tensor_v2"),
    ...tuple(
      [...id(tensor), 0x51],
      int(tensor.offset),
      tuple(...tensor.shape.map(int)),
      tuple(...tensor.strides.map(int)),
      [0x89],
      [...global("collections OrderedDict"), 0x29, 0x52],
    ),
    0x52,
  ]);
  const head = [
    ...pickle([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]),
    ...pickle(int(version)),
    ...pickle([0x7d], text("little_endian"), [0x88, 0x73]),
    ...pickle(called(call), global("collections OrderedDict"), [0x29, 0x52, 0x28], items, [0x75]),
    ...pickle(called(callInKeys), [0x5d, 0x28], keys.flatMap(text), [0x65]),
  ];
  const data = storages.flatMap((storage, i) => [
    ...le(i === 0 && count !== undefined ? count : BigInt(storage.data.length), 8),
    ...new Uint8Array(storage.data.buffer),
  ]);
  return Uint8Array.from([...head, ...data]);
}
