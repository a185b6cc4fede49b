// A matrix as a heat map, blue through the page's ground to orange, scaled to its largest magnitude.

const negative = [0, 114, 178] as const;
const positive = [230, 120, 0] as const;

/** Draws values [rows, columns], rows across and columns down. */
export function drawHeat(
  canvas: HTMLCanvasElement,
  rows: number,
  columns: number,
  values: Float32Array,
  ground: readonly number[],
): void {
  canvas.width = rows;
  canvas.height = columns;
  canvas.style.aspectRatio = String(Math.max(3, Math.min(7, rows / columns)));
  const image = new ImageData(rows, columns);
  let most = 1e-12;
  for (const value of values) most = Math.max(most, Math.abs(value));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]! / most;
      // The root shows small values too: most of a state is far from its largest element.
      const strength = Math.sqrt(Math.abs(value));
      const ink = value < 0 ? negative : positive;
      const at = 4 * (column * rows + row);
      for (let channel = 0; channel < 3; channel++)
        image.data[at + channel] = ground[channel]! + (ink[channel]! - ground[channel]!) * strength;
      image.data[at + 3] = 255;
    }
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  canvas.setAttribute(
    "aria-label",
    `State of ${rows} channels by ${columns} dimensions; largest magnitude ${most.toPrecision(3)}`,
  );
}
