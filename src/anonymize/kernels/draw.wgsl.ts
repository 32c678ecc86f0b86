import { LEAST_WEIGHT } from '../row-blend.ts';

/**
 * Covers heads: one invocation per four adjacent samples. It takes the same steps as `row-blend.ts`, so that rounding
 * agrees. Spans and cell starts are integers from the CPU; only weights are computed here.
 */
export const drawKernel = /* wgsl */ `
struct Tile {
  start: u32,      // first word of the tile in the buffer
  stride: u32,     // words a row
  x: i32,          // first sample and row of the tile in its plane
  y: i32,
  firstLayer: u32, // its layers are listed there in \`whole\`
  endLayer: u32,
  unused0: u32,
  unused1: u32,
}

struct Layer {
  center: vec2f,
  radius: vec2f,
  feather: f32,
  isRectangle: u32,
  isSmooth: u32,
  across: u32,
  values: u32,     // where its cells, spans and cell starts are
  spans: u32,
  startsX: u32,
  startsY: u32,
  top: i32,
  rows: i32,
  scaleX: f32,
  scaleY: f32,
}

@group(0) @binding(0) var<storage, read> tiles: array<Tile>;
@group(0) @binding(1) var<storage, read> layers: array<Layer>;
@group(0) @binding(2) var<storage, read> whole: array<i32>;
@group(0) @binding(3) var<storage, read> cells: array<f32>;
@group(0) @binding(4) var<storage, read> original: array<u32>;
@group(0) @binding(5) var<storage, read_write> covered: array<u32>;

const ROW = 65535u * 64u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let word = id.y * ROW + id.x;
  if (word >= arrayLength(&covered)) { return; }
  var low = 0u;
  var high = arrayLength(&tiles);
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (tiles[middle].start <= word) { low = middle; } else { high = middle; }
  }
  let tile = tiles[low];
  let within = word - tile.start;
  let y = tile.y + i32(within / tile.stride);
  let x = tile.x + i32((within % tile.stride) * 4u);
  let samples = original[word];
  var result = 0u;
  for (var k = 0u; k < 4u; k++) {
    let sample = (samples >> (8u * k)) & 255u;
    result |= cover(sample, x + i32(k), y, tile.firstLayer, tile.endLayer) << (8u * k);
  }
  covered[word] = result;
}

fn cover(sample: u32, x: i32, y: i32, first: u32, end: u32) -> u32 {
  var sum = 0.0;
  var total = 0.0;
  var open = 1.0;
  for (var at = first; at < end; at++) {
    let i = u32(whole[at]);
    let row = y - layers[i].top;
    if (row < 0 || row >= layers[i].rows) { continue; }
    let span = layers[i].spans + u32(row) * 4u;
    if (x < whole[span] || x >= whole[span + 3u]) { continue; }
    var counted = weight(i, x, y);
    if (x >= whole[span + 1u] && x < whole[span + 2u]) {
      counted = max(counted, ${LEAST_WEIGHT});
      open = 0.0;
    } else {
      open *= 1.0 - share(i, x, y);
    }
    sum += counted * floor(drawn(i, x, y) + 0.5);
    total += counted;
  }
  if (total == 0.0) { return sample; }
  let shown = sum / total;
  if (open == 0.0) { return u32(floor(shown + 0.5)); }
  return u32(floor(shown + (f32(sample) - shown) * open + 0.5));
}

fn weight(i: u32, x: i32, y: i32) -> f32 {
  let place = (vec2f(f32(x), f32(y)) + 0.5) * vec2f(layers[i].scaleX, layers[i].scaleY);
  let far = abs(place - layers[i].center) / layers[i].radius / (1.0 + layers[i].feather);
  let square = select(dot(far, far), max(far.x, far.y) * max(far.x, far.y), layers[i].isRectangle == 1u);
  let near = max(0.0, 1.0 - square);
  return near * near;
}

fn share(i: u32, x: i32, y: i32) -> f32 {
  let place = (vec2f(f32(x), f32(y)) + 0.5) * vec2f(layers[i].scaleX, layers[i].scaleY);
  let far = abs(place - layers[i].center) / layers[i].radius;
  let feather = layers[i].feather;
  if (layers[i].isRectangle == 1u) {
    let over = max(far - 1.0, vec2f(0.0)) / feather;
    let near = 1.0 - min(1.0, dot(over, over));
    return near * near;
  }
  let reach = clamp((dot(far, far) - 1.0) / ((1.0 + feather) * (1.0 + feather) - 1.0), 0.0, 1.0);
  return 1.0 - reach * reach * (3.0 - 2.0 * reach);
}

fn drawn(i: u32, x: i32, y: i32) -> f32 {
  let across = layers[i].across;
  let column = cellAt(layers[i].startsX, across, x);
  let row = cellAt(layers[i].startsY, across, y);
  let at = layers[i].values;
  if (layers[i].isSmooth == 0u) { return cells[at + row * across + column]; }
  let cell = vec2f(f32(column), f32(row));
  let place = (vec2f(f32(x), f32(y)) + 0.5) * vec2f(layers[i].scaleX, layers[i].scaleY);
  let along = ((place - layers[i].center) / layers[i].radius + 1.0) * 0.5 * f32(across);
  let through = clamp(along - cell - 0.5, vec2f(-0.5), vec2f(0.5));
  let last = across - 1u;
  let left = max(column, 1u) - 1u;
  let right = min(column + 1u, last);
  return mixed(
    mixedRow(at + (max(row, 1u) - 1u) * across, left, column, right, through.x),
    mixedRow(at + row * across, left, column, right, through.x),
    mixedRow(at + min(row + 1u, last) * across, left, column, right, through.x),
    through.y,
  );
}

fn mixedRow(at: u32, left: u32, middle: u32, right: u32, through: f32) -> f32 {
  return mixed(cells[at + left], cells[at + middle], cells[at + right], through);
}

fn mixed(before: f32, cell: f32, after: f32, through: f32) -> f32 {
  let square = (before + after) * 0.5 - cell;
  let slope = (after - before) * 0.5;
  return (square * through + slope) * through + (before + after) * 0.125 + 0.75 * cell;
}

fn cellAt(starts: u32, across: u32, sample: i32) -> u32 {
  var cell = 0u;
  while (cell + 1u < across && sample >= whole[starts + cell + 1u]) { cell++; }
  return cell;
}
`;
