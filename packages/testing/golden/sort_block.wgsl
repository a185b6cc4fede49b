// Canonical configuration: primitive sort, case "logits", adapter nvidia.
// sort_block {"type":"f32","descending":true,"first":true,"last":false}
// sort_block
struct Uniforms {
  lines: u32,
  n: u32,
  inner: u32,
  size: u32,
  first_span: u32,
  last_span: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> keys: array<u32>;
@group(0) @binding(3) var<storage, read_write> places: array<u32>;

const THREADS = 256u;
const BLOCK = 1024u;
var<workgroup> block_keys: array<u32, 1024>;
var<workgroup> block_places: array<u32, 1024>;

fn order(a: u32, b: u32) {
  let key_a = block_keys[a];
  let key_b = block_keys[b];
  let place_a = block_places[a];
  let place_b = block_places[b];
  if (key_b < key_a || (key_b == key_a && place_b < place_a)) {
    block_keys[a] = key_b;
    block_keys[b] = key_a;
    block_places[a] = place_b;
    block_places[b] = place_a;
  }
}

fn key_of(word: u32) -> u32 {
  let size = word & 0x7fffffffu;
  let signed = select(word ^ 0x80000000u, ~word, word > size);
  let key = select(select(signed, 0x80000000u, size == 0u), 0xffffffffu, size > 0x7f800000u);
  return ~key;
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let start = (group.x + group.y * groups.x) * BLOCK;
  for (var i = lane; i < BLOCK; i += THREADS) {
    let line = (start + i) / u.size;
    let place = (start + i) % u.size;
    var key = 0xffffffffu;
    var own = place;
    if (line < u.lines && place < u.n) {
      key = key_of(x[(line / u.inner * u.n + place) * u.inner + line % u.inner]);
    }
    block_keys[i] = key;
    block_places[i] = own;
  }
  // Spans double from first_span to last_span. The first step of a span compares its halves mirrored, the others at a distance.
  for (var span = u.first_span; span <= u.last_span; span = span << 1u) {
    for (var reach = span >> 1u; reach > 0u; reach = reach >> 1u) {
      workgroupBarrier();
      for (var pair = lane; pair < BLOCK / 2u; pair += THREADS) {
        let low = pair / reach * 2u * reach + pair % reach;
        let mirrored = reach == span >> 1u;
        order(low, select(low + reach, low + 2u * (reach - pair % reach) - 1u, mirrored));
      }
    }
  }
  workgroupBarrier();
  for (var i = lane; i < BLOCK; i += THREADS) {
    let line = (start + i) / u.size;
    if (line < u.lines) {
      keys[start + i] = block_keys[i];
      places[start + i] = block_places[i];
    }
  }
}
