// Sums over the four numbers of a vector register, for the kernel.

// @ts-ignore: decorator
@inline
export function sumLanes(value: v128): f32 {
  const low = f32x4.extract_lane(value, 0) + f32x4.extract_lane(value, 1);
  return low + (f32x4.extract_lane(value, 2) + f32x4.extract_lane(value, 3));
}

// @ts-ignore: decorator
@inline
export function maxLane(value: v128): f32 {
  return max(
    max(f32x4.extract_lane(value, 0), f32x4.extract_lane(value, 1)),
    max(f32x4.extract_lane(value, 2), f32x4.extract_lane(value, 3)),
  );
}
