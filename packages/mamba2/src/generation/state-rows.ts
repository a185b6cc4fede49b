// Rows of states: several states as the rows of one, and one state's rows chosen, repeated or in another order.
import { concat, type Device, indexSelect, pad, type Tensor, tensor, tidy } from "@x/tensor/core";
import { CACHES, type LayerState, mapState } from "../state/layer-state.ts";
import { State } from "../state/state.ts";

/** The rows of all, one below the other; what is given stays as it is. Caches get the room of the largest. */
export function joinStates(states: readonly State[]): State {
  const capacity = Math.max(...states.map((state) => state.capacity ?? 0));
  const { layers, positions } = tidy(() => ({
    layers: states[0]!.layers.map((layer, i) =>
      mapState(layer, (_, part) =>
        concat(
          states.map((state) => {
            const own = state.layers[i]![part]!;
            return CACHES.includes(part) && own.shape[1]! < capacity ? pad(own, 1, 0, capacity - own.shape[1]!) : own;
          }),
          0,
        ),
      ),
    ),
    positions:
      states[0]!.positions &&
      concat(
        states.map((state) => state.positions!),
        0,
      ),
  }));
  return stateOf(layers, positions, Math.max(...states.map(({ length }) => length)));
}

/** The named rows, in that order; a row may come several times. What is given stays as it is. */
export function selectRows(state: State, rows: readonly number[], device: Device): State {
  const { layers, positions } = tidy(() => {
    const index = tensor(Int32Array.from(rows), { device });
    return {
      layers: state.layers.map((layer) => mapState(layer, (part) => indexSelect(part, 0, index))),
      positions: state.positions && indexSelect(state.positions, 0, index),
    };
  });
  return stateOf(layers, positions, state.length);
}

/** The named rows of any tensor. */
export function tensorRows(x: Tensor, rows: readonly number[]): Tensor {
  return tidy(() => indexSelect(x, 0, tensor(Int32Array.from(rows), { device: x.device })));
}

function stateOf(layers: readonly LayerState[], positions: Tensor | undefined, length: number): State {
  return new State(layers, { drawn: 0 }, positions && { positions, length });
}
